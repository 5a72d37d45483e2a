// Leaks a reference. The author keeps the callback with a napi_ref, and forgets it where there is
// nothing to call back with.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_ref callback = nullptr;
  double number = 0;
};

void ExecuteCB(napi_env, void* data) { static_cast<Request*>(data)->number *= 2; }

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_delete_async_work(env, request->work);
  if (request->number < 0) {
    delete request;  // BUG: the reference is not deleted on this path.
    return;
  }
  napi_value callback = nullptr;
  napi_get_reference_value(env, request->callback, &callback);
  misuse::Call(env, callback, misuse::NewNumber(env, request->number));
  napi_delete_reference(env, request->callback);
  delete request;
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* request = new Request();
  request->number = misuse::Number(env, misuse::Argument(env, info, 0));
  napi_create_reference(env, misuse::Argument(env, info, 1), 1, &request->callback);
  request->work = misuse::NewWork(env, "referenceLeaked", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return nullptr;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
