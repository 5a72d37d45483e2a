// Blocks a worker for ever. The author waits in execute for an answer which complete is to deliver,
// and complete runs only after execute.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  std::mutex mutex;
  std::condition_variable changed;
  bool answered = false;  // Guarded by mutex.
};

void ExecuteCB(napi_env, void* data) {
  auto* request = static_cast<Request*>(data);
  std::unique_lock<std::mutex> lock(request->mutex);
  request->changed.wait(lock, [request] { return request->answered; });  // BUG: never set before.
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  {
    std::lock_guard<std::mutex> lock(request->mutex);
    request->answered = true;
    request->changed.notify_one();
  }
  napi_resolve_deferred(env, request->deferred, misuse::NewString(env, "answered"));
  napi_delete_async_work(env, request->work);
  delete request;
}

napi_value AsyncWork(napi_env env, napi_callback_info) {
  auto* request = new Request();
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  request->work = misuse::NewWork(env, "blocks", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return promise;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
