#include "host/uv_executor.h"

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "api/defect.h"
#include "api/schedule_point.h"
#include "api/thread.h"

namespace napisan::host {
namespace {

std::once_flag first_loop;

template <class T>
T& Owner(void* data) {
  return *static_cast<T*>(data);
}

// It begins with libuv's part, so no pointer has to be read from a line that only the loop thread
// writes.
WorkRequest& RequestOf(uv_work_t* work) { return *reinterpret_cast<WorkRequest*>(work); }
static_assert(offsetof(WorkRequest, uv) == 0);

class UvExecutor final : public Executor {
 public:
  ~UvExecutor() override { CloseLoop(); }

  int Queue(WorkRequest& request) override {
    [[maybe_unused]] auto execute = request.execute;
    if (HAS_DEFECT(work_set_up_after_queueing)) request.execute = nullptr;
    int error = uv_queue_work(loop(), &request.uv, OnExecute, OnComplete);
    if (HAS_DEFECT(work_set_up_after_queueing)) request.execute = execute;
    return error;
  }

  int Cancel(WorkRequest& request) override {
    return uv_cancel(reinterpret_cast<uv_req_t*>(&request.uv));
  }

  int Open(Wakeup& wakeup) override {
    wakeup.uv.data = &wakeup;
    return uv_async_init(loop(), &wakeup.uv, OnRing);
  }

  void Close(Wakeup& wakeup) override {
    ++closing_;
    wakeup.uv.data = &wakeup;
    // The loop tells us which executor it is by its own data pointer.
    uv_close(reinterpret_cast<uv_handle_t*>(&wakeup.uv), OnClosed);
  }

  void SetReferenced(Wakeup& wakeup, bool referenced) override {
    auto* handle = reinterpret_cast<uv_handle_t*>(&wakeup.uv);
    referenced ? uv_ref(handle) : uv_unref(handle);
  }

  void Ring(Wakeup& wakeup) override {
    SchedulePoint("rings a bell", &wakeup.uv);
    uv_async_send(&wakeup.uv);
  }

  void Turn(Wait wait) override {
    if (made_) uv_run(&loop_, wait == Wait::kEvent ? UV_RUN_ONCE : UV_RUN_NOWAIT);
  }
  bool alive() const override { return made_ && uv_loop_alive(&loop_) != 0; }

  void TurnAtTeardown() override {
    if (!made_) return;
    // A loop that nothing keeps alive does not turn, unless something is closing.
    uv_idle_init(&loop_, &reason_to_turn_);
    uv_close(reinterpret_cast<uv_handle_t*>(&reason_to_turn_), nullptr);
    uv_run(&loop_, UV_RUN_NOWAIT);
  }

  void Settle() override {
    while (closing_ > 0) uv_run(&loop_, UV_RUN_NOWAIT);
  }

  uv_loop_t* loop() override {
    if (!made_) {
      // libuv before 1.45 finds out about its clock without a lock when its first loop is made. Not
      // under a schedule: the first one in a process would be another than those after it.
      {
        Unscheduled unscheduled;
        std::call_once(first_loop, [] {
          uv_loop_t scratch;
          if (uv_loop_init(&scratch) == 0) uv_loop_close(&scratch);
        });
      }
      if (int error = uv_loop_init(&loop_); error != 0) {
        std::fprintf(stderr, "napisan: no event loop: %s\n", uv_strerror(error));
        std::abort();
      }
      loop_.data = this;
      made_ = true;
    }
    return &loop_;
  }

  void Reset() override { CloseLoop(); }

 private:
  static void OnExecute(uv_work_t* work) {
    Thread& thread = CurrentThread();
    if (thread.kind != ThreadKind::kWorker) NameThread(thread, ThreadKind::kWorker);
    WorkRequest& request = RequestOf(work);
    SchedulePoint("executes", work);
    request.execute(request);
    SchedulePoint("has executed", work);
  }

  static void OnComplete(uv_work_t* work, int status) {
    WorkRequest& request = RequestOf(work);
    SchedulePoint("completes", work);
    request.complete(request, status);
  }

  static void OnRing(uv_async_t* handle) {
    auto& wakeup = Owner<Wakeup>(handle->data);
    SchedulePoint("hears its bell", handle);
    wakeup.ring(wakeup);
  }

  static void OnClosed(uv_handle_t* handle) {
    --static_cast<UvExecutor*>(handle->loop->data)->closing_;
    auto& wakeup = Owner<Wakeup>(handle->data);
    wakeup.closed(wakeup);
  }

  void CloseLoop() {
    if (!made_) return;
    // Handles that a module opened on the loop and never closed.
    uv_walk(
        &loop_,
        [](uv_handle_t* handle, void*) {
          if (!uv_is_closing(handle)) uv_close(handle, nullptr);
        },
        nullptr);
    while (uv_run(&loop_, UV_RUN_DEFAULT) != 0) {
    }
    uv_loop_close(&loop_);
    made_ = false;
    closing_ = 0;
  }

  uv_loop_t loop_;
  uv_idle_t reason_to_turn_;
  bool made_ = false;
  int closing_ = 0;
};

}  // namespace

std::unique_ptr<Executor> NewUvExecutor() { return std::make_unique<UvExecutor>(); }

}  // namespace napisan::host
