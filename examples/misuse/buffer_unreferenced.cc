// Sums a buffer on a worker thread with a pointer into it, and nothing keeps the buffer: once the
// call has returned the garbage collector may take the bytes while they are read. The author has
// seen it work, for the caller's variable held the buffer.
//
// To be run with a zealous collector: napisan check --gc zeal.
#include "module.h"

#include <cstdint>

namespace {

struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  const uint8_t* bytes = nullptr;
  size_t length = 0;
  double sum = 0;
};

void ExecuteCB(napi_env, void* data) {
  auto* request = static_cast<Request*>(data);
  for (size_t i = 0; i < request->length; ++i) {
    request->sum += request->bytes[i];  // BUG: no napi_ref keeps the buffer.
  }
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_resolve_deferred(env, request->deferred, misuse::NewNumber(env, request->sum));
  napi_delete_async_work(env, request->work);
  delete request;
}

napi_value Sum(napi_env env, napi_callback_info info) {
  auto* request = new Request();
  void* bytes = nullptr;
  napi_get_buffer_info(env, misuse::Argument(env, info, 0), &bytes, &request->length);
  request->bytes = static_cast<const uint8_t*>(bytes);
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  request->work = misuse::NewWork(env, "bufferUnreferenced", ExecuteCB, CompleteCB, request);
  napi_queue_async_work(env, request->work);
  return promise;
}

}  // namespace

MISUSE_MODULE("sum", Sum);
