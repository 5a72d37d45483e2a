// Deletes a work twice. The author deletes it in complete as the guide does, and added a clean-up
// function later, for the error paths, that deletes it as well.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  double number = 0;
};

void CleanUp(napi_env env, Request* request) {
  napi_delete_async_work(env, request->work);  // BUG: complete has deleted it.
  delete request;
}

void ExecuteCB(napi_env, void* data) {
  auto* request = static_cast<Request*>(data);
  request->number *= 2;
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_resolve_deferred(env, request->deferred, misuse::NewNumber(env, request->number));
  napi_delete_async_work(env, request->work);
  CleanUp(env, request);
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* request = new Request();
  request->number = misuse::Number(env, misuse::Argument(env, info, 0));
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  request->work = misuse::NewWork(env, "doubleDelete", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return promise;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
