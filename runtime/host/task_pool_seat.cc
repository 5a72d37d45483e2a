// The pool threads' side of a task pool.

#include <utility>

#include "api/defect.h"
#include "host/atoms.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"
#include "host/strings.h"
#include "host/task_pool.h"

namespace napisan::host {
namespace {

// OpenHarmony's number of "worker initialization failure".
constexpr double kStartFailed = 10200003;

// An address of user space fits a double's 53 bits.
Value Pointer(const void* pointer) {
  return Value::Number(static_cast<double>(reinterpret_cast<uintptr_t>(pointer)));
}
template <class T>
T& PointedAt(Value value) {
  return *reinterpret_cast<T*>(static_cast<uintptr_t>(value.AsNumber()));
}

// An exception as a message: as it is, or what can be said of it.
CloneData Told(Agent& agent, Value exception) {
  CloneData data;
  if (Serialize(agent, exception, {}, data)) return data;
  agent.TakeException();
  Value text = Value::Of(NewString(agent, Inspect(agent, exception)));
  data = {};
  Serialize(agent, Value::Of(NewError(agent, "Error", text)), {}, data);
  return data;
}

}  // namespace

void TaskPool::RunSeat(Seat& seat, Agent& agent) {
  agent.executor().Open(seat.waker);
  agent.executor().SetReferenced(seat.waker, false);
  {
    std::lock_guard lock(mutex_);
    seat.agent = &agent;
  }
  seat.state = options_.start(agent, seat.error);
  while (agent.can_run_js()) {
    if (std::shared_ptr<Execution> execution = Take(seat)) {
      Perform(seat, agent, execution);
    } else if (!agent.Turn(Executor::Wait::kEvent) && !WaitForTask(seat)) {
      break;
    }
  }
  if (seat.state != nullptr && options_.stop != nullptr) options_.stop(seat.state.get());
  {
    std::lock_guard lock(mutex_);
    seat.agent = nullptr;
  }
  agent.executor().Close(seat.waker);
}

std::shared_ptr<Execution> TaskPool::Take(Seat& seat) {
  std::lock_guard lock(mutex_);
  if (seat.current != 0 || stopping_) return nullptr;
  std::shared_ptr<Execution> execution = queue_.Next();
  if (execution == nullptr) return nullptr;
  seat.current = execution->id;
  bool at_once = seat.state == nullptr || !HAS_DEFECT(task_taken_in_two_steps);
  if (at_once) running_[execution->id] = execution;
  return execution;
}

void TaskPool::Perform(Seat& seat, Agent& agent, const std::shared_ptr<Execution>& execution) {
  AutoScope scope(agent.handles());
  if (seat.state == nullptr) {
    ThrowError(agent, "Error", seat.error);
    Object* error = AsObject(agent.TakeException());
    Define(agent, error, AtomKey(Atom::k_code), Value::Number(kStartFailed), kPlainProperty);
    Settle(seat, agent, execution->id, Value::Of(error), true);
    return;
  }
  Value list = Deserialize(agent, execution->arguments);
  agent.handles().Push(list);
  std::vector<Value> arguments;
  for (uint32_t i = 0; i < ArrayLength(*AsObject(list)); ++i) {
    arguments.push_back(Get(agent, list, AsObject(list), Key::Of(i)));
    agent.handles().Push(arguments.back());
  }
  if (HAS_DEFECT(task_taken_in_two_steps)) {
    std::lock_guard lock(mutex_);
    running_[execution->id] = execution;
  }
  // In no callback scope: the function opens its own, and may turn the loop to await something.
  Value result =
      execution->task->function({agent, seat.state.get(), arguments, execution->cancelled});
  if (result.IsHole()) {
    Settle(seat, agent, execution->id, agent.TakeException(), true);
  } else if (Is(result, CellKind::kPromise)) {
    agent.handles().Push(result);
    agent.OpenCallbackScope();
    Follow(seat, agent, execution->id, AsObject(result));
    agent.CloseCallbackScope();
  } else {
    Settle(seat, agent, execution->id, result, false);
  }
}

template <bool kRejected>
Value TaskPool::OnSettled(Agent& agent, CallFrame& frame) {
  const Value* slots = frame.function->builtin.slots;
  auto& seat = PointedAt<Seat>(slots[0]);
  auto id = static_cast<uint32_t>(slots[1].AsNumber());
  seat.pool.Settle(seat, agent, id, frame.argument(0), kRejected);
  return Value::Undefined();
}

void TaskPool::Follow(Seat& seat, Agent& agent, uint32_t id, Object* promise) {
  Value slot0 = Pointer(&seat);
  Value slot1 = Value::Number(id);
  Then(agent, promise, Value::Of(NewBuiltin(agent, "", OnSettled<false>, slot0, slot1)),
       Value::Of(NewBuiltin(agent, "", OnSettled<true>, slot0, slot1)));
}

void TaskPool::Settle(Seat& seat, Agent& agent, uint32_t id, Value value, bool rejected) {
  // A task that is cut off by the pool's end has no result.
  if (!agent.can_run_js()) return;
  CloneData data;
  bool uncloned = false;
  if (HAS_DEFECT(settling_rings_before_it_stores)) parent_.executor().Ring(*this);
  if (rejected) {
    data = Told(agent, value);
  } else if (!Serialize(agent, value, {}, data)) {
    rejected = true;
    Value exception = agent.TakeException();
    agent.handles().Push(exception);
    uncloned = IsDataCloneError(agent, exception);
    data = Told(agent, exception);
  }
  std::lock_guard lock(mutex_);
  auto found = running_.find(id);
  found->second->result = std::move(data);
  found->second->rejected = rejected;
  found->second->uncloned = uncloned;
  finished_.push_back({found->second});
  running_.erase(found);
  if (seat.current == id) seat.current = 0;
  if (!HAS_DEFECT(settling_rings_before_it_stores)) parent_.executor().Ring(*this);
}

bool TaskPool::WaitForTask(Seat& seat) {
  std::unique_lock lock(mutex_);
  if (seat.current != 0) {
    // Its promise is pending and nothing is left here that could settle it.
    finished_.push_back({running_[seat.current], true});
    seat.current = 0;
    parent_.executor().Ring(*this);
  }
  seat.idle = true;
  if (queue_.size() == 0) changed_.notify_all();
  changed_.wait(lock, [this] { return stopping_ || queue_.size() > 0; });
  seat.idle = false;
  return !stopping_;
}

void TaskPool::OnUncaught(Agent& agent, Value exception) {
  if (!agent.can_run_js()) return;
  CloneData data = Told(agent, exception);
  std::lock_guard lock(mutex_);
  uncaught_.push_back(std::move(data));
  parent_.executor().Ring(*this);
}

}  // namespace napisan::host
