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
  WorkerModel& worker = workers_[operation.slot];
  switch (InfoOf(operation.kind).place) {
    case Place::kAbout:
      return DoAbout(worker, operation, number);
    case Place::kCommand:
      if (worker.phase != Phase::kAlive) return false;
      DoCommand(worker, operation, number);
      return true;
    case Place::kMain:
      break;
  }
  if (operation.kind == OpKind::k_run && !CanRun()) return false;
  operation.kind == OpKind::k_teardown ? Teardown() : Turn();
  return true;
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
    default:
      Stop(worker);
      worker.phase = Phase::kNone;
      return true;
  }
}

void Model::DoCommand(WorkerModel& worker, const Operation& operation, uint8_t number) {
  auto answer = [&](bool done) {
    auto kind = static_cast<uint8_t>(operation.kind);
    worker.inside.push_back({done ? EventKind::kDone : EventKind::kRefused, kind});
  };
  bool stopped = operation.during;
  switch (operation.kind) {
    case OpKind::k_send:
      answer(!stopped && CanBeCloned(operation));
      if (!stopped && CanBeCloned(operation)) worker.outbox.push_back(MessageOf(operation, number));
      break;
    case OpKind::k_throw:
      answer(!stopped);
      if (stopped) break;
      worker.failed = true;
      Finish(worker, 1);
      return;
    default:
      answer(true);
      break;
  }
  if (stopped) {
    Stop(worker);
    return;
  }
  if (operation.kind == OpKind::k_handle) {
    worker.has_handler = true;
    worker.handling = static_cast<Handling>(operation.variant);
    Handle(worker);
  }
  if (operation.kind == OpKind::k_close) worker.closed = true;
  if (operation.kind == OpKind::k_leave) worker.keeper = false;
  EndIfIdle(worker);
}

// --- The worker's messages and its end ---

void Model::Post(WorkerModel& worker, Event message) {
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
        if (message.value < kReply) worker.outbox.push_back({EventKind::kMessage, message.value});
        break;
      case Handling::kQuiet:
        break;
      case Handling::kClose:
        worker.closed = true;
        break;
      case Handling::kThrow:
        worker.failed = true;
        Finish(worker, 1);
        break;
    }
  }
}

void Model::EndIfIdle(WorkerModel& worker) {
  bool kept = worker.keeper || (worker.has_handler && !worker.closed);
  if (worker.phase == Phase::kAlive && !kept) Finish(worker, 0);
}

void Model::Stop(WorkerModel& worker) {
  if (worker.phase == Phase::kAlive) Finish(worker, 1);
}

void Model::Finish(WorkerModel& worker, int code) {
  worker.inside.push_back({EventKind::kDown, 0});
  worker.phase = Phase::kEnded;
  worker.code = code;
}

// --- The main loop ---

bool Model::CanRun() const {
  for (const WorkerModel& worker : workers_) {
    if (worker.phase == Phase::kAlive && worker.referenced) return false;
  }
  return true;
}

void Model::Turn() {
  for (WorkerModel& worker : workers_) Deliver(worker);
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
        Stop(worker);
        worker.phase = Phase::kNone;
        return;
      case Listening::kReply:
        Post(worker, {EventKind::kMessage, static_cast<uint8_t>(kReply + message.value)});
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
    if (worker.phase == Phase::kEnded) worker.phase = Phase::kTold;
  }
  torn_down_ = true;
}

void Model::End() {
  if (!torn_down_) Teardown();
}

}  // namespace napisan::agents
