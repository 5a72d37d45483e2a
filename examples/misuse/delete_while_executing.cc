// Deletes a work while its execute runs. The author gives a slow request up after a time limit, and
// deletes it there and then instead of in complete.
#include "module.h"

namespace {

// One at a time, and static: it outlives the work whatever becomes of it.
struct Request {
  napi_async_work work = nullptr;
  misuse::Signal started;
  misuse::Signal answered;
  bool given_up = false;
};

Request g_request;

void ExecuteCB(napi_env, void* data) {
  auto* request = static_cast<Request*>(data);
  request->started.Set();
  request->answered.Wait();
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  if (request->given_up) return;  // It was deleted when it was given up.
  napi_delete_async_work(env, request->work);
}

void GiveUp(napi_env env, Request* request) {
  request->given_up = true;
  napi_delete_async_work(env, request->work);  // BUG: a worker is executing it.
}

napi_value AsyncWork(napi_env env, napi_callback_info) {
  g_request.work = misuse::NewWork(env, "request", ExecuteCB, CompleteCB, &g_request);
  napi_queue_async_work(env, g_request.work);
  g_request.started.Wait();
  GiveUp(env, &g_request);
  g_request.answered.Set();
  return nullptr;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
