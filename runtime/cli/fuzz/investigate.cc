#include "cli/fuzz/investigate.h"

#include <algorithm>

namespace napisan::cli::fuzz {
namespace {

constexpr int kReplays = 10;
// What hangs for this long in a replay does so for ever, or nearly.
constexpr double kHangSeconds = 1;
constexpr double kMinimizeSeconds = 8;

}  // namespace

ChildResult Investigation::Try(const Finding& finding, const std::vector<Input>& inputs,
                               Telling telling, double timeout_seconds) {
  ChildPlan plan = plan_;
  plan.timeout_seconds = timeout_seconds;
  ChildResult result =
      RunFuzzChild(plan, knowledge_, nullptr, telling, 0, [&](ChildContext& context) {
        for (const Input& input : inputs) {
          if (!context.Run(input)) return;
        }
        if (finding.found.what == "growth") context.CheckGrowth(inputs.back());
      });
  interrupted_ = interrupted_ || result.interrupted();
  return result;
}

bool Investigation::Shown(const Finding& finding, const std::vector<Input>& inputs, int tries) {
  double timeout = plan_.timeout_seconds;
  if (finding.found.what == "hang") timeout = std::min(timeout, kHangSeconds);
  // All of them together have the time of one.
  if (inputs.size() > 1) timeout += 0.01 * static_cast<double>(inputs.size());
  for (int i = 0; i < tries && !interrupted_; ++i) {
    if (Try(finding, inputs, Telling::kQuiet, timeout).Has(finding.found.key)) return true;
  }
  return false;
}

void Investigation::Look(Finding& finding, std::vector<Input> history,
                         const std::function<void()>& keep) {
  std::vector<Input> alone = {history.back()};
  const ExecutorKind& executor = *plan_.subject.executor;
  bool pool = !executor.one_thread && !executor.controlled;
  int tries = pool ? 3 : 1;
  if (Shown(finding, alone, tries)) {
    finding.inputs = alone;
  } else if (history.size() > 1 && Shown(finding, history, tries)) {
    finding.inputs = std::move(history);
  } else {
    finding.inputs = alone;
    finding.replays = 0;
  }
  keep();
  if (finding.replays != 0) {
    Minimize(
        finding.inputs,
        [&](const std::vector<Input>& inputs) { return Shown(finding, inputs, tries); },
        kMinimizeSeconds);
    finding.minimized = true;
  }
  int replays = 0;
  for (int i = 0; i < kReplays && !interrupted_; ++i) replays += Shown(finding, finding.inputs, 1);
  if (interrupted_) return;
  finding.replays = replays;
  ChildResult told = Try(finding, finding.inputs, Telling::kInOutput, plan_.timeout_seconds);
  if (!told.output.empty()) finding.report = told.output;
  for (const Found& found : told.found) {
    if (found.key == finding.found.key) finding.found.title = found.title;
  }
  keep();
}

bool Investigation::Accept(std::vector<Input>& inputs, std::vector<Input> smaller,
                           const Shows& shows) {
  if (TimeIsOver()) return false;
  for (Input& input : smaller) Repair(input);
  if (!shows(smaller)) return false;
  inputs = std::move(smaller);
  return true;
}

void Investigation::Minimize(std::vector<Input>& inputs, const Shows& shows, double seconds) {
  deadline_ = std::chrono::steady_clock::now() +
              std::chrono::milliseconds(static_cast<int64_t>(seconds * 1000));
  DropInputs(inputs, shows);
  JoinInputs(inputs, shows);
  while (DropStatements(inputs, shows) && !TimeIsOver()) {
  }
  SimplifyRest(inputs, shows);
  SimplifyArguments(inputs, shows);
}

// Those before the last, in ever smaller pieces.
void Investigation::DropInputs(std::vector<Input>& inputs, const Shows& shows) {
  for (size_t piece = (inputs.size() - 1 + 1) / 2; piece > 0 && inputs.size() > 1;) {
    bool dropped = false;
    for (size_t at = 0; at + 1 < inputs.size() && !TimeIsOver();) {
      size_t end = std::min(at + piece, inputs.size() - 1);
      std::vector<Input> fewer = inputs;
      fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(at),
                  fewer.begin() + static_cast<ptrdiff_t>(end));
      if (Accept(inputs, std::move(fewer), shows)) {
        dropped = true;
      } else {
        at = end;
      }
    }
    if (!dropped || piece == 1) piece /= 2;
  }
}

// What is static in a module may as well come of calls in one env: then it is no matter of those
// that were before.
void Investigation::JoinInputs(std::vector<Input>& inputs, const Shows& shows) {
  if (inputs.size() == 1) return;
  Input joined = inputs.back();
  joined.statements.clear();
  for (const Input& input : inputs) {
    for (const Statement& statement : input.statements) {
      bool last = &input == &inputs.back();
      if (statement.kind == Statement::Kind::kTerminate && !last) continue;
      joined.statements.push_back(statement);
    }
  }
  Accept(inputs, {std::move(joined)}, shows);
}

bool Investigation::DropStatements(std::vector<Input>& inputs, const Shows& shows) {
  bool dropped = false;
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (size_t at = inputs[i].statements.size(); at-- > 0 && !TimeIsOver();) {
      if (at >= inputs[i].statements.size()) continue;
      std::vector<Input> fewer = inputs;
      fewer[i].statements.erase(fewer[i].statements.begin() + static_cast<ptrdiff_t>(at));
      dropped = Accept(inputs, std::move(fewer), shows) || dropped;
    }
  }
  return dropped;
}

void Investigation::SimplifyRest(std::vector<Input>& inputs, const Shows& shows) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    auto attempt = [&](const std::function<bool(Input&)>& change) {
      std::vector<Input> changed = inputs;
      return change(changed[i]) && Accept(inputs, std::move(changed), shows);
    };
    attempt([](Input& input) { return std::exchange(input.worker, std::nullopt).has_value(); });
    attempt([](Input& input) {
      return input.worker &&
             std::exchange(input.worker->stop_after, InWorker::kNever) != InWorker::kNever;
    });
    attempt([](Input& input) {
      bool differs = !input.schedule.empty();
      input.schedule.clear();
      return differs;
    });
    while (attempt([](Input& input) {
      bool differs = !input.schedule.empty();
      input.schedule.resize(input.schedule.size() / 2);
      return differs;
    })) {
    }
    for (size_t at = 0; at < inputs[i].schedule.size() && !TimeIsOver(); ++at) {
      attempt([at](Input& input) { return std::exchange(input.schedule[at], 0) != 0; });
    }
    while (!inputs[i].schedule.empty() && inputs[i].schedule.back() == 0) {
      inputs[i].schedule.pop_back();
    }
    attempt([](Input& input) { return std::exchange(input.gc, GcMode::kIdle) != GcMode::kIdle; });
    for (size_t at = inputs[i].faults.size(); at-- > 0;) {
      attempt([at](Input& input) {
        input.faults.erase(input.faults.begin() + static_cast<ptrdiff_t>(at));
        return true;
      });
    }
    for (size_t at = 0; at < inputs[i].statements.size() && !TimeIsOver(); ++at) {
      bool reads = inputs[i].statements[at].kind == Statement::Kind::kRead;
      if (reads) continue;
      attempt([at](Input& input) { return std::exchange(input.statements[at].await, false); });
    }
  }
}

namespace {

// What is plainer of the same kind, the plainest first.
std::vector<Literal> PlainerThan(const Literal& literal) {
  std::vector<Literal> plainer;
  auto add = [&](auto&& change) {
    Literal changed = literal;
    change(changed);
    plainer.push_back(std::move(changed));
  };
  switch (literal.kind) {
    case Literal::Kind::kNumber:
      for (double number : {1.0, 0.0}) {
        if (literal.number == number) return plainer;
        add([&](Literal& it) { it.number = number; });
      }
      break;
    case Literal::Kind::kString:
      if (literal.text.size() > 1) add([](Literal& it) { it.text = "a"; });
      break;
    case Literal::Kind::kBuffer:
      if (literal.text.size() > 1) add([](Literal& it) { it.text.resize(1); });
      break;
    case Literal::Kind::kArray:
    case Literal::Kind::kObject:
      for (size_t i = literal.items.size(); i-- > 0;) {
        add([&](Literal& it) {
          it.items.erase(it.items.begin() + static_cast<ptrdiff_t>(i));
          if (!it.keys.empty()) it.keys.erase(it.keys.begin() + static_cast<ptrdiff_t>(i));
        });
      }
      break;
    case Literal::Kind::kCallback:
      if (!literal.text.empty()) add([](Literal& it) { it.text.clear(); });
      break;
    default:
      break;
  }
  return plainer;
}

bool Names(const Literal& literal, const std::string& name) {
  bool own = (literal.kind == Literal::Kind::kPath && literal.path.of_result &&
              literal.path.steps[0] == name);
  return own || std::any_of(literal.items.begin(), literal.items.end(),
                            [&](const Literal& item) { return Names(item, name); });
}

// A name that nothing says is left out.
void DropNames(Input& input) {
  for (Statement& named : input.statements) {
    if (named.name.empty()) continue;
    bool used = std::any_of(
        input.statements.begin(), input.statements.end(), [&](const Statement& statement) {
          return (statement.path.of_result && statement.path.steps[0] == named.name) ||
                 std::any_of(statement.arguments.begin(), statement.arguments.end(),
                             [&](const Literal& literal) { return Names(literal, named.name); });
        });
    if (!used) named.name.clear();
  }
}

}  // namespace

void Investigation::SimplifyArguments(std::vector<Input>& inputs, const Shows& shows) {
  for (size_t i = 0; i < inputs.size(); ++i) {
    for (size_t at = 0; at < inputs[i].statements.size(); ++at) {
      auto arguments = [&](std::vector<Input>& of) -> std::vector<Literal>& {
        return of[i].statements[at].arguments;
      };
      while (!arguments(inputs).empty() && !TimeIsOver()) {
        std::vector<Input> fewer = inputs;
        arguments(fewer).pop_back();
        fewer[i].statements[at].argument_at.pop_back();
        if (!Accept(inputs, std::move(fewer), shows)) break;
        // Repair may have taken a statement.
        if (at >= inputs[i].statements.size()) return;
      }
      for (size_t index = 0; index < arguments(inputs).size(); ++index) {
        for (int rounds = 0; rounds < 8 && !TimeIsOver(); ++rounds) {
          bool simpler = false;
          for (Literal& plainer : PlainerThan(arguments(inputs)[index])) {
            std::vector<Input> changed = inputs;
            arguments(changed)[index] = std::move(plainer);
            simpler = Accept(inputs, std::move(changed), shows);
            if (simpler) break;
          }
          if (!simpler) break;
        }
      }
    }
    DropNames(inputs[i]);
  }
}

}  // namespace napisan::cli::fuzz
