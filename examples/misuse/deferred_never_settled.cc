// Never settles a deferred. The author gives up quietly on a number that he cannot handle: the work
// is deleted, the memory freed, and JavaScript waits for ever.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  double number = 0;
  bool failed = false;
};

void ExecuteCB(napi_env, void* data) {
  auto* request = static_cast<Request*>(data);
  request->failed = request->number < 0;
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_delete_async_work(env, request->work);
  if (!request->failed) {  // BUG: where it failed, the deferred is not rejected.
    napi_resolve_deferred(env, request->deferred, misuse::NewNumber(env, request->number));
  }
  delete request;
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* request = new Request();
  request->number = misuse::Number(env, misuse::Argument(env, info, 0));
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  request->work = misuse::NewWork(env, "deferredNeverSettled", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return promise;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
