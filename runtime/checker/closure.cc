#include "checker/closure.h"

#include <algorithm>
#include <cstring>

#include "checker/symbolize.h"

namespace napisan::checker {

Closure& NewClosure(EnvRecord& env, Kind kind) {
  Closure& closure = pools.closures.Allocate(env.agent->slots[static_cast<int>(kind)], kind);
  LinkRecord(pools.closures, env, closure);
  closure.name[0] = '\0';
  closure.data = nullptr;
  closure.hint = nullptr;
  return closure;
}

void FreeClosure(Closure& closure) { BuryRecord(pools.closures, closure); }

void SetName(Closure& closure, const char* name, size_t length) {
  if (name == nullptr) return;
  if (length == NAPI_AUTO_LENGTH) length = std::strlen(name);
  length = std::min(length, sizeof(closure.name) - 1);
  std::memcpy(closure.name, name, length);
  closure.name[length] = '\0';
}

napi_value ReturnedValue(ThreadState& thread, EnvRecord& env, napi_value returned,
                         const void* callback) {
  Token token = TokenOf(returned);
  if (token == 0) return nullptr;
  napi_value found = KindOf(token) == Kind::kValue ? env.agent->values.Find(token) : nullptr;
  if (found != nullptr) return found;
  ViolateOutside(
      thread, &env,
      {.rule = RuleId::ScopeReturnDangling,
       .message = "a callback returns " + HexOf(token) + ", which is no value of an open scope"},
      EntryPc(callback), Action::kRefused);
  return nullptr;
}

namespace {

// A value that is returned from a scope which is left open, and closed for the module: in between
// nothing but this holds it. Null where JavaScript may not run: then nobody takes what is returned.
napi_ref Hold(napi_env host_env, napi_value value) {
  napi_value array = nullptr;
  napi_ref holder = nullptr;
  bool held = host.napi_create_array(host_env, &array) == napi_ok &&
              host.napi_set_element(host_env, array, 0, value) == napi_ok &&
              host.napi_create_reference(host_env, array, 1, &holder) == napi_ok;
  return held ? holder : nullptr;
}

napi_value TakeHeld(napi_env host_env, napi_ref holder) {
  if (holder == nullptr) return nullptr;
  napi_value array = nullptr;
  napi_value value = nullptr;
  bool taken = host.napi_get_reference_value(host_env, holder, &array) == napi_ok &&
               host.napi_get_element(host_env, array, 0, &value) == napi_ok;
  host.napi_delete_reference(host_env, holder);
  return taken ? value : nullptr;
}

napi_value RunFunction(napi_env host_env, napi_callback_info host_info, bool setter) {
  void* data = nullptr;
  host.napi_get_cb_info(host_env, host_info, nullptr, nullptr, nullptr, &data);
  auto& closure = *static_cast<Closure*>(data);
  EnvRecord& env = *closure.env;
  ThreadState& thread = CurrentState();
  napi_callback callback =
      setter ? reinterpret_cast<napi_callback>(closure.hint) : closure.function;
  napi_ref holder = nullptr;
  napi_value found = nullptr;
  {
    PhaseScope phase(thread, Phase::kCall, closure.slot + 1, &env,
                     reinterpret_cast<const void*>(callback), Handles::kYes);
    PhaseFrame& top = *thread.top();
    top.host_info = host_info;
    top.info = MakeToken(Kind::kCallbackInfo, thread.depth, env.agent->values.innermost().epoch);
    napi_value returned = callback(EnvHandle(env), HandleOf<napi_callback_info>(top.info));
    AfterCallback(env);
    if (returned == nullptr) return nullptr;
    found = ReturnedValue(thread, env, returned, reinterpret_cast<const void*>(callback));
    if (found == nullptr || env.agent->values.depth() <= top.scope_depth + 1) return found;
    holder = Hold(host_env, found);
  }
  return TakeHeld(host_env, holder);
}

}  // namespace

napi_value FunctionTrampoline(napi_env host_env, napi_callback_info host_info) {
  return RunFunction(host_env, host_info, false);
}

napi_value SetterTrampoline(napi_env host_env, napi_callback_info host_info) {
  return RunFunction(host_env, host_info, true);
}

Closure* FinalizerFor(Call& call, napi_finalize finalize, void* data, void* hint) {
  if (finalize == nullptr) return nullptr;
  Closure& closure = NewClosure(*call.env);
  closure.finalize = finalize;
  closure.data = data;
  closure.hint = hint;
  return &closure;
}

void FinalizeTrampoline(napi_env host_env, void* data, void* hint) {
  auto& closure = *static_cast<Closure*>(hint);
  EnvRecord& env = *closure.env;
  ThreadState& thread = CurrentState();
  napi_finalize finalize = closure.finalize;
  void* module_hint = closure.hint;
  uint32_t subject = closure.slot + 1;
  FreeClosure(closure);
  PhaseScope phase(thread, Phase::kFinalize, subject, &env, reinterpret_cast<const void*>(finalize),
                   Handles::kYes);
  // An external string's comes when its env is no more, and is given none.
  finalize(host_env != nullptr ? EnvHandle(env) : nullptr, data, module_hint);
  AfterCallback(env);
}

}  // namespace napisan::checker
