#include "agents/runner.h"

#include "agents/coverage.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace napisan::agents {
namespace {

HostOptions OptionsFor(void (*on_uncaught)(void*, const std::string&), void* context) {
  HostOptions options;
  options.on_uncaught = on_uncaught;
  options.on_swallowed = [](void*) {};
  options.context = context;
  return options;
}

// In an order that is no matter of time.
Events InOrder(Events events) {
  std::sort(events.begin(), events.end(), [](const Event& a, const Event& b) {
    return std::pair(a.value, a.kind) < std::pair(b.value, b.kind);
  });
  return events;
}

}  // namespace

Runner::Runner()
    : agent_(OptionsFor(
          [](void* context, const std::string& text) {
            static_cast<Runner*>(context)->Disagree("an exception is uncaught: " + text);
          },
          this)),
      watchdog_(
          [](void* context) {
            static_cast<Runner*>(context)->Disagree(
                "for long nothing has happened: a wake-up is lost");
          },
          this) {
  SetReportPrinting(false);
  SetReportListener(OnReport, this, /*with_json=*/false);
}

void Runner::Run(const Program& program) {
  program_ = program;
  at_ = 0;
  watchdog_.Note();
  Begin();
  for (; at_ < program_.count; ++at_) {
    const Operation& operation = program_.operations[at_];
    auto number = static_cast<uint8_t>(at_);
    watchdog_.Note();
    size_t pair = PairOf(operation, model_);
    if (!model_.Do(operation, number)) {
      ++counts_.left_out;
      continue;
    }
    ++counts_.performed;
    CountPair(pair);
    Perform(operation, number);
    Compare();
  }
  End();
  watchdog_.Rest();
  ++counts_.programs;
}

void Runner::Begin() {
  trace_hash_ = 0xcbf29ce484222325;
  model_ = {};
  for (Slot& slot : slots_) {
    slot.before.clear();
    slot.outside.clear();
  }
  std::string error;
  if (!agent_.Add("agents", nullptr, 8, module_, error)) {
    Disagree("the module cannot be added: " + error);
  }
  InModule([this](napi_env env) { keeper_.Open(env, {}); });
}

void Runner::Perform(const Operation& operation, uint8_t number) {
  switch (InfoOf(operation.kind).place) {
    case Place::kAbout:
      PerformAbout(slots_[operation.slot], operation, number);
      return;
    case Place::kCommand:
      PerformCommand(slots_[operation.slot], operation, number);
      return;
    case Place::kTask:
      PerformInPool(operation, number);
      return;
    case Place::kMain:
      break;
  }
  switch (operation.kind) {
    case OpKind::k_teardown:
      LetAllGo();
      agent_.Teardown();
      return;
    case OpKind::k_turn:
      Turn();
      return;
    case OpKind::k_run:
      Turn();
      break;
    default:
      PerformInPool(operation, number);
      if (operation.kind == OpKind::k_race) Turn();
      return;
  }
  // What is left does not keep it alive.
  keeper_.SetReferenced(false);
  agent_.RunLoop();
  keeper_.SetReferenced(true);
}

void Runner::PerformCommand(Slot& slot, const Operation& operation, uint8_t number) {
  counts_.works += operation.kind == OpKind::k_work ? 1 : 0;
  counts_.hooks += operation.kind == OpKind::k_hook ? 1 : 0;
  slot.inside->Command(operation, number);
  if (operation.kind == OpKind::k_work) slot.gated = operation.variant == 1;
  if (operation.kind == OpKind::k_function) slot.holds_function = operation.variant == 0;
  if (!operation.during) return;
  slot.inside->entered.Pass();
  slot.worker->Terminate();
  ++counts_.terminated;
  slot.inside->go_on.Open();
}

void Runner::PerformAbout(Slot& slot, const Operation& operation, uint8_t number) {
  switch (operation.kind) {
    case OpKind::k_start:
      Start(slot, static_cast<Starting>(operation.variant), number);
      return;
    case OpKind::k_listen:
      Listen(slot, static_cast<Listening>(operation.variant));
      return;
    case OpKind::k_post:
      Post(slot, static_cast<MessageKind>(operation.variant), number);
      return;
    case OpKind::k_unref:
    case OpKind::k_ref:
      slot.worker->SetReferenced(operation.kind == OpKind::k_ref);
      return;
    case OpKind::k_terminate:
      slot.worker->Terminate();
      ++counts_.terminated;
      return;
    case OpKind::k_open:
      slot.inside->Open();
      slot.gated = false;
      return;
    case OpKind::k_call:
    case OpKind::k_release:
      UseFunction(slot, operation.kind);
      return;
    default:
      Destroy(slot);
      return;
  }
}

void Runner::End() {
  at_ = program_.count;
  model_.End();
  LetAllGo();
  if (program_.agent_first) agent_.Teardown();
  for (Slot& slot : slots_) Destroy(slot);
  pool_.End();
  agent_.Teardown();
  Compare();
  for (Slot& slot : slots_) {
    See(slot.before);
    See(slot.outside);
  }
  See(InOrder(pool_.inside().Copy()));
  See(InOrder(pool_.outside()));
  pool_.Forget();
  agent_.Reset();
  // Here and not before the next: what is forgotten is this program's, and so is the time it takes.
  ResetReports();
}

// --- Workers ---

void Runner::Start(Slot& slot, Starting starting, uint8_t number) {
  ++counts_.workers;
  slot.inside = std::make_unique<Inside>();
  slot.listening = Listening::kCount;
  slot.gated = false;
  slot.holds_function = false;
  Inside* inside = slot.inside.get();
  slot.worker = std::make_unique<HostWorker>(
      agent_, [inside](HostWorkerScope& self) { inside->Script(self); });
  // At once: so early that its thread has not begun.
  if (starting == Starting::kPosted) Post(slot, MessageKind::kNumber, number);
  if (starting == Starting::kTerminated) {
    slot.worker->Terminate();
    ++counts_.terminated;
  }
  slot.worker->OnError(module_, [&slot](napi_env, napi_value) {
    slot.outside.push_back({EventKind::kError, 0});
  });
  slot.worker->OnExit([&slot](int code) {
    slot.outside.push_back({EventKind::kExit, static_cast<uint8_t>(code)});
  });
  inside->begin.Open();
}

void Runner::Listen(Slot& slot, Listening listening) {
  slot.listening = listening;
  slot.worker->OnMessage(
      module_, [this, &slot](napi_env env, napi_value message) { OnMessage(slot, env, message); });
}

void Runner::OnMessage(Slot& slot, napi_env env, napi_value message) {
  Event event = Received(env, message);
  slot.outside.push_back(event);
  ++counts_.messages;
  switch (slot.listening) {
    case Listening::kCount:
      break;
    case Listening::kTerminate:
      slot.worker->Terminate();
      ++counts_.terminated;
      break;
    case Listening::kDestroy:
      Destroy(slot);
      break;
    case Listening::kReply:
      Post(slot, MessageKind::kNumber, static_cast<uint8_t>(kReplies + event.value));
      break;
  }
}

void Runner::Post(Slot& slot, MessageKind kind, uint8_t number) {
  bool posted = false;
  InModule([&](napi_env env) {
    posted = PostNumbered(env, kind, number, [&](napi_value message, const auto& transfer) {
      return slot.worker->PostMessage(env, message, transfer);
    });
  });
  if (posted == (kind == MessageKind::kSymbol)) {
    Disagree(fmt::format("posting to the worker answers {}", posted));
  }
}

void Runner::LetAllGo() {
  for (Slot& slot : slots_) LetGo(slot);
  pool_.LetGo(model_.pool());
}

void Runner::LetGo(Slot& slot) {
  if (slot.worker == nullptr || !slot.gated) return;
  // First, so that complete has no JavaScript.
  slot.worker->Terminate();
  slot.inside->Open();
  slot.gated = false;
}

void Runner::UseFunction(Slot& slot, OpKind kind) {
  napi_threadsafe_function function = slot.inside->function();
  napi_status status = kind == OpKind::k_call
                           ? napi_call_threadsafe_function(function, nullptr, napi_tsfn_nonblocking)
                           : napi_release_threadsafe_function(function, napi_tsfn_release);
  slot.holds_function = kind == OpKind::k_call && status == napi_ok;
  if (status == model_.answer()) return;
  Disagree(fmt::format("{} of the worker's function answers {}, not {}", InfoOf(kind).name,
                       static_cast<int>(status), static_cast<int>(model_.answer())));
}

void Runner::PerformInPool(const Operation& operation, uint8_t number) {
  counts_.tasks += operation.kind == OpKind::k_execute || operation.kind == OpKind::k_race ? 1 : 0;
  if (pool_.Perform(operation, number, model_.pool())) return;
  Disagree(fmt::format("cancelling task {} says the contrary", model_.pool().asked()));
}

// Its thread has been joined when this returns.
void Runner::Destroy(Slot& slot) {
  if (slot.worker == nullptr) return;
  LetGo(slot);
  slot.worker.reset();
  if (slot.holds_function) {
    napi_release_threadsafe_function(slot.inside->function(), napi_tsfn_release);
    slot.holds_function = false;
  }
  for (const Event& event : slot.inside->log.Copy()) slot.before.push_back(event);
  slot.inside.reset();
}

void Runner::Turn() {
  while (true) {
    bool all = true;
    for (size_t i = 0; i < kSlots; ++i) {
      all &= slots_[i].outside.size() >= model_.worker(i).outside.size();
    }
    all &= pool_.outside().size() >= model_.pool().outside().size();
    if (all) break;
    agent_.Turn();
    watchdog_.Note();
  }
  // What else has arrived is one too many.
  agent_.Turn(false);
}

// --- What is seen ---

void Runner::Compare() {
  for (size_t i = 0; i < kSlots; ++i) {
    Slot& slot = slots_[i];
    const WorkerModel& model = model_.worker(i);
    Events inside = slot.before;
    if (slot.inside != nullptr) {
      slot.inside->log.WaitFor(model.inside, slot.before.size());
      for (const Event& event : slot.inside->log.Copy()) inside.push_back(event);
    }
    if (inside != model.inside) {
      Disagree(
          fmt::format("worker {} sees: {}\n  not: {}", i, ToText(inside), ToText(model.inside)));
    }
    if (slot.outside != model.outside) {
      Disagree(fmt::format("of worker {} is seen: {}\n  not: {}", i, ToText(slot.outside),
                           ToText(model.outside)));
    }
  }
  ComparePool();
}

void Runner::ComparePool() {
  const PoolModel& model = model_.pool();
  pool_.inside().WaitFor(model.inside().size());
  auto compare = [&](const char* where, const Events& seen, const Events& said) {
    bool same = model.in_order() ? seen == said : InOrder(seen) == InOrder(said);
    if (same) return;
    Disagree(fmt::format("{} the pool is seen: {}\n  not: {}", where, ToText(seen), ToText(said)));
  };
  compare("in", pool_.inside().Copy(), model.inside());
  compare("of", pool_.outside(), model.outside());
}

void Runner::See(const Events& events) {
  auto see = [this](uint64_t what) { trace_hash_ = (trace_hash_ ^ what) * 0x100000001b3; };
  see(events.size());
  for (const Event& event : events) see(static_cast<uint64_t>(event.kind) << 8 | event.value);
}

void Runner::OnReport(const ReportInfo& report, void* context) {
  if (Inside::TakeReport(report.rule)) return;
  static_cast<Runner*>(context)->Disagree(
      fmt::format("{} is reported: {}", report.rule, report.message));
}

void Runner::Disagree(const std::string& what) {
  size_t at = at_;
  std::string text = fmt::format("agents: FAILED: {}\n  of the program:\n    {}\n", what,
                                 program_.agent_first ? "agent first" : "handles first");
  for (size_t i = 0; i < program_.count; ++i) {
    text += fmt::format("  {} {}\n", i == at ? ">" : " ", ToText(program_.operations[i]));
  }
  if (at >= program_.count) text += "  > (its end)\n";
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  std::abort();
}

}  // namespace napisan::agents
