// Deletes a work that waits in the queue. The pool is busy with other works; the author takes "it
// has not started" for "nobody needs it", and drops the request when a newer one comes.
#include "module.h"

namespace {

// One at a time, and static: it outlives the work whatever becomes of it.
struct Search {
  napi_async_work work = nullptr;
  double number = 0;
  bool dropped = false;
};

Search g_search;

void ExecuteCB(napi_env, void* data) { static_cast<Search*>(data)->number += 1; }

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* search = static_cast<Search*>(data);
  if (search->dropped) return;  // It was deleted when it was dropped.
  napi_delete_async_work(env, search->work);
}

void Drop(napi_env env, Search* search) {
  search->dropped = true;
  napi_delete_async_work(env, search->work);  // BUG: the pool still holds the work.
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  misuse::WorkersHeld* held = misuse::WorkersHeld::Hold(env);
  g_search = Search();
  g_search.number = misuse::Number(env, misuse::Argument(env, info, 0));
  g_search.work = misuse::NewWork(env, "search", ExecuteCB, CompleteCB, &g_search);
  napi_queue_async_work(env, g_search.work);
  Drop(env, &g_search);
  held->Release();
  return nullptr;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
