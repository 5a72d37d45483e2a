// Takes cancel for success. The author cancels a download and deletes the work at once, without a
// look at what cancel returned: the work is executing, and cancel has failed. (On OpenHarmony
// cancel returns napi_ok even then.)
#include "module.h"

namespace {

// One at a time, and static: it outlives the work whatever becomes of it.
struct Download {
  napi_async_work work = nullptr;
  misuse::Signal started;
  misuse::Signal received;
  bool cancelled = false;
};

Download g_download;

void ExecuteCB(napi_env, void* data) {
  auto* download = static_cast<Download*>(data);
  download->started.Set();
  download->received.Wait();
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* download = static_cast<Download*>(data);
  if (download->cancelled) return;  // It was deleted when it was cancelled.
  napi_delete_async_work(env, download->work);
}

void Cancel(napi_env env, Download* download) {
  download->cancelled = true;
  napi_cancel_async_work(env, download->work);
  napi_delete_async_work(env, download->work);  // BUG: cancel may have failed, and here it has.
}

napi_value AsyncWork(napi_env env, napi_callback_info) {
  g_download.work = misuse::NewWork(env, "download", ExecuteCB, CompleteCB, &g_download);
  napi_queue_async_work(env, g_download.work);
  g_download.started.Wait();
  Cancel(env, &g_download);
  g_download.received.Set();
  return nullptr;
}

}  // namespace

MISUSE_MODULE("asyncWork", AsyncWork);
