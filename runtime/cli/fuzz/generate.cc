#include "cli/fuzz/generate.h"

#include <algorithm>

#include "cli/fuzz/watch.h"

namespace napisan::cli::fuzz {
namespace {

constexpr size_t kStatementsMax = 24;
constexpr int kHoldersDeep = 4;

// What an export is called by in the options: its own name, or that of what it is in.
bool IsOf(const Node& callable, const std::string& name) {
  const Node* top = &callable;
  for (const Node* at = &callable; at->parent != nullptr; at = at->parent) top = at;
  std::string full = NameOf(callable);
  return top->step == name || full == name || full == "new " + name;
}

bool CanStandAlone(const std::string& name) {
  SyntaxError error;
  SourceReader reader(name, error);
  return reader.Name().size() == name.size() && !IsReserved(name);
}

Literal PathLiteral(std::vector<std::string> steps, bool of_result) {
  Literal literal;
  literal.kind = Literal::Kind::kPath;
  literal.path.at.resize(steps.size());
  literal.path.steps = std::move(steps);
  literal.path.of_result = of_result;
  return literal;
}

}  // namespace

bool Generator::Refresh() {
  callables_ = knowledge_.Callables();
  if (!options_.only.empty()) {
    std::erase_if(callables_, [&](const Node* callable) {
      return std::none_of(options_.only.begin(), options_.only.end(),
                          [&](const std::string& name) { return IsOf(*callable, name); });
    });
  }
  return !callables_.empty();
}

std::string Generator::NewName(const char* prefix) { return prefix + std::to_string(names_++); }

// Finds what the names of an input stand for, and where new ones begin.
void Generator::ReadResults(const Input& input) {
  results_.clear();
  names_ = 0;
  auto note_number = [&](const std::string& name) {
    size_t digits = name.find_last_not_of("0123456789") + 1;
    if (digits < name.size() && name.size() - digits < 9) {
      names_ = std::max(names_, std::stoul(name.substr(digits)) + 1);
    }
  };
  auto read_callbacks = [&](const Literal& literal, auto&& self) -> void {
    if (literal.kind == Literal::Kind::kCallback && !literal.text.empty()) {
      note_number(literal.text);
      results_.push_back({literal.text, nullptr, true});
    }
    for (const Literal& item : literal.items) self(item, self);
  };
  for (const Statement& statement : input.statements) {
    for (const Literal& argument : statement.arguments) read_callbacks(argument, read_callbacks);
    if (statement.name.empty()) continue;
    note_number(statement.name);
    // What it called, found again by its path.
    const Node* node = &knowledge_.exports();
    size_t at = 0;
    if (statement.path.of_result) {
      node = nullptr;
      for (const Result& result : results_) {
        if (result.name == statement.path.steps[0]) node = result.node;
      }
      at = 1;
    } else if (!statement.path.steps.empty() && statement.path.steps[0] == "exports") {
      at = statement.path.steps.size() > 1 ? 1 : 0;
    }
    for (bool first = at == 0 || !statement.path.of_result;
         node != nullptr && at < statement.path.steps.size(); ++at) {
      node = node->Find((first ? "" : ".") + statement.path.steps[at]);
      first = false;
    }
    if (node != nullptr) node = node->Find(statement.await ? "=>" : "=");
    results_.push_back({statement.name, node, false});
  }
}

Input Generator::Make() {
  Input input;
  results_.clear();
  names_ = 0;
  size_t count = 1 + random_.Below(random_.Chance(80) ? 4 : 12);
  // Some come to nothing: what they need cannot be made.
  for (size_t tries = 0; tries < 3 * count && input.statements.size() < count; ++tries) {
    AddSomething(input);
  }
  if (random_.Chance(12)) input.statements.emplace_back().kind = StatementKind::kTerminate;
  input.schedule = NewSchedule(input.statements.size());
  if (random_.Chance(15)) input.worker = NewWorker();
  if (random_.Chance(35)) input.gc = random_.Chance(80) ? GcMode::kZeal : GcMode::kOff;
  if (options_.faults && random_.Chance(25)) {
    input.faults.push_back(
        {random_.Of(FaultyFunctions()), static_cast<uint32_t>(random_.Below(4))});
  }
  return input;
}

InWorker Generator::NewWorker() {
  InWorker worker;
  // Most of what happens, does so in the first points.
  if (random_.Chance(60)) {
    worker.stop_after = static_cast<uint32_t>(random_.Below(random_.Chance(70) ? 20 : 200));
  }
  return worker;
}

std::vector<uint32_t> Generator::NewSchedule(size_t statements) {
  std::vector<uint32_t> schedule;
  if (random_.Chance(20)) return schedule;
  size_t count = random_.Below(statements * 8 + 1);
  for (size_t i = 0; i < count; ++i) {
    schedule.push_back(random_.Chance(40) ? 0 : static_cast<uint32_t>(random_.Below(60)));
  }
  return schedule;
}

void Generator::AddSomething(Input& input) {
  std::vector<const Result*> callbacks;
  for (const Result& result : results_) {
    if (result.callback) callbacks.push_back(&result);
  }
  if (!callbacks.empty() && random_.Chance(15)) {
    Statement statement;
    statement.kind = StatementKind::kRead;
    statement.await = true;
    statement.path = PathLiteral({random_.Of(callbacks)->name}, true).path;
    input.statements.push_back(std::move(statement));
    return;
  }
  AddCall(input, *random_.Of(callables_), 0);
}

// The way to a function; what it is a method of is made where it is not there yet.
bool Generator::PathTo(Input& input, const Node& callable, Path& path, int depth) {
  std::vector<std::string> steps;
  const Node* node = &callable;
  for (; node->parent != nullptr && node->step[0] == '.'; node = node->parent) {
    steps.insert(steps.begin(), node->step.substr(1));
  }
  if (node->parent != nullptr && node->step[0] == '=') {
    std::vector<std::string> holders;
    for (const Result& result : results_) {
      if (result.node == node) holders.push_back(result.name);
    }
    if (holders.empty() || random_.Chance(10)) {
      if (depth >= kHoldersDeep) return false;
      const Node& maker = *node->parent;
      size_t before = results_.size();
      AddCall(input, maker, depth + 1);
      if (results_.size() == before || input.statements.back().name.empty()) return false;
      Statement& made = input.statements.back();
      made.await = node->step == "=>";
      results_.back().node = node;
      holders = {made.name};
    }
    steps.insert(steps.begin(), random_.Of(holders));
    path = PathLiteral(std::move(steps), true).path;
    return true;
  }
  steps.insert(steps.begin(), node->step);
  bool bare = CanStandAlone(node->step) || (node->step == "exports" && steps.size() == 1);
  if (!bare) steps.insert(steps.begin(), "exports");
  path = PathLiteral(std::move(steps), false).path;
  return true;
}

void Generator::AddCall(Input& input, const Node& callable, int depth) {
  if (input.statements.size() > kStatementsMax) return;
  Statement statement;
  statement.kind =
      callable.Is(ValueKind::kClass) ? StatementKind::kConstruct : StatementKind::kCall;
  // Now and then a class is called, and a function constructed.
  if (random_.Chance(1)) {
    statement.kind =
        statement.kind == StatementKind::kCall ? StatementKind::kConstruct : StatementKind::kCall;
  }
  if (!PathTo(input, callable, statement.path, depth)) return;
  AddArguments(input, callable, statement.arguments);
  statement.argument_at.resize(statement.arguments.size());
  statement.await = random_.Chance(30);
  statement.name = NewName("r");
  results_.push_back({statement.name, callable.Find(statement.await ? "=>" : "="), false});
  input.statements.push_back(std::move(statement));
}

void Generator::AddArguments(Input& input, const Node& callable, std::vector<Literal>& arguments) {
  const Node* asked = callable.Find("#");
  size_t known = asked != nullptr ? asked->count : 0;
  size_t needed = 0;
  for (size_t i = 0; i < 16; ++i) {
    const Node* argument = callable.Find(std::to_string(i));
    if (argument == nullptr) continue;
    known = std::max(known, i + 1);
    if (!argument->optional) needed = i + 1;
  }
  size_t count = known;
  if (random_.Chance(8)) {
    count = random_.Below(known + 2);
  } else if (needed < known && random_.Chance(40)) {
    count = needed + random_.Below(known - needed + 1);
  }
  for (size_t i = 0; i < count; ++i) {
    arguments.push_back(Argument(input, callable.Find(std::to_string(i)), 0));
  }
}

void Generator::Mutate(Input& input, const Input* other) {
  ReadResults(input);
  // What ends it stays where it is: behind what is added.
  bool terminates =
      !input.statements.empty() && input.statements.back().kind == StatementKind::kTerminate;
  if (terminates) input.statements.pop_back();
  if (random_.Chance(10)) terminates = !terminates;
  size_t changes = 1 + random_.Below(3);
  for (size_t i = 0; i < changes; ++i) {
    switch (random_.Below(8)) {
      case 0:
        if (input.statements.size() > 1) {
          input.statements.erase(input.statements.begin() +
                                 static_cast<ptrdiff_t>(random_.Below(input.statements.size())));
        }
        break;
      case 1:
      case 2:
        if (input.statements.size() < kStatementsMax) AddSomething(input);
        break;
      case 3:
      case 4:
        ChangeArgument(input);
        break;
      case 5:
        ChangeSchedule(input);
        break;
      case 6:
        if (other != nullptr) TakeFrom(input, *other);
        break;
      default:
        if (!input.statements.empty()) {
          Statement& statement = random_.Of(input.statements);
          statement.await = !statement.await;
        }
        break;
    }
  }
  if (random_.Chance(5)) {
    input.worker = random_.Chance(50) ? std::optional(NewWorker()) : std::nullopt;
  }
  if (random_.Chance(5)) input.gc = random_.Chance(50) ? GcMode::kZeal : GcMode::kIdle;
  if (terminates) input.statements.emplace_back().kind = StatementKind::kTerminate;
  Repair(input);
}

void Generator::ChangeArgument(Input& input) {
  if (input.statements.empty()) return;
  size_t at = random_.Below(input.statements.size());
  const Statement& changes = input.statements[at];
  // A built-in makes what it was asked for: what it is given says nothing of the module.
  bool built_in = !changes.path.steps.empty() && changes.path.steps[0] == "globalThis";
  if (changes.arguments.empty() || built_in) return;
  // What its argument needs is made at the end, and goes in front of it.
  size_t index = random_.Below(input.statements[at].arguments.size());
  size_t before = input.statements.size();
  Literal changed = Anything(input, 0);
  std::rotate(input.statements.begin() + static_cast<ptrdiff_t>(at),
              input.statements.begin() + static_cast<ptrdiff_t>(before), input.statements.end());
  at += input.statements.size() - before;
  input.statements[at].arguments[index] = std::move(changed);
}

void Generator::ChangeSchedule(Input& input) {
  if (input.schedule.empty() || random_.Chance(20)) {
    input.schedule = NewSchedule(input.statements.size());
    return;
  }
  random_.Of(input.schedule) = static_cast<uint32_t>(random_.Below(60));
  if (random_.Chance(30)) input.schedule.resize(random_.Below(input.schedule.size() + 1));
}

// Statements of another input, behind those of this one, under names of their own.
void Generator::TakeFrom(Input& input, const Input& other) {
  std::vector<std::pair<std::string, std::string>> renamed;
  auto rename = [&](std::string& name) {
    for (const auto& [from, to] : renamed) {
      if (from == name) {
        name = to;
        return;
      }
    }
  };
  auto rename_in = [&](Literal& literal, auto&& self) -> void {
    bool named = literal.kind == Literal::Kind::kCallback && !literal.text.empty();
    if (named) {
      bool throws = literal.text.compare(0, kThrowingCallback.size(), kThrowingCallback) == 0;
      renamed.emplace_back(literal.text, NewName(throws ? "throws" : "c"));
      rename(literal.text);
    }
    if (literal.kind == Literal::Kind::kPath && literal.path.of_result) {
      rename(literal.path.steps[0]);
    }
    for (Literal& item : literal.items) self(item, self);
  };
  for (const Statement& theirs : other.statements) {
    if (theirs.kind == StatementKind::kTerminate || input.statements.size() >= kStatementsMax)
      return;
    Statement statement = theirs;
    if (statement.path.of_result) rename(statement.path.steps[0]);
    for (Literal& argument : statement.arguments) rename_in(argument, rename_in);
    if (!statement.name.empty()) {
      renamed.emplace_back(statement.name, NewName("r"));
      statement.name = renamed.back().second;
    }
    input.statements.push_back(std::move(statement));
  }
}

}  // namespace napisan::cli::fuzz
