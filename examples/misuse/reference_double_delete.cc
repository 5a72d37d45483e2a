// Deletes a reference twice. The author deletes it as soon as the callback was called, and the
// destructor of the request, which came later, deletes it as well.
#include "module.h"

namespace {

struct Request {
  explicit Request(napi_env its_env) : env(its_env) {}
  ~Request() {
    napi_delete_reference(env, callback);  // BUG: complete has deleted it.
  }

  napi_env env;
  napi_async_work work = nullptr;
  napi_ref callback = nullptr;
  double number = 0;
};

void ExecuteCB(napi_env, void* data) { static_cast<Request*>(data)->number *= 2; }

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_value callback = nullptr;
  napi_get_reference_value(env, request->callback, &callback);
  misuse::Call(env, callback, misuse::NewNumber(env, request->number));
  napi_delete_reference(env, request->callback);
  napi_delete_async_work(env, request->work);
  delete request;
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* request = new Request(env);
  request->number = misuse::Number(env, misuse::Argument(env, info, 0));
  napi_create_reference(env, misuse::Argument(env, info, 1), 1, &request->callback);
  request->work = misuse::NewWork(env, "referenceDoubleDelete", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return nullptr;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
