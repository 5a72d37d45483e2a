// Keeper: a handle of the harness's on an agent's loop. It keeps the loop alive, and other threads
// ring it. Its agent's last cleanup hook, being its first, closes it.
//
// Ownership: outlives its agent's teardown.
// Threads: Ring on any while it is open; the rest on its agent's.
#pragma once

#include <node_api.h>
#include <uv.h>

namespace napisan::agents {

class Keeper {
 public:
  // Called on the agent's thread; `down` may be null.
  struct Calls {
    void (*rung)(void* context);
    void (*down)(void* context);
    void* context;
  };

  // False where JavaScript may not run any more. To be the first thing in its env.
  bool Open(napi_env env, const Calls& calls);
  void Ring() { uv_async_send(&async_); }
  void SetReferenced(bool referenced);

 private:
  static void OnHook(napi_async_cleanup_hook_handle handle, void* data);

  Calls calls_{};
  uv_async_t async_{};
  napi_async_cleanup_hook_handle hook_ = nullptr;
};

}  // namespace napisan::agents
