#include "scenarios/scenario.h"

#include <cstdio>
#include <cstdlib>

namespace napisan::stress {

Evidence* evidence = nullptr;

napi_async_work NewWork(napi_env env, napi_async_execute_callback execute,
                        napi_async_complete_callback complete, void* data) {
  napi_value name = nullptr;
  napi_async_work work = nullptr;
  if (napi_create_string_utf8(env, "scenario", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, nullptr, name, execute, complete, data, &work) != napi_ok) {
    std::fprintf(stderr, "stress: the host refuses a work\n");
    std::abort();
  }
  return work;
}

}  // namespace napisan::stress
