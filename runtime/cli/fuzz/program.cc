#include "cli/fuzz/program.h"

#include <uv.h>

#include <set>

#include "cli/fuzz/watch.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::cli::fuzz {

using host::Value;

namespace {

// Where the scope keeps the function of callback(name): no script can say this name.
std::string FunctionOf(const std::string& name) { return " " + name; }

// A program that goes on by itself is cut off after so many turns of the loop, and one that waits
// for what does not come after so long: as process.exit() would do.
constexpr size_t kTurnsMax = 20000;
constexpr uint64_t kQuietMs = 100;

void NamesIn(const Literal& literal, std::set<std::string>& names) {
  if (literal.kind == Literal::Kind::kCallback && !literal.text.empty()) names.insert(literal.text);
  for (const Literal& item : literal.items) NamesIn(item, names);
}

}  // namespace

Program::Program(const Input& input, host::Agent& agent, Value exports, Schedule& schedule,
                 Knowledge& knowledge, Features& features, ProgramObserver& observer)
    : input_(input),
      agent_(agent),
      schedule_(schedule),
      knowledge_(knowledge),
      features_(features),
      observer_(observer),
      scope_(agent, exports),
      result_nodes_(input.statements.size()),
      waiting_(input.statements.size()) {
  std::set<std::string> callbacks;
  for (const Statement& statement : input.statements) {
    if (!statement.name.empty()) scope_.Declare(statement.name);
    for (const Literal& argument : statement.arguments) NamesIn(argument, callbacks);
  }
  for (const std::string& name : callbacks) {
    scope_.Declare(name);
    scope_.Declare(FunctionOf(name));
  }
}

bool Program::Run() {
  for (current_ = 0; current_ < input_.statements.size(); ++current_) {
    const Statement& statement = input_.statements[current_];
    observer_.OnStatement(current_);
    if (statement.kind == StatementKind::kTerminate) return false;
    // Some of what is under way, before the next one.
    for (uint32_t turns = schedule_.Choose(4); turns > 0 && agent_.executor().alive(); --turns) {
      agent_.Turn(host::Executor::Wait::kNo);
    }
    RunStatement(statement);
    if (out_of_time_) return false;
  }
  observer_.OnPhase("while the loop was turned");
  TurnUntilIdle();
  return !out_of_time_;
}

void Program::RunStatement(const Statement& statement) {
  host::AutoScope handles(agent_.handles());
  Value value = Evaluate(statement);
  if (value.IsHole()) {
    value = agent_.TakeException();
    if (value.IsHole()) return;
    ++tally_.threw;
    Tell(current_, "threw ", value);
    return;
  }
  agent_.handles().Push(value);
  bool called =
      statement.kind == StatementKind::kCall || statement.kind == StatementKind::kConstruct;
  if (called) Tell(current_, "returned ", value);
  if (statement.await) {
    value = Await(statement, value);
    agent_.handles().Push(value);
  } else if (called && host::Is(value, host::CellKind::kPromise)) {
    Follow(host::AsObject(value));
  }
  if (!statement.name.empty()) scope_.Set(statement.name, value);
}

// A hole where it threw.
Value Program::Evaluate(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kCall:
    case StatementKind::kConstruct:
      return Call(statement);
    case StatementKind::kSet: {
      Path holder = statement.path;
      std::string name = holder.steps.back();
      holder.steps.pop_back();
      Value object = Resolve(holder);
      Value value = MakeValue(agent_, statement.arguments[0], *this);
      if (!host::IsObject(object) || value.IsHole()) return Value::Undefined();
      agent_.handles().Push(value);
      agent_.OpenCallbackScope();
      host::Set(agent_, host::AsObject(object), host::Key::Of(host::NewString(agent_, name)),
                value);
      agent_.CloseCallbackScope();
      return agent_.exception().IsHole() ? value : Value::Hole();
    }
    case StatementKind::kRead:
      return Resolve(statement.path);
    case StatementKind::kValue:
      return MakeValue(agent_, statement.arguments[0], *this);
    case StatementKind::kRequire:
    case StatementKind::kTerminate:
      break;
  }
  return Value::Undefined();
}

Value Program::Call(const Statement& statement) {
  // What the call returned is kept; what only its arguments held may be collected from here on.
  napi_value kept = agent_.handles().Push(Value::Undefined());
  host::LoopScope scope(agent_);
  Value function;
  Value receiver;
  size_t reached = 0;
  bool found = scope_.Find(statement.path, function, receiver, reached);
  if (function.IsHole()) return function;
  if (!found || !host::IsFunction(function)) return Value::Undefined();
  agent_.handles().Push(function);
  agent_.handles().Push(receiver);
  std::vector<Value> arguments;
  for (const Literal& literal : statement.arguments) {
    Value value = MakeValue(agent_, literal, *this);
    arguments.push_back(value.IsHole() ? Value::Undefined() : value);
    agent_.handles().Push(arguments.back());
  }
  ++tally_.calls;
  Node* node = NodeOf(statement.path);
  agent_.OpenCallbackScope();
  Value value;
  {
    WatchedCall watched(host::AsObject(function), node);
    value = statement.kind == StatementKind::kConstruct
                ? host::Construct(agent_, function, arguments.data(), arguments.size())
                : agent_.Call(function, receiver, arguments.data(), arguments.size());
  }
  Value exception = value.IsHole() ? agent_.TakeException() : Value::Undefined();
  agent_.handles().Push(value.IsHole() ? exception : value);
  agent_.CloseCallbackScope();
  if (node != nullptr && !value.IsHole()) {
    result_nodes_[current_] = &node->Child("=");
    LearnResult(*result_nodes_[current_], value);
    if (!statement.name.empty()) node_of_name_[statement.name] = result_nodes_[current_];
  }
  kept->value = value.IsHole() ? exception : value;
  return value.IsHole() ? agent_.Throw(exception) : value;
}

// Turns the loop once, and waits for something to happen, but not for long. False where it is idle,
// or has had its time.
bool Program::Turn() {
  if (++turns_ > kTurnsMax || !agent_.can_run_js()) {
    out_of_time_ = true;
    return false;
  }
  if (agent_.executor().plays_threads() || !agent_.executor().alive()) {
    return agent_.Turn(host::Executor::Wait::kEvent);
  }
  // It keeps no loop alive; one that something else does is woken by it.
  static uv_timer_t timer;
  bool fired = false;
  uv_loop_t* loop = agent_.executor().loop();
  uv_timer_init(loop, &timer);
  timer.data = &fired;
  uv_timer_start(
      &timer, [](uv_timer_t* self) { *static_cast<bool*>(self->data) = true; }, kQuietMs, 0);
  uv_unref(reinterpret_cast<uv_handle_t*>(&timer));
  bool alive = agent_.Turn(host::Executor::Wait::kEvent);
  bool closed = false;
  timer.data = &closed;
  uv_close(reinterpret_cast<uv_handle_t*>(&timer),
           [](uv_handle_t* self) { *static_cast<bool*>(self->data) = true; });
  while (!closed) uv_run(loop, UV_RUN_NOWAIT);
  out_of_time_ = fired && alive;
  return alive && !fired;
}

void Program::TurnUntilIdle() {
  for (int again = 0; again < 2 && !out_of_time_; ++again) {
    while (Turn()) {
    }
    // What was settled outside of any callback scope.
    if (!out_of_time_) agent_.DrainMicrotasks();
  }
}

Value Program::Await(const Statement& statement, Value value) {
  bool alone = statement.kind == StatementKind::kRead && statement.path.steps.size() == 1;
  if (alone) {
    auto known = recording_of_.find(statement.path.steps[0]);
    if (known != recording_of_.end()) {
      Recording& recording = recordings_[known->second];
      while (recording.calls <= recording.awaited && Turn()) {
      }
      return recording.calls > recording.awaited++ ? value : Value::Undefined();
    }
  }
  if (!host::Is(value, host::CellKind::kPromise)) return value;
  host::Object* promise = host::AsObject(value);
  agent_.OpenCallbackScope();
  Follow(promise);
  agent_.CloseCallbackScope();
  while (waiting_[current_] && Turn()) {
  }
  if (waiting_[current_]) return Value::Undefined();
  if (!statement.name.empty() && result_nodes_[current_] != nullptr) {
    node_of_name_[statement.name] = &result_nodes_[current_]->parent->Child("=>");
  }
  return promise->promise.result;
}

void Program::Follow(host::Object* promise) {
  waiting_[current_] = true;
  host::Then(agent_, promise, Function<&Program::OnResolved>("resolved", current_),
             Function<&Program::OnRejected>("rejected", current_));
}

void Program::Tell(size_t statement, const char* what, Value value) {
  Node* node = result_nodes_[statement];
  uint64_t hash = node != nullptr ? node->hash : statement;
  features_.Add(hash ^ (static_cast<uint64_t>(KindOf(value)) << 8 | static_cast<uint8_t>(*what)));
  if (!observer_.wants_outcomes()) return;
  observer_.OnOutcome(statement, what + host::Inspect(agent_, value));
}

// The program's address fits a double's 53 bits, as every address of user space does.
template <Value (Program::*kTell)(size_t, host::CallFrame&)>
Value Program::Function(const std::string& name, size_t index) {
  host::Builtin call = [](host::Agent&, host::CallFrame& frame) {
    const Value* slots = frame.function->builtin.slots;
    auto* self = reinterpret_cast<Program*>(static_cast<uintptr_t>(slots[0].AsNumber()));
    return (self->*kTell)(static_cast<size_t>(slots[1].AsNumber()), frame);
  };
  return Value::Of(host::NewBuiltin(
      agent_, name, call, Value::Number(static_cast<double>(reinterpret_cast<uintptr_t>(this))),
      Value::Number(static_cast<double>(index))));
}

Value Program::Callback(const std::string& name) {
  auto known = recording_of_.find(name);
  if (known != recording_of_.end()) return scope_.Get(FunctionOf(name));
  size_t index = recordings_.size();
  recordings_.push_back({current_, name, 0, 0});
  Value function = Function<&Program::OnCallback>(name.empty() ? "callback" : name, index);
  if (name.empty()) return function;
  recording_of_.emplace(name, index);
  scope_.Set(name, Value::Of(host::NewArray(agent_)));
  scope_.Set(FunctionOf(name), function);
  return function;
}

Value Program::OnCallback(size_t index, host::CallFrame& frame) {
  ++tally_.settled;
  Recording& recording = recordings_[index];
  Value arguments = Value::Of(host::NewArray(agent_));
  agent_.handles().Push(arguments);
  for (uint32_t i = 0; i < frame.count; ++i) {
    host::Set(agent_, host::AsObject(arguments), host::Key::Of(i), frame.arguments[i]);
  }
  Tell(recording.statement, "called back with ", arguments);
  uint32_t call = recording.calls++;
  if (recording.name.empty()) return Value::Undefined();
  // A bound, for what calls back without end.
  constexpr uint32_t kKeptMax = 16;
  if (call < kKeptMax) {
    host::Set(agent_, host::AsObject(scope_.Get(recording.name)), host::Key::Of(call), arguments);
  }
  bool throws = recording.name.compare(0, kThrowingCallback.size(), kThrowingCallback) == 0;
  return throws ? host::ThrowError(agent_, "Error", "thrown by a callback") : Value::Undefined();
}

Value Program::OnResolved(size_t statement, host::CallFrame& frame) {
  waiting_[statement] = false;
  ++tally_.settled;
  Tell(statement, "resolved with ", frame.argument(0));
  if (Node* node = result_nodes_[statement]) {
    LearnResult(node->parent->Child("=>"), frame.argument(0));
  }
  return Value::Undefined();
}

Value Program::OnRejected(size_t statement, host::CallFrame& frame) {
  waiting_[statement] = false;
  ++tally_.settled;
  Tell(statement, "rejected with ", frame.argument(0));
  return Value::Undefined();
}

Value Program::Resolve(const Path& path) {
  Value value;
  Value owner;
  size_t reached = 0;
  bool found = scope_.Find(path, value, owner, reached);
  if (value.IsHole()) agent_.TakeException();
  return found && !value.IsHole() ? value : Value::Undefined();
}

}  // namespace napisan::cli::fuzz
