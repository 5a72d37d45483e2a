// Never deletes a work. The author frees what is his own, and takes the work for the host's.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  double number = 0;
};

void ExecuteCB(napi_env, void* data) { static_cast<Request*>(data)->number *= 2; }

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_resolve_deferred(env, request->deferred, misuse::NewNumber(env, request->number));
  delete request;  // BUG: napi_delete_async_work(env, request->work) is missing before it.
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* request = new Request();
  request->number = misuse::Number(env, misuse::Argument(env, info, 0));
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  request->work = misuse::NewWork(env, "neverDeleted", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return promise;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
