#include "agents/inside.h"

#include <string>
#include <utility>

namespace napisan::agents {

void Inside::Script(HostWorkerScope& self) {
  scope_ = &self;
  begin.Pass();
  std::string error;
  if (!self.agent().Add("worker", nullptr, 8, module_, error)) return;
  self.agent().Run(module_, [this](napi_env env) {
    auto rung = [](void* context) { static_cast<Inside*>(context)->OnRung(); };
    auto down = [](void* context) {
      static_cast<Inside*>(context)->log.Add({EventKind::kDown, 0});
    };
    if (keeper_.Open(env, {rung, down, this})) log.Add({EventKind::kBegun, 0});
  });
}

void Inside::Command(const Operation& operation, uint8_t number) {
  {
    std::lock_guard lock(mutex_);
    waiting_ = {operation, number};
  }
  keeper_.Ring();
}

void Inside::OnRung() {
  {
    std::lock_guard lock(mutex_);
    if (!waiting_) return;
    std::tie(operation_, number_) = *waiting_;
    waiting_.reset();
  }
  scope_->agent().Run(module_, [this](napi_env env) { Perform(env); });
}

void Inside::Perform(napi_env env) {
  if (operation_.during) {
    entered.Open();
    go_on.Pass();
  }
  bool done = PerformCall(env);
  log.Add({done ? EventKind::kDone : EventKind::kRefused, static_cast<uint8_t>(operation_.kind)});
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
    default:
      return false;
  }
}

void Inside::SetHandler(Handling handling) {
  scope_->OnMessage(module_, [this, handling](napi_env env, napi_value message) {
    Event event = Received(env, message);
    switch (handling) {
      case Handling::kEcho:
        if (event.value < kReply) Post(env, MessageKind::kNumber, event.value);
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
    // Told last: who waits for it may terminate the worker at once.
    log.Add(event);
  });
}

bool Inside::Post(napi_env env, MessageKind kind, uint8_t number) {
  return PostNumbered(env, kind, number, [&](napi_value message, const auto& transfer) {
    return scope_->PostMessage(env, message, transfer);
  });
}

}  // namespace napisan::agents
