#include "cli/interpreter.h"

#include "cli/module_file.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::cli {

using host::Value;

namespace {

// Where the scope keeps the function of callback(name): no script can say this name.
std::string FunctionOf(const std::string& name) { return " " + name; }

// A file named in a script is looked for beside it.
std::string Beside(const std::string& script, const std::string& path) {
  size_t slash = script.rfind('/');
  bool absolute = !path.empty() && path[0] == '/';
  return absolute || slash == std::string::npos ? path : script.substr(0, slash + 1) + path;
}

bool IsThenable(host::Agent& agent, Value value) {
  if (!host::IsObject(value) || host::Is(value, host::CellKind::kPromise)) return false;
  Value then = host::GetNamed(agent, host::AsObject(value), "then");
  if (then.IsHole()) agent.TakeException();
  return host::IsFunction(then);
}

}  // namespace

Interpreter::Interpreter(const RunPlan& plan, host::Agent& agent, Value exports,
                         RunObserver& observer)
    : plan_(plan),
      agent_(agent),
      observer_(observer),
      scope_(agent, exports),
      typing_(
          plan, agent, [this](const std::string& text) { FailWithoutPlace(text); },
          [this](size_t statement, size_t at, const std::string& text) {
            FailAt(statement, at, text);
          }),
      waiting_(plan.statements.size()) {
  for (const std::string& name : plan.names.results) scope_.Declare(name);
  for (const std::string& name : plan.names.callbacks) scope_.Declare(FunctionOf(name));
}

bool Interpreter::Prepare() {
  for (current_ = 0; current_ < plan_.statements.size(); ++current_) {
    const Statement& statement = plan_.statements[current_];
    if (!CheckPath(statement) || !CheckName(statement, statement.name)) return false;
    for (const Literal& literal : statement.arguments) {
      if (!CheckNames(statement, literal)) return false;
    }
  }
  typing_.CheckExports(scope_.exports());
  return true;
}

void Interpreter::RunAll() {
  if (!Prepare()) return;
  for (size_t i = 0; i < plan_.statements.size() && !ended_; ++i) RunOne(i);
}

Interpreter::Result Interpreter::RunOne(size_t statement, Value received) {
  current_ = statement;
  received_ = received;
  Result result = Run(plan_.statements[statement]);
  received_ = Value::Hole();
  return result;
}

Interpreter::Result Interpreter::Run(const Statement& statement) {
  observer_.OnStep((plan_.is_script() ? "in line " : "in call ") +
                   std::to_string(plan_.NumberOf(current_)) + ", " + statement.source);
  if (statement.kind == StatementKind::kTerminate) {
    ended_ = terminated_ = true;
    return {};
  }
  host::AutoScope handles(agent_.handles());
  Result result = Evaluate(statement);
  if (result.kind == Result::Kind::kValue && !statement.name.empty()) {
    scope_.Set(statement.name, result.value);
  }
  Judge(statement, result);
  return result;
}

Interpreter::Result Interpreter::Evaluate(const Statement& statement) {
  Result result = Expression(statement);
  bool called =
      statement.kind == StatementKind::kCall || statement.kind == StatementKind::kConstruct;
  // What comes of a call that calls back at once is told before it.
  if (result.kind == Result::Kind::kThrew) {
    observer_.OnOutcome(current_, "threw " + host::Inspect(agent_, result.value));
  } else if (result.kind == Result::Kind::kValue && called) {
    observer_.OnOutcome(current_, "returned " + host::Inspect(agent_, result.value));
  } else if (result.kind == Result::Kind::kValue && !statement.await) {
    observer_.OnOutcome(current_, "is " + host::Inspect(agent_, result.value));
  }
  if (result.kind != Result::Kind::kValue) return result;
  agent_.handles().Push(result.value);
  if (called) typing_.OnReturned(current_, result.value);
  bool given =
      called && !result.value.IsUndefined() && !host::Is(result.value, host::CellKind::kPromise);
  if (given && tell_result_ != nullptr) tell_result_(current_, result.value);
  if (statement.kind == StatementKind::kRead) typing_.OnRead(current_, result.value);
  if (statement.await) return Await(statement, result.value);
  if (called && host::Is(result.value, host::CellKind::kPromise)) {
    Follow(host::AsObject(result.value));
  }
  return result;
}

Interpreter::Result Interpreter::Expression(const Statement& statement) {
  switch (statement.kind) {
    case StatementKind::kCall:
    case StatementKind::kConstruct:
      return Call(statement);
    case StatementKind::kSet:
      return SetProperty(statement);
    case StatementKind::kRequire:
      return Require(statement);
    case StatementKind::kTerminate:
      break;
    case StatementKind::kRead: {
      Value value = Resolve(statement.path);
      return {value.IsHole() ? Result::Kind::kBad : Result::Kind::kValue, value};
    }
    case StatementKind::kValue: {
      Value value = MakeValue(agent_, statement.arguments[0], *this);
      return {value.IsHole() ? Result::Kind::kBad : Result::Kind::kValue, value};
    }
  }
  return {};
}

// Once the call has returned nothing else holds it, as with an argument that is made here.
Value Interpreter::TakeReceived(size_t index) {
  host::Object* array = host::AsObject(received_);
  auto key = host::Key::Of(static_cast<uint32_t>(index));
  Value value = host::Get(agent_, received_, array, key);
  agent_.handles().Push(value);
  host::Set(agent_, array, key, Value::Undefined());
  return value;
}

Interpreter::Result Interpreter::Call(const Statement& statement) {
  // What the call returned is kept; what only its arguments held may be collected from here on.
  napi_value kept = agent_.handles().Push(Value::Undefined());
  host::LoopScope scope(agent_);
  Result result = CallInScope(statement);
  kept->value = result.value;
  return result;
}

Interpreter::Result Interpreter::CallInScope(const Statement& statement) {
  Value function;
  Value receiver;
  size_t reached = 0;
  bool found = scope_.Find(statement.path, function, receiver, reached);
  if (function.IsHole()) return {Result::Kind::kThrew, agent_.TakeException()};
  if (!found || !host::IsFunction(function)) {
    return Bad(statement.path.at[0], NoFunction(statement.path, reached, found));
  }
  std::vector<Value> arguments;
  for (size_t i = 0; i < statement.arguments.size(); ++i) {
    const Literal& literal = statement.arguments[i];
    argument_ = literal.kind == Literal::Kind::kCallback ? i : kNoArgument;
    bool received = !received_.IsHole() && IsData(literal);
    Value value = received ? TakeReceived(i) : MakeValue(agent_, literal, *this);
    argument_ = kNoArgument;
    if (value.IsHole()) return {};
    agent_.handles().Push(value);
    arguments.push_back(value);
  }
  typing_.OnCall(current_, arguments);
  agent_.OpenCallbackScope();
  Value value = statement.kind == StatementKind::kConstruct
                    ? host::Construct(agent_, function, arguments.data(), arguments.size())
                    : agent_.Call(function, receiver, arguments.data(), arguments.size());
  bool threw = value.IsHole();
  if (threw) value = agent_.TakeException();
  agent_.handles().Push(value);
  agent_.CloseCallbackScope();
  return {threw ? Result::Kind::kThrew : Result::Kind::kValue, value};
}

Interpreter::Result Interpreter::SetProperty(const Statement& statement) {
  Path holder = statement.path;
  holder.steps.pop_back();
  Value object = Resolve(holder);
  if (object.IsHole()) return {};
  Value value = MakeValue(agent_, statement.arguments[0], *this);
  if (value.IsHole()) return {};
  if (!host::IsObject(object)) {
    return Bad(statement.path.at[0], holder.steps.back() + " is no object, and has no properties");
  }
  agent_.handles().Push(value);
  agent_.OpenCallbackScope();
  bool set = host::Set(agent_, host::AsObject(object),
                       host::Key::Of(host::NewString(agent_, statement.path.steps.back())), value);
  agent_.CloseCallbackScope();
  Value exception = agent_.TakeException();
  if (!exception.IsHole()) return {Result::Kind::kThrew, exception};
  if (!set) return Bad(statement.path.at.back(), "this property cannot be set");
  return {Result::Kind::kValue, value};
}

Interpreter::Result Interpreter::Require(const Statement& statement) {
  std::string path = Beside(plan_.TextOf(current_).file, statement.arguments[0].text);
  auto [known, made] = required_.try_emplace(path);
  if (made) {
    std::string error = ProblemOfFile(path);
    if (error.empty() && !host::LoadModule(agent_, path, known->second, error)) {
      error = WithAdvice(error);
    }
    if (!error.empty()) return Bad(statement.argument_at[0], error);
  }
  return {Result::Kind::kValue, known->second.exports};
}

Interpreter::Result Interpreter::Await(const Statement& statement, Value value) {
  bool alone = statement.kind == StatementKind::kRead && statement.path.steps.size() == 1;
  if (alone && plan_.names.callbacks.count(statement.path.steps[0]) > 0) {
    auto known = recording_of_.find(statement.path.steps[0]);
    if (known == recording_of_.end()) {
      return Bad(statement.path.at[0], "no statement that ran has given this callback away");
    }
    return AwaitCall(recordings_[known->second]);
  }
  if (IsThenable(agent_, value)) {
    host::Object* promise = host::NewPromise(agent_);
    agent_.handles().Push(Value::Of(promise));
    agent_.OpenCallbackScope();
    host::ResolvePromise(agent_, promise, value);
    agent_.CloseCallbackScope();
    value = Value::Of(promise);
  }
  if (!host::Is(value, host::CellKind::kPromise)) return {Result::Kind::kValue, value};
  host::Object* promise = host::AsObject(value);
  agent_.OpenCallbackScope();
  Follow(promise);
  agent_.CloseCallbackScope();
  bool alive = true;
  while (waiting_[current_] && alive) alive = agent_.Turn(host::Executor::Wait::kEvent);
  if (waiting_[current_]) {
    waiting_[current_] = false;
    observer_.OnOutcome(current_, "never settled: the loop is idle");
    return {Result::Kind::kNever, value};
  }
  bool rejected = promise->promise.state == host::PromiseState::kRejected;
  return {rejected ? Result::Kind::kThrew : Result::Kind::kValue, promise->promise.result};
}

Interpreter::Result Interpreter::AwaitCall(Recording& recording) {
  bool alive = true;
  while (recording.calls <= recording.awaited && alive) {
    alive = agent_.Turn(host::Executor::Wait::kEvent);
  }
  if (recording.calls <= recording.awaited) {
    observer_.OnOutcome(current_, "never called: the loop is idle");
    return {Result::Kind::kNever, Value::Undefined()};
  }
  host::Object* calls = host::AsObject(scope_.Get(recording.name));
  auto index = static_cast<uint32_t>(recording.awaited++);
  Value arguments = host::Get(agent_, Value::Of(calls), calls, host::Key::Of(index));
  observer_.OnOutcome(current_, "called with " + host::Inspect(agent_, arguments));
  return {Result::Kind::kValue, arguments};
}

void Interpreter::Follow(host::Object* promise) {
  waiting_[current_] = true;
  host::Then(agent_, promise, Function<&Interpreter::OnResolved>("resolved", current_),
             Function<&Interpreter::OnRejected>("rejected", current_));
}

void Interpreter::Finish() {
  if (terminated_) return;
  for (size_t i = 0; i < waiting_.size(); ++i) {
    if (waiting_[i]) observer_.OnOutcome(i, "never settled: the loop is idle");
  }
}

// The interpreter's address fits a double's 53 bits, as every address of user space does.
template <void (Interpreter::*kTell)(size_t, host::CallFrame&)>
Value Interpreter::Function(const std::string& name, size_t index) {
  host::Builtin call = [](host::Agent&, host::CallFrame& frame) {
    const Value* slots = frame.function->builtin.slots;
    auto* self = reinterpret_cast<Interpreter*>(static_cast<uintptr_t>(slots[0].AsNumber()));
    (self->*kTell)(static_cast<size_t>(slots[1].AsNumber()), frame);
    return Value::Undefined();
  };
  return Value::Of(host::NewBuiltin(
      agent_, name, call, Value::Number(static_cast<double>(reinterpret_cast<uintptr_t>(this))),
      Value::Number(static_cast<double>(index))));
}

Value Interpreter::Callback(const std::string& name) {
  auto known = recording_of_.find(name);
  if (known != recording_of_.end()) return scope_.Get(FunctionOf(name));
  size_t index = recordings_.size();
  recordings_.push_back({current_, name, 0, 0, argument_});
  Value function = Function<&Interpreter::OnCallback>(name.empty() ? "callback" : name, index);
  if (name.empty()) return function;
  recording_of_.emplace(name, index);
  scope_.Set(name, Value::Of(host::NewArray(agent_)));
  scope_.Set(FunctionOf(name), function);
  return function;
}

void Interpreter::OnCallback(size_t index, host::CallFrame& frame) {
  Recording& recording = recordings_[index];
  std::string name = recording.name.empty() ? "callback" : recording.name;
  observer_.OnOutcome(recording.statement, name + "(" + InspectAll(frame) + ")");
  if (recording.argument != kNoArgument) {
    typing_.OnCallback(recording.statement, recording.argument, frame);
  }
  if (tell_result_ != nullptr) {
    tell_result_(recording.statement,
                 frame.count <= 1 ? frame.argument(0) : ArrayOfArguments(frame));
  }
  if (recording.name.empty()) return;
  host::Set(agent_, host::AsObject(scope_.Get(name)),
            host::Key::Of(static_cast<uint32_t>(recording.calls++)), ArrayOfArguments(frame));
}

Value Interpreter::ArrayOfArguments(const host::CallFrame& frame) {
  host::Object* arguments = host::NewArray(agent_);
  for (uint32_t i = 0; i < frame.count; ++i) {
    host::Set(agent_, arguments, host::Key::Of(i), frame.arguments[i]);
  }
  return Value::Of(arguments);
}

void Interpreter::OnResolved(size_t statement, host::CallFrame& frame) {
  waiting_[statement] = false;
  observer_.OnOutcome(statement, "resolved with " + InspectAll(frame));
  typing_.OnResolved(statement, frame.argument(0));
  if (tell_result_ != nullptr) tell_result_(statement, frame.argument(0));
}

void Interpreter::OnRejected(size_t statement, host::CallFrame& frame) {
  waiting_[statement] = false;
  observer_.OnOutcome(statement, "rejected with " + InspectAll(frame));
}

std::string Interpreter::InspectAll(const host::CallFrame& frame) {
  std::string text;
  for (size_t i = 0; i < frame.count; ++i) {
    if (i > 0) text += ", ";
    text += host::Inspect(agent_, frame.arguments[i]);
  }
  return text;
}

}  // namespace napisan::cli
