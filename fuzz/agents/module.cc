#include "agents/module.h"

#include <chrono>

namespace napisan::agents {
namespace {

napi_value Name(napi_env env) {
  napi_value name = nullptr;
  napi_create_string_utf8(env, "agents", NAPI_AUTO_LENGTH, &name);
  return name;
}

bool MayRun(napi_env env) {
  napi_value object = nullptr;
  return napi_create_object(env, &object) == napi_ok &&
         napi_set_named_property(env, object, "a", object) == napi_ok;
}

}  // namespace

Module::~Module() {
  if (producer_.joinable()) producer_.join();
}

bool Module::Begin(napi_env env) {
  env_ = env;
  return napi_get_uv_event_loop(env, &loop_) == napi_ok &&
         napi_set_instance_data(env, this, Finalize, nullptr) == napi_ok;
}

void Module::Finalize(napi_env env, void* data, void*) {
  auto& self = *static_cast<Module*>(data);
  // With a status that says why not.
  if (self.settled_late_ && self.deferred_ != nullptr) self.Settle(env);
  uint8_t may = MayRun(env) ? 128 : 0;
  self.log_.Add({EventKind::kFinalized, static_cast<uint8_t>(may | self.async_hooks_)});
}

bool Module::QueueWork(napi_env env, Gate* gate) {
  auto* work = new Work{this, gate, nullptr};
  auto execute = [](napi_env, void* data) {
    Gate* of = static_cast<Work*>(data)->gate;
    if (of != nullptr) of->Pass();
  };
  return napi_create_async_work(env, nullptr, Name(env), execute, Complete, work, &work->handle) ==
             napi_ok &&
         napi_queue_async_work(env, work->handle) == napi_ok;
}

void Module::Complete(napi_env env, napi_status status, void* data) {
  auto* work = static_cast<Work*>(data);
  EventLog& log = work->module->log_;
  bool may = MayRun(env);
  bool good = status == napi_ok && napi_delete_async_work(env, work->handle) == napi_ok;
  delete work;
  log.Add({EventKind::kComplete, static_cast<uint8_t>(good ? may : 255)});
}

bool Module::AddHook(napi_env env, HookKind kind, uint8_t number) {
  Hook& hook = hooks_.emplace_back(Hook{this, kind, number, false, nullptr, {}});
  if (!IsAsync(kind)) {
    bool added = napi_add_env_cleanup_hook(env, OnHook, &hook) == napi_ok;
    if (kind != HookKind::kTwice) return added;
    return added && napi_add_env_cleanup_hook(env, OnHook, &hook) != napi_ok;
  }
  ++async_hooks_;
  return napi_add_async_cleanup_hook(env, OnAsyncHook, &hook, &hook.handle) == napi_ok;
}

bool Module::RemoveHook() {
  for (size_t at = hooks_.size(); at-- > 0;) {
    Hook& hook = hooks_[at];
    if (hook.over || IsAsync(hook.kind)) continue;
    hook.over = true;
    return napi_remove_env_cleanup_hook(env_, OnHook, &hook) == napi_ok;
  }
  return false;
}

void Module::OnHook(void* data) {
  auto& hook = *static_cast<Hook*>(data);
  hook.over = true;
  hook.module->log_.Add({EventKind::kHook, hook.number});
  if (hook.kind == HookKind::kRemoves) hook.module->RemoveHook();
}

void Module::OnAsyncHook(napi_async_cleanup_hook_handle handle, void* data) {
  auto& hook = *static_cast<Hook*>(data);
  hook.module->log_.Add({EventKind::kHook, hook.number});
  if (hook.kind == HookKind::kAsync) {
    --hook.module->async_hooks_;
    napi_remove_async_cleanup_hook(handle);
    return;
  }
  uv_idle_init(hook.module->loop_, &hook.idle);
  hook.idle.data = data;
  uv_close(reinterpret_cast<uv_handle_t*>(&hook.idle), [](uv_handle_t* closed) {
    auto& of = *static_cast<Hook*>(closed->data);
    --of.module->async_hooks_;
    napi_remove_async_cleanup_hook(of.handle);
  });
}

bool Module::MakePromise(napi_env env, bool late) {
  settled_late_ = late;
  napi_value promise = nullptr;
  return napi_create_promise(env, &deferred_, &promise) == napi_ok;
}

bool Module::Settle(napi_env env) {
  napi_value value = nullptr;
  napi_get_undefined(env, &value);
  if (napi_resolve_deferred(env, deferred_, value) != napi_ok) return false;
  deferred_ = nullptr;
  return true;
}

bool Module::MakeFunction(napi_env env, Producer producer) {
  bool alone = producer == Producer::kNone;
  if (napi_create_threadsafe_function(env, nullptr, nullptr, Name(env), alone ? 0 : 1, 1, this,
                                      FinalizeFunction, this, CallJs, &function_) != napi_ok) {
    return false;
  }
  if (alone) return true;
  producer_ = std::thread([this, producer] { Produce(producer == Producer::kUntilClosing); });
  WaitUntilFull();
  if (producer == Producer::kTwice) return true;
  // Some calls may arrive on the way out of the loop. This runs before the function is closed, as
  // it is added later.
  auto wait = [](void* data) { static_cast<Module*>(data)->WaitUntilFull(); };
  return napi_add_env_cleanup_hook(env, wait, this) == napi_ok;
}

void Module::WaitUntilFull() {
  auto nap = [] { std::this_thread::sleep_for(std::chrono::microseconds(200)); };
  while (!full_) nap();
  // So that it most likely is blocked by now; what is seen is the same where it is not.
  nap();
}

void Module::Produce(bool until_closing) {
  napi_threadsafe_function function = function_;
  do {
    napi_status status = napi_ok;
    do {
      status = napi_call_threadsafe_function(function, this, napi_tsfn_nonblocking);
      sent_ += status == napi_ok ? 1 : 0;
    } while (status == napi_ok);
    full_ = true;
    // To be told napi_closing ends its use.
    if (status != napi_queue_full) return;
    if (napi_call_threadsafe_function(function, this, napi_tsfn_blocking) != napi_ok) return;
    ++sent_;
    full_ = false;
  } while (until_closing);
  napi_release_threadsafe_function(function, napi_tsfn_release);
}

// How many calls of a producer arrive before its env ends, and how many when it does, is a matter
// of time.
void Module::CallJs(napi_env, napi_value, void* context, void* data) {
  auto& self = *static_cast<Module*>(context);
  data != nullptr ? void(++self.arrived_) : self.log_.Add({EventKind::kCalled, 0});
}

void Module::FinalizeFunction(napi_env, void* data, void*) {
  auto& self = *static_cast<Module*>(data);
  if (self.producer_.joinable()) self.producer_.join();
  self.log_.Add({EventKind::kFunctionGone, static_cast<uint8_t>(self.sent_ - self.arrived_)});
}

}  // namespace napisan::agents
