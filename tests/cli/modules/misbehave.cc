// A module that does what its caller asks for, be it ever so bad. For tests of the command only.

#include <node_api.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <thread>

namespace {

std::atomic<bool> hang_at_exit{false};

[[noreturn]] void SleepForEver() {
  for (;;) std::this_thread::sleep_for(std::chrono::seconds(1));
}

struct AtExit {
  ~AtExit() {
    if (hang_at_exit) SleepForEver();
  }
} at_exit;

napi_value Crash(napi_env, napi_callback_info) {
  std::raise(SIGSEGV);
  return nullptr;
}

napi_value Abort(napi_env, napi_callback_info) { std::abort(); }

napi_value Spin(napi_env, napi_callback_info) { SleepForEver(); }

napi_value Leave(napi_env, napi_callback_info) { std::exit(7); }

napi_value Throw(napi_env, napi_callback_info) { throw std::runtime_error("not caught"); }

napi_value HangAtExit(napi_env, napi_callback_info) {
  hang_at_exit = true;
  return nullptr;
}

napi_async_work NewWork(napi_env env, napi_async_execute_callback execute,
                        napi_async_complete_callback complete) {
  napi_value name = nullptr;
  napi_create_string_utf8(env, "misbehave", NAPI_AUTO_LENGTH, &name);
  napi_async_work work = nullptr;
  napi_create_async_work(env, nullptr, name, execute, complete, nullptr, &work);
  return work;
}

// An error, at once.
napi_value DeleteTwice(napi_env env, napi_callback_info) {
  napi_async_work work = NewWork(
      env, [](napi_env, void*) {}, [](napi_env, napi_status, void*) {});
  napi_delete_async_work(env, work);
  napi_delete_async_work(env, work);
  return nullptr;
}

// A leak, at teardown.
napi_value LeaveWork(napi_env env, napi_callback_info) {
  NewWork(
      env, [](napi_env, void*) {}, [](napi_env, napi_status, void*) {});
  return nullptr;
}

napi_value BlockWorker(napi_env env, napi_callback_info) {
  napi_queue_async_work(
      env, NewWork(
               env, [](napi_env, void*) { SleepForEver(); }, [](napi_env, napi_status, void*) {}));
  return nullptr;
}

napi_value ThrowError(napi_env env, napi_callback_info) {
  napi_throw_error(env, "E_ASKED", "as asked");
  return nullptr;
}

napi_async_work throwing = nullptr;

napi_value Uncaught(napi_env env, napi_callback_info) {
  throwing = NewWork(
      env, [](napi_env, void*) {},
      [](napi_env later, napi_status, void*) {
        napi_delete_async_work(later, throwing);
        napi_throw_error(later, nullptr, "from complete");
      });
  napi_queue_async_work(env, throwing);
  return nullptr;
}

}  // namespace

NAPI_MODULE_INIT() {
  const struct {
    const char* name;
    napi_callback call;
  } kExports[] = {
      {"crash", Crash},
      {"abort", Abort},
      {"spin", Spin},
      {"leave", Leave},
      {"throwCpp", Throw},
      {"hangAtExit", HangAtExit},
      {"deleteTwice", DeleteTwice},
      {"leaveWork", LeaveWork},
      {"blockWorker", BlockWorker},
      {"throwError", ThrowError},
      {"uncaught", Uncaught},
  };
  for (const auto& row : kExports) {
    napi_value function = nullptr;
    napi_create_function(env, row.name, NAPI_AUTO_LENGTH, row.call, nullptr, &function);
    napi_set_named_property(env, exports, row.name, function);
  }
  return exports;
}
