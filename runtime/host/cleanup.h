// CleanupQueue: what an agent runs when it is torn down, newest first, sync and async hooks and the
// host's own interleaved by when they were added.
//
// Ownership: hooks sit in the agent's heap and are freed when removed or run.
// Threads: the agent's only.
#pragma once

#include "api/node_api.h"
#include "host/agent.h"

namespace napisan::host {

struct Hook {
  void (*run)(void* argument);
  void* argument;
  Hook* next;
  Hook** previous_link;
};

class CleanupQueue {
 public:
  explicit CleanupQueue(Heap& heap) : heap_(heap) {}

  Hook* Add(void (*run)(void*), void* argument);
  // Newest first; null where there is none. With a null `run`, the argument alone decides.
  Hook* Find(void (*run)(void*), void* argument);
  void Remove(Hook* hook);
  bool empty() const { return first_ == nullptr && round_ == nullptr; }
  // Runs every hook, also those that hooks add; one that an earlier hook removed is skipped.
  void Drain();
  void Reset() { first_ = round_ = nullptr; }

 private:
  Heap& heap_;
  Hook* first_ = nullptr;
  // What is left of the round that Drain is running.
  Hook* round_ = nullptr;
};

}  // namespace napisan::host

// An async cleanup hook; freed by napi_remove_async_cleanup_hook, unchecked, as in Node.
struct napi_async_cleanup_hook_handle__ {
  napi_env env;
  napi_async_cleanup_hook hook;
  void* argument;
  // In the queue until it is called.
  napisan::host::Hook* queued;
};
