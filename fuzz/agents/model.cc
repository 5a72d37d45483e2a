#include "agents/model.h"

namespace napisan::agents {
namespace {

using Phase = WorkerModel::Phase;

Event MessageOf(const Operation& operation, uint8_t number) {
  bool moved = static_cast<MessageKind>(operation.variant) == MessageKind::kMoved;
  return {moved ? EventKind::kBuffer : EventKind::kMessage, number};
}

bool CanBeCloned(const Operation& operation) {
  return static_cast<MessageKind>(operation.variant) != MessageKind::kSymbol;
}

}  // namespace

bool Model::Do(const Operation& operation, uint8_t number) {
  if (torn_down_) return false;
  switch (InfoOf(operation.kind).place) {
    case Place::kAbout:
      return DoAbout(workers_[operation.slot], operation, number);
    case Place::kCommand: {
      WorkerModel& worker = workers_[operation.slot];
      if (!CanCommand(worker, operation)) return false;
      DoCommand(worker, operation, number);
      return true;
    }
    case Place::kTask:
      return pool_.Do(operation, number);
    case Place::kMain:
      break;
  }
  switch (operation.kind) {
    case OpKind::k_run:
      if (!CanRun()) return false;
      Turn();
      return true;
    case OpKind::k_turn:
      Turn();
      return true;
    case OpKind::k_teardown:
      Teardown();
      return true;
    default:
      // A race is over once its promise has settled: the loop turns.
      if (!pool_.Do(operation, number)) return false;
      if (operation.kind == OpKind::k_race) Turn();
      return true;
  }
}

bool Model::DoAbout(WorkerModel& worker, const Operation& operation, uint8_t number) {
  if ((operation.kind == OpKind::k_start) != (worker.phase == Phase::kNone)) return false;
  switch (operation.kind) {
    case OpKind::k_start: {
      Events inside = std::move(worker.inside);
      Events outside = std::move(worker.outside);
      worker = {};
      worker.inside = std::move(inside);
      worker.outside = std::move(outside);
      auto starting = static_cast<Starting>(operation.variant);
      if (starting == Starting::kTerminated) {
        worker.phase = Phase::kEnded;
        worker.code = 1;
        return true;
      }
      worker.phase = Phase::kAlive;
      worker.inside.push_back({EventKind::kBegun, 0});
      if (starting == Starting::kPosted) Post(worker, {EventKind::kMessage, number});
      return true;
    }
    case OpKind::k_listen:
      worker.listened = true;
      worker.listening = static_cast<Listening>(operation.variant);
      return true;
    case OpKind::k_post:
      if (CanBeCloned(operation)) Post(worker, MessageOf(operation, number));
      return true;
    case OpKind::k_unref:
    case OpKind::k_ref:
      worker.referenced = operation.kind == OpKind::k_ref;
      return true;
    case OpKind::k_terminate:
      Stop(worker);
      return true;
    case OpKind::k_open:
      if (!worker.gated) return false;
      Open(worker);
      return true;
    case OpKind::k_call:
    case OpKind::k_release:
      return UseFunction(worker, operation.kind);
    default:
      Destroy(worker);
      return true;
  }
}

bool Model::UseFunction(WorkerModel& worker, OpKind kind) {
  // While it stops, when the function is looked at again is a matter of time.
  if (worker.function == FunctionState::kNone || worker.phase == Phase::kStopping) return false;
  bool closing = worker.function == FunctionState::kClosing;
  bool releases = kind == OpKind::k_release;
  answer_ = closing && !releases ? napi_closing : napi_ok;
  if (closing || releases) worker.function = FunctionState::kNone;
  if (closing) return true;
  worker.inside.push_back({releases ? EventKind::kFunctionGone : EventKind::kCalled, 0});
  EndIfIdle(worker);
  return true;
}

bool Model::CanCommand(const WorkerModel& worker, const Operation& operation) const {
  if (worker.phase != Phase::kAlive) return false;
  switch (operation.kind) {
    case OpKind::k_work:
      // A handler that throws ends the worker unseen where a work is waited for.
      return !worker.gated && !(worker.has_handler && worker.handling == Handling::kThrow);
    case OpKind::k_handle:
      return !worker.gated || static_cast<Handling>(operation.variant) != Handling::kThrow;
    case OpKind::k_unhook:
      for (const HookModel& hook : worker.hooks) {
        if (!IsAsync(hook.kind)) return true;
      }
      return false;
    case OpKind::k_promise:
      return !worker.deferred;
    case OpKind::k_settle:
      return worker.deferred;
    case OpKind::k_function:
      return worker.function == FunctionState::kNone;
    case OpKind::k_inner:
      return !worker.inner;
    default:
      return true;
  }
}

void Model::DoCommand(WorkerModel& worker, const Operation& operation, uint8_t number) {
  // What needs no JavaScript is done also where that may not run any more.
  switch (operation.kind) {
    case OpKind::k_close:
      worker.closed = true;
      worker.inbox.clear();
      break;
    case OpKind::k_work:
      worker.gated = operation.variant == 1;
      break;
    case OpKind::k_hook:
      if (static_cast<HookKind>(operation.variant) == HookKind::kTwice) {
        worker.inside.push_back({EventKind::kDuplicate, 0});
      }
      worker.hooks.push_back({static_cast<HookKind>(operation.variant), number});
      break;
    case OpKind::k_unhook:
      for (size_t at = worker.hooks.size(); at-- > 0;) {
        if (IsAsync(worker.hooks[at].kind)) continue;
        worker.hooks.erase(worker.hooks.begin() + static_cast<ptrdiff_t>(at));
        break;
      }
      break;
    default:
      break;
  }
  operation.during ? DoStopped(worker, operation, number) : DoRunning(worker, operation, number);
}

void Model::DoStopped(WorkerModel& worker, const Operation& operation, uint8_t number) {
  bool posts = operation.kind == OpKind::k_send;
  bool needs_js = operation.kind == OpKind::k_throw || operation.kind == OpKind::k_promise ||
                  operation.kind == OpKind::k_settle ||
                  (posts && MessageOf(operation, number).kind == EventKind::kBuffer);
  auto kind = static_cast<uint8_t>(operation.kind);
  worker.inside.push_back({needs_js || posts ? EventKind::kRefused : EventKind::kDone, kind});
  worker.cut_off |= needs_js || operation.kind == OpKind::k_work;
  if (operation.kind == OpKind::k_function) {
    worker.has_producer = operation.variant == 1;
    worker.function = FunctionState::kOpen;
  }
  bool quick = operation.kind == OpKind::k_work && operation.variant == 0;
  if (quick) worker.inside.push_back({EventKind::kComplete, 0});
  Stop(worker);
}

void Model::DoRunning(WorkerModel& worker, const Operation& operation, uint8_t number) {
  bool done = operation.kind != OpKind::k_send || CanBeCloned(operation);
  auto see = [&](EventKind kind, uint8_t value) { worker.inside.push_back({kind, value}); };
  see(done ? EventKind::kDone : EventKind::kRefused, static_cast<uint8_t>(operation.kind));
  switch (operation.kind) {
    case OpKind::k_send:
      if (done) worker.outbox.push_back(MessageOf(operation, number));
      break;
    case OpKind::k_throw:
      worker.failed = true;
      Finish(worker, 1);
      return;
    case OpKind::k_handle:
      worker.has_handler = true;
      worker.handling = static_cast<Handling>(operation.variant);
      Handle(worker);
      break;
    case OpKind::k_leave:
      worker.keeper = false;
      break;
    case OpKind::k_work:
      if (operation.variant == 0) see(EventKind::kComplete, 1);
      break;
    case OpKind::k_promise:
    case OpKind::k_settle:
      worker.deferred = operation.kind == OpKind::k_promise;
      worker.settled_late = operation.variant == 1;
      break;
    case OpKind::k_function:
      if (operation.variant == 0) {
        worker.function = FunctionState::kOpen;
        break;
      }
      see(EventKind::kFunctionGone, 0);
      break;
    case OpKind::k_inner:
      see(EventKind::kInner, 0);
      worker.inner = operation.variant == 1;
      if (!worker.inner) see(EventKind::kInnerExit, 0);
      break;
    default:
      break;
  }
  EndIfIdle(worker);
}

// --- The worker's messages and its end ---

void Model::Post(WorkerModel& worker, Event message) {
  if (worker.phase != Phase::kAlive || worker.closed) return;
  worker.inbox.push_back(message);
  Handle(worker);
  EndIfIdle(worker);
}

void Model::Handle(WorkerModel& worker) {
  while (worker.phase == Phase::kAlive && worker.has_handler && !worker.closed &&
         !worker.inbox.empty()) {
    Event message = worker.inbox.front();
    worker.inbox.pop_front();
    worker.inside.push_back(message);
    switch (worker.handling) {
      case Handling::kEcho:
        if (message.value < kReplies) worker.outbox.push_back({EventKind::kMessage, message.value});
        break;
      case Handling::kQuiet:
        break;
      case Handling::kClose:
        worker.closed = true;
        worker.inbox.clear();
        break;
      case Handling::kThrow:
        worker.failed = true;
        Finish(worker, 1);
        break;
    }
  }
}

void Model::EndIfIdle(WorkerModel& worker) {
  bool kept = worker.keeper || (worker.has_handler && !worker.closed) || worker.gated ||
              worker.inner || worker.function == FunctionState::kOpen;
  if (worker.phase == Phase::kAlive && !kept) Finish(worker, 0);
}

void Model::Stop(WorkerModel& worker) {
  if (worker.phase == Phase::kAlive) Finish(worker, 1);
}

void Model::Finish(WorkerModel& worker, int code) {
  bool in_flight = worker.gated || worker.function == FunctionState::kOpen || !worker.inbox.empty();
  worker.cut_off |= code != 0 && in_flight;
  worker.phase = Phase::kStopping;
  worker.code = code;
  if (!worker.gated) TearDown(worker);
}

void Model::Open(WorkerModel& worker) {
  bool stopping = worker.phase == Phase::kStopping;
  worker.inside.push_back({EventKind::kComplete, static_cast<uint8_t>(stopping ? 0 : 1)});
  worker.gated = false;
  stopping ? TearDown(worker) : EndIfIdle(worker);
}

// semantics.md, 19: works have completed; hooks, newest first; thread-safe functions; finalizers.
void Model::TearDown(WorkerModel& worker) {
  auto see = [&](EventKind kind, uint8_t value) { worker.inside.push_back({kind, value}); };
  while (!worker.hooks.empty()) {
    HookModel hook = worker.hooks.back();
    worker.hooks.pop_back();
    see(EventKind::kHook, hook.number);
    if (hook.kind != HookKind::kRemoves) continue;
    for (size_t at = worker.hooks.size(); at-- > 0;) {
      if (IsAsync(worker.hooks[at].kind)) continue;
      worker.hooks.erase(worker.hooks.begin() + static_cast<ptrdiff_t>(at));
      break;
    }
  }
  see(EventKind::kDown, 0);
  if (worker.function == FunctionState::kOpen) {
    see(EventKind::kFunctionGone, 0);
    // A producer has been told already.
    worker.function = worker.has_producer ? FunctionState::kNone : FunctionState::kClosing;
  }
  see(EventKind::kFinalized, 0);
  if (worker.deferred && !worker.settled_late && !worker.cut_off) see(EventKind::kLeak, 0);
  worker.phase = Phase::kEnded;
}

void Model::Destroy(WorkerModel& worker) {
  Stop(worker);
  if (worker.gated) Open(worker);
  worker.function = FunctionState::kNone;
  worker.phase = Phase::kNone;
}

// --- The main loop ---

bool Model::CanRun() const {
  if (!pool_.idle()) return false;
  for (const WorkerModel& worker : workers_) {
    bool lives = worker.phase == Phase::kAlive || worker.phase == Phase::kStopping;
    if (lives && worker.referenced) return false;
  }
  return true;
}

void Model::Turn() {
  for (WorkerModel& worker : workers_) Deliver(worker);
  if (pool_.there()) pool_.Deliver();
}

void Model::Deliver(WorkerModel& worker) {
  if (worker.phase == Phase::kNone || worker.phase == Phase::kTold) return;
  while (worker.listened && !worker.outbox.empty()) {
    Event message = worker.outbox.front();
    worker.outbox.pop_front();
    worker.outside.push_back(message);
    switch (worker.listening) {
      case Listening::kCount:
        break;
      case Listening::kTerminate:
        Stop(worker);
        break;
      case Listening::kDestroy:
        Destroy(worker);
        return;
      case Listening::kReply:
        Post(worker, {EventKind::kMessage, static_cast<uint8_t>(kReplies + message.value)});
        break;
    }
  }
  if (worker.phase != Phase::kEnded) return;
  if (worker.failed) worker.outside.push_back({EventKind::kError, 0});
  worker.outside.push_back({EventKind::kExit, static_cast<uint8_t>(worker.code)});
  worker.phase = Phase::kTold;
}

void Model::Teardown() {
  for (WorkerModel& worker : workers_) {
    Stop(worker);
    if (worker.gated) Open(worker);
    if (worker.phase == Phase::kEnded) worker.phase = Phase::kTold;
  }
  if (pool_.there()) pool_.End();
  torn_down_ = true;
}

void Model::End() {
  if (!torn_down_) Teardown();
}

}  // namespace napisan::agents
