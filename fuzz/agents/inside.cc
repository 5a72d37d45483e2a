#include "agents/inside.h"

#include <cstring>
#include <string>
#include <utility>

namespace napisan::agents {
namespace {

thread_local Inside* inside_here = nullptr;

}  // namespace

bool Inside::TakeReport(const char* rule) {
  bool leak = std::strcmp(rule, "deferred/never-settled") == 0;
  bool duplicate = std::strcmp(rule, "cleanup/duplicate-hook") == 0;
  if (inside_here == nullptr || (!leak && !duplicate)) return false;
  inside_here->log.Add({leak ? EventKind::kLeak : EventKind::kDuplicate, 0});
  return true;
}

void Inside::Script(HostWorkerScope& self) {
  scope_ = &self;
  inside_here = this;
  begin.Pass();
  std::string error;
  if (!self.agent().Add("worker", nullptr, 8, module_, error)) return;
  self.agent().Run(module_, [this](napi_env env) {
    auto rung = [](void* context) { static_cast<Inside*>(context)->OnRung(); };
    auto down = [](void* context) {
      static_cast<Inside*>(context)->log.Add({EventKind::kDown, 0});
    };
    if (keeper_.Open(env, {rung, down, this}) && native_.Begin(env))
      log.Add({EventKind::kBegun, 0});
  });
}

void Inside::Command(const Operation& operation, uint8_t number) {
  {
    std::lock_guard lock(mutex_);
    waiting_ = {operation, number};
    if (operation.kind == OpKind::k_work && operation.variant == 1) gates_.emplace_back();
  }
  keeper_.Ring();
}

void Inside::Open() { gates_.back().Open(); }

void Inside::OnRung() {
  {
    std::lock_guard lock(mutex_);
    if (!waiting_) return;
    std::tie(operation_, number_) = *waiting_;
    waiting_.reset();
  }
  bool done = false;
  scope_->agent().Run(module_, [&](napi_env env) { done = Perform(env); });
  // Told last, when an exception has been dealt with: who waits for it may terminate the worker at
  // once.
  log.Add({done ? EventKind::kDone : EventKind::kRefused, static_cast<uint8_t>(operation_.kind)});
}

bool Inside::Perform(napi_env env) {
  // A producer has to be there while the worker goes on.
  bool late = operation_.kind == OpKind::k_function;
  bool done = late && PerformCall(env);
  if (operation_.during) {
    entered.Open();
    go_on.Pass();
  }
  return late ? done : PerformCall(env);
}

bool Inside::PerformCall(napi_env env) {
  switch (operation_.kind) {
    case OpKind::k_handle:
      SetHandler(static_cast<Handling>(operation_.variant));
      return true;
    case OpKind::k_send:
      return Post(env, static_cast<MessageKind>(operation_.variant), number_);
    case OpKind::k_close:
      scope_->Close();
      return true;
    case OpKind::k_leave:
      keeper_.SetReferenced(false);
      return true;
    case OpKind::k_throw:
      return napi_throw_error(env, nullptr, "command") == napi_ok;
    case OpKind::k_gc:
      scope_->agent().CollectGarbage();
      return true;
    case OpKind::k_work:
      return native_.QueueWork(env, operation_.variant == 1 ? &gates_.back() : nullptr);
    case OpKind::k_hook:
      return native_.AddHook(env, static_cast<HookKind>(operation_.variant), number_);
    case OpKind::k_unhook:
      return native_.RemoveHook();
    case OpKind::k_promise:
      return native_.MakePromise(env, operation_.variant == 1);
    case OpKind::k_settle:
      return native_.Settle(env);
    case OpKind::k_function:
      return native_.MakeFunction(env, operation_.variant == 0 ? Module::Producer::kNone
                                       : operation_.during     ? Module::Producer::kUntilClosing
                                                               : Module::Producer::kTwice);
    case OpKind::k_inner:
      return StartInner(operation_.variant == 1);
    default:
      return false;
  }
}

bool Inside::StartInner(bool stays) {
  inner_ = std::make_unique<HostWorker>(scope_->agent(), [stays](HostWorkerScope& self) {
    HostAgent::ModuleRef own = 0;
    std::string error;
    if (!self.agent().Add("inner", nullptr, 8, own, error)) return;
    if (stays) self.OnMessage(own, [](napi_env, napi_value) {});
    self.agent().Run(own, [&](napi_env env) {
      PostNumbered(env, MessageKind::kNumber, 0, [&](napi_value message, const auto& transfer) {
        return self.PostMessage(env, message, transfer);
      });
    });
  });
  inner_->OnMessage(module_, [this](napi_env env, napi_value message) {
    log.Add({EventKind::kInner, Received(env, message).value});
  });
  inner_->OnExit([this](int code) {
    log.Add({EventKind::kInnerExit, static_cast<uint8_t>(code)});
  });
  return true;
}

void Inside::SetHandler(Handling handling) {
  scope_->OnMessage(module_, [this, handling](napi_env env, napi_value message) {
    Event event = Received(env, message);
    switch (handling) {
      case Handling::kEcho:
        if (event.value < kReplies) Post(env, MessageKind::kNumber, event.value);
        break;
      case Handling::kQuiet:
        break;
      case Handling::kClose:
        scope_->Close();
        break;
      case Handling::kThrow:
        napi_throw_error(env, nullptr, "handler");
        break;
    }
    // Told last, as above; but an exception is dealt with after it.
    log.Add(event);
  });
}

bool Inside::Post(napi_env env, MessageKind kind, uint8_t number) {
  return PostNumbered(env, kind, number, [&](napi_value message, const auto& transfer) {
    return scope_->PostMessage(env, message, transfer);
  });
}

}  // namespace napisan::agents
