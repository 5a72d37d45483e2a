// What the misused modules share, so that each file shows only its point: arguments, values, and a
// handshake for misuse that depends on where a work is.
//
// Ownership: nothing here owns a Node-API object, except WorkersHeld, which deletes its own works.
// Threads: the env's thread, where nothing else is said.
#pragma once

#define NAPI_VERSION 8
#include <node_api.h>

#include <chrono>
#include <condition_variable>
#include <mutex>

// Defines the module's init, which exports one function.
#define MISUSE_MODULE(js_name, function)                                                \
  NAPI_MODULE_INIT() {                                                                  \
    napi_value exported = nullptr;                                                      \
    napi_create_function(env, js_name, NAPI_AUTO_LENGTH, function, nullptr, &exported); \
    napi_set_named_property(env, exports, js_name, exported);                           \
    return exports;                                                                     \
  }                                                                                     \
  static_assert(true, "takes the semicolon")

namespace misuse {

inline napi_value Argument(napi_env env, napi_callback_info info, size_t index) {
  napi_value arguments[4] = {};
  size_t count = 4;
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  return arguments[index];
}

inline double Number(napi_env env, napi_value value) {
  double number = 0;
  napi_get_value_double(env, value, &number);
  return number;
}

inline napi_value NewNumber(napi_env env, double number) {
  napi_value value = nullptr;
  napi_create_double(env, number, &value);
  return value;
}

inline napi_value NewString(napi_env env, const char* text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value);
  return value;
}

inline napi_async_work NewWork(napi_env env, const char* name, napi_async_execute_callback execute,
                               napi_async_complete_callback complete, void* data) {
  napi_async_work work = nullptr;
  napi_create_async_work(env, nullptr, NewString(env, name), execute, complete, data, &work);
  return work;
}

inline void Call(napi_env env, napi_value callback, napi_value argument) {
  napi_value undefined = nullptr;
  napi_get_undefined(env, &undefined);
  napi_call_function(env, undefined, callback, 1, &argument, nullptr);
}

// Set once, waited for by any thread. The wait is bounded, so that a host which runs execute in
// another order than a pool does comes to an end.
class Signal {
 public:
  void Set() {
    std::lock_guard<std::mutex> lock(mutex_);
    set_ = true;
    changed_.notify_all();
  }

  void Wait() {
    std::unique_lock<std::mutex> lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(3), [this] { return set_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool set_ = false;  // Guarded by mutex_.
};

// Keeps every worker thread busy, so that what is queued meanwhile stays queued until Release().
// Valid for pools of up to kWorks threads (libuv has 4 unless UV_THREADPOOL_SIZE says more). It
// frees itself when the last of its works has completed.
class WorkersHeld {
 public:
  static WorkersHeld* Hold(napi_env env) {
    auto* held = new WorkersHeld();
    for (Work& work : held->works_) {
      work.held = held;
      work.handle = NewWork(env, "workersHeld", Execute, Complete, &work);
      napi_queue_async_work(env, work.handle);
    }
    return held;
  }

  void Release() { released_.Set(); }

 private:
  static constexpr int kWorks = 16;
  struct Work {
    WorkersHeld* held = nullptr;
    napi_async_work handle = nullptr;
  };

  static void Execute(napi_env, void* data) { static_cast<Work*>(data)->held->released_.Wait(); }

  static void Complete(napi_env env, napi_status, void* data) {
    auto* work = static_cast<Work*>(data);
    WorkersHeld* held = work->held;
    napi_delete_async_work(env, work->handle);
    if (++held->completed_ == kWorks) delete held;
  }

  Work works_[kWorks];
  Signal released_;
  int completed_ = 0;
};

}  // namespace misuse
