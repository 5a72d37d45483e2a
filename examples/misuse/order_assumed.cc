// Assumes an order. Each work appends its digit to what the works before it have written, under a
// mutex, so nothing races; the author takes the order of the calls for the order of execution,
// which no pool of threads promises. ../ordered does it right.
#include "module.h"

namespace {

// One per env, so that each run begins with an empty sequence.
struct Sequence {
  std::mutex mutex;
  double digits = 0;  // Guarded by mutex.
};

struct Append {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  Sequence* sequence = nullptr;
  double digit = 0;
  double result = 0;
};

void ExecuteCB(napi_env, void* data) {
  auto* append = static_cast<Append*>(data);
  std::lock_guard<std::mutex> lock(append->sequence->mutex);
  append->sequence->digits = append->sequence->digits * 10 + append->digit;
  append->result = append->sequence->digits;  // BUG: it depends on which works ran before this one.
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* append = static_cast<Append*>(data);
  napi_resolve_deferred(env, append->deferred, misuse::NewNumber(env, append->result));
  napi_delete_async_work(env, append->work);
  delete append;
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  auto* append = new Append();
  append->digit = misuse::Number(env, misuse::Argument(env, info, 0));
  void* sequence = nullptr;
  napi_get_instance_data(env, &sequence);
  append->sequence = static_cast<Sequence*>(sequence);
  napi_value promise = nullptr;
  napi_create_promise(env, &append->deferred, &promise);
  append->work = misuse::NewWork(env, "append", ExecuteCB, CompleteCB, append);
  napi_queue_async_work(env, append->work);
  return promise;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_set_instance_data(
      env, new Sequence(), [](napi_env, void* data, void*) { delete static_cast<Sequence*>(data); },
      nullptr);
  napi_value exported = nullptr;
  napi_create_function(env, "asyncWork", NAPI_AUTO_LENGTH, AsyncWork, nullptr, &exported);
  napi_set_named_property(env, exports, "asyncWork", exported);
  return exports;
}
