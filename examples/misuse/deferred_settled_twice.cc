// Settles a deferred twice. The author rejects where there is no result, and forgot that this does
// not leave the function.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  double number = 0;
};

void ExecuteCB(napi_env, void* data) { static_cast<Request*>(data)->number -= 1; }

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_value result = misuse::NewNumber(env, request->number);
  if (request->number < 0) {
    napi_reject_deferred(env, request->deferred, result);
  }
  napi_resolve_deferred(env, request->deferred, result);  // BUG: an else is missing.
  napi_delete_async_work(env, request->work);
  delete request;
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* request = new Request();
  request->number = misuse::Number(env, misuse::Argument(env, info, 0));
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  request->work = misuse::NewWork(env, "deferredSettledTwice", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return promise;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
