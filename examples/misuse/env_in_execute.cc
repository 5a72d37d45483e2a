// Uses the env in execute. The author makes the result's value where the result is computed, on the
// worker thread, to keep complete short.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  double number = 0;
  napi_value result = nullptr;
};

void ExecuteCB(napi_env env, void* data) {
  auto* request = static_cast<Request*>(data);
  double const result = request->number * 2;
  napi_create_double(env, result, &request->result);  // BUG: execute may not use the env.
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  if (request->result != nullptr) {
    napi_resolve_deferred(env, request->deferred, request->result);
  } else {
    napi_reject_deferred(env, request->deferred, misuse::NewString(env, "no result"));
  }
  napi_delete_async_work(env, request->work);
  delete request;
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* request = new Request();
  request->number = misuse::Number(env, misuse::Argument(env, info, 0));
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  request->work = misuse::NewWork(env, "envInExecute", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return promise;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
