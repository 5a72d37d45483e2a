// Keeps a value past its callback. The author stores the callback's napi_value beside the work, as
// one would store a pointer, where a napi_ref is needed.
#include "module.h"

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_value callback = nullptr;
  double number = 0;
};

void ExecuteCB(napi_env, void* data) { static_cast<Request*>(data)->number *= 2; }

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_value undefined = nullptr;
  napi_get_undefined(env, &undefined);
  napi_value number = misuse::NewNumber(env, request->number);
  napi_value callback = request->callback;
  napi_call_function(env, undefined, callback, 1, &number, nullptr);  // BUG: its scope is closed.
  napi_delete_async_work(env, request->work);
  delete request;
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* request = new Request();
  request->number = misuse::Number(env, misuse::Argument(env, info, 0));
  request->callback = misuse::Argument(env, info, 1);
  request->work = misuse::NewWork(env, "valueKept", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return nullptr;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
