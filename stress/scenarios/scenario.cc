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

void Stage::Abort(const std::string& error) {
  std::fprintf(stderr, "stress: no module: %s\n", error.c_str());
  std::abort();
}

void Tsfn::Create(napi_env env, Receiver& receiver, size_t threads, size_t queue_max) {
  receiver_ = &receiver;
  napi_value name = nullptr;
  if (napi_create_string_utf8(env, "scenario", NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_threadsafe_function(env, nullptr, nullptr, name, queue_max, threads, this,
                                      OnFinalize, this, OnCall, &function_) != napi_ok) {
    std::fprintf(stderr, "stress: the host refuses a thread-safe function\n");
    std::abort();
  }
}

void Tsfn::OnCall(napi_env env, napi_value, void* context, void* data) {
  Count(evidence->called);
  static_cast<Tsfn*>(context)->receiver_->OnCall(env, data);
}

void Tsfn::OnFinalize(napi_env, void* data, void*) {
  static_cast<Tsfn*>(data)->finalized_.fetch_add(1, std::memory_order_relaxed);
  Count(evidence->finalized);
}

}  // namespace napisan::stress
