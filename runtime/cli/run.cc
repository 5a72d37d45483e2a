#include "cli/run.h"

#include <memory>

#include "checker/options.h"
#include "cli/literal.h"
#include "host/module.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"

namespace napisan::cli {
namespace {

using host::Value;

class Runner {
 public:
  Runner(const RunPlan& plan, host::Chooser* chooser, RunObserver& observer)
      : plan_(plan), observer_(observer), agent_(Options(chooser)) {}

  int Run();

 private:
  host::AgentOptions Options(host::Chooser* chooser);
  bool CheckExports();
  void Call(size_t index);
  void Follow(size_t index, host::Object* promise);
  // The function an export path leads to, with the object it is a property of.
  bool Find(const CallSyntax& call, Value& function, Value& receiver, std::string& missing);
  std::string ExportNames();
  std::string InspectAll(const host::CallFrame& frame);

  // Functions of the host's own that remember the call they belong to and report to the observer.
  template <void (Runner::*kTell)(size_t, host::CallFrame&)>
  Value Recorder(size_t index);
  void OnCallback(size_t index, host::CallFrame& frame);
  void OnResolved(size_t index, host::CallFrame& frame);
  void OnRejected(size_t index, host::CallFrame& frame);

  const RunPlan& plan_;
  RunObserver& observer_;
  host::Agent agent_;
  host::Module module_;
  size_t uncaught_ = 0;
  // By call: whether its promise waits to be settled.
  std::vector<bool> waiting_;
};

host::AgentOptions Runner::Options(host::Chooser* chooser) {
  host::AgentOptions options;
  options.profile = plan_.profile;
  options.gc = plan_.gc;
  if (chooser != nullptr) {
    options.executor = [chooser](host::Agent&) {
      return std::make_unique<host::SteppingExecutor>(*chooser);
    };
  }
  options.on_uncaught = [this](host::Agent& agent, Value exception) {
    ++uncaught_;
    observer_.OnUncaught(host::Inspect(agent, exception));
  };
  return options;
}

// The runner's address fits a double's 53 bits, as every address of user space does.
template <void (Runner::*kTell)(size_t, host::CallFrame&)>
Value Runner::Recorder(size_t index) {
  host::Builtin call = [](host::Agent&, host::CallFrame& frame) {
    const Value* slots = frame.function->builtin.slots;
    auto* self = reinterpret_cast<Runner*>(static_cast<uintptr_t>(slots[0].AsNumber()));
    (self->*kTell)(static_cast<size_t>(slots[1].AsNumber()), frame);
    return Value::Undefined();
  };
  return Value::Of(
      host::NewBuiltin(agent_, "callback", call,
                       Value::Number(static_cast<double>(reinterpret_cast<uintptr_t>(this))),
                       Value::Number(static_cast<double>(index))));
}

void Runner::OnCallback(size_t index, host::CallFrame& frame) {
  observer_.OnOutcome(index, "callback(" + InspectAll(frame) + ")");
}
void Runner::OnResolved(size_t index, host::CallFrame& frame) {
  waiting_[index] = false;
  observer_.OnOutcome(index, "resolved with " + InspectAll(frame));
}
void Runner::OnRejected(size_t index, host::CallFrame& frame) {
  waiting_[index] = false;
  observer_.OnOutcome(index, "rejected with " + InspectAll(frame));
}

std::string Runner::InspectAll(const host::CallFrame& frame) {
  std::string text;
  for (size_t i = 0; i < frame.count; ++i) {
    if (i > 0) text += ", ";
    text += host::Inspect(agent_, frame.arguments[i]);
  }
  return text;
}

bool Runner::Find(const CallSyntax& call, Value& function, Value& receiver, std::string& missing) {
  Value at = module_.exports;
  std::string so_far;
  for (const std::string& name : call.path) {
    so_far += (so_far.empty() ? "" : ".") + name;
    receiver = at;
    Value found = Value::Undefined();
    if (host::IsObject(at)) found = host::GetNamed(agent_, host::AsObject(at), name);
    // A getter that throws leads nowhere either.
    if (found.IsHole()) agent_.TakeException();
    if (found.IsHole() || found.IsUndefined()) {
      missing = so_far;
      return false;
    }
    at = found;
  }
  missing = so_far;
  function = at;
  return host::IsFunction(at);
}

std::string Runner::ExportNames() {
  std::string names;
  if (!host::IsObject(module_.exports)) return "nothing";
  host::ForEachOwn(
      agent_, host::AsObject(module_.exports),
      [](void* context, Value key, const host::Property&) {
        auto& text = *static_cast<std::string*>(context);
        if (!host::IsString(key)) return true;
        text += (text.empty() ? "" : ", ") + host::ToUtf8(*host::AsString(key));
        return true;
      },
      &names);
  return names.empty() ? "nothing" : names;
}

bool Runner::CheckExports() {
  for (const CallSyntax& call : plan_.calls) {
    Value function;
    Value receiver;
    std::string missing;
    if (Find(call, function, receiver, missing)) continue;
    observer_.OnError(plan_.module + " exports no function " + missing +
                      "; it exports: " + ExportNames());
    return false;
  }
  return true;
}

void Runner::Follow(size_t index, host::Object* promise) {
  waiting_[index] = true;
  host::Then(agent_, promise, Recorder<&Runner::OnResolved>(index),
             Recorder<&Runner::OnRejected>(index));
}

void Runner::Call(size_t index) {
  const CallSyntax& call = plan_.calls[index];
  observer_.OnStep("in call " + std::to_string(index + 1) + ", " + call.source);
  host::LoopScope scope(agent_);
  agent_.OpenCallbackScope();
  Value function;
  Value receiver;
  std::string missing;
  Find(call, function, receiver, missing);
  std::vector<Value> arguments;
  for (const Literal& literal : call.arguments) {
    arguments.push_back(
        MakeValue(agent_, literal, [&] { return Recorder<&Runner::OnCallback>(index); }));
  }
  Value result = agent_.Call(function, receiver, arguments.data(), arguments.size());
  if (result.IsHole()) {
    observer_.OnOutcome(index, "threw " + host::Inspect(agent_, agent_.TakeException()));
  } else {
    observer_.OnOutcome(index, "returned " + host::Inspect(agent_, result));
    if (host::Is(result, host::CellKind::kPromise)) Follow(index, host::AsObject(result));
  }
  agent_.CloseCallbackScope();
}

int Runner::Run() {
  observer_.OnStep("while it was loaded");
  std::string error;
  bool loaded = host::LoadModule(agent_, plan_.module, module_, error);
  if (!loaded) observer_.OnError(error);
  if (!loaded || !CheckExports()) {
    agent_.Teardown();
    return kUsage;
  }
  waiting_.resize(plan_.calls.size());
  for (size_t i = 0; i < plan_.calls.size(); ++i) Call(i);
  observer_.OnStep("while the loop was turned");
  agent_.Run();
  for (size_t i = 0; i < waiting_.size(); ++i) {
    if (waiting_[i]) observer_.OnOutcome(i, "never settled: the loop is idle");
  }
  observer_.OnStep("while its env was torn down");
  agent_.Teardown();
  return uncaught_ > 0 ? kFailed : kOk;
}

}  // namespace

int RunModule(const RunPlan& plan, host::Chooser* chooser, RunObserver& observer) {
  return Runner(plan, chooser, observer).Run();
}

}  // namespace napisan::cli
