// Queues a work again while it is in the queue. The author has one function that starts a request
// and one that retries it, and both queue.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  int attempts = 0;
};

void ExecuteCB(napi_env, void* data) { static_cast<Request*>(data)->attempts += 1; }

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_resolve_deferred(env, request->deferred, misuse::NewNumber(env, request->attempts));
  napi_delete_async_work(env, request->work);
  delete request;
}

void Retry(napi_env env, Request* request) {
  napi_queue_async_work(env, request->work);  // BUG: it is queued already.
}

napi_value AsyncWork(napi_env env, napi_callback_info) {
  auto* request = new Request();
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  request->work = misuse::NewWork(env, "queueTwice", ExecuteCB, CompleteCB, request);
  misuse::WorkersHeld* held = misuse::WorkersHeld::Hold(env);
  napi_queue_async_work(env, request->work);
  Retry(env, request);
  held->Release();
  return promise;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
