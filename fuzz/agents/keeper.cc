#include "agents/keeper.h"

namespace napisan::agents {

bool Keeper::Open(napi_env env, const Calls& calls) {
  calls_ = calls;
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return false;
  async_.data = this;
  auto rung = [](uv_async_t* async) {
    const Calls& of = static_cast<Keeper*>(async->data)->calls_;
    if (of.rung != nullptr) of.rung(of.context);
  };
  if (uv_async_init(loop, &async_, rung) != 0) return false;
  return napi_add_async_cleanup_hook(env, OnHook, this, &hook_) == napi_ok;
}

void Keeper::SetReferenced(bool referenced) {
  auto* handle = reinterpret_cast<uv_handle_t*>(&async_);
  referenced ? uv_ref(handle) : uv_unref(handle);
}

void Keeper::OnHook(napi_async_cleanup_hook_handle, void* data) {
  auto& self = *static_cast<Keeper*>(data);
  if (self.calls_.down != nullptr) self.calls_.down(self.calls_.context);
  uv_close(reinterpret_cast<uv_handle_t*>(&self.async_), [](uv_handle_t* closed) {
    napi_remove_async_cleanup_hook(static_cast<Keeper*>(closed->data)->hook_);
  });
}

}  // namespace napisan::agents
