// Queues a work that is deleted. The author deletes it first thing in complete, and further down
// decides that there is more to do.
#include "module.h"

namespace {

// One at a time, and static: it outlives the work whatever becomes of it.
struct Copy {
  napi_async_work work = nullptr;
  double chunks_left = 0;
  bool again = true;
};

Copy g_copy;

void ExecuteCB(napi_env, void* data) { static_cast<Copy*>(data)->chunks_left -= 1; }

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* copy = static_cast<Copy*>(data);
  napi_delete_async_work(env, copy->work);
  if (copy->again && copy->chunks_left > 0) {
    copy->again = false;
    napi_queue_async_work(env, copy->work);  // BUG: it was deleted above.
  }
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  g_copy = Copy();
  g_copy.chunks_left = misuse::Number(env, misuse::Argument(env, info, 0));
  g_copy.work = misuse::NewWork(env, "copy", ExecuteCB, CompleteCB, &g_copy);
  napi_queue_async_work(env, g_copy.work);
  return nullptr;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
