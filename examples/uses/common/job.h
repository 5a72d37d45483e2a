// What the four uses share: a promise, and the works that settle it.
//
// A Job has one part or several. Each part is an async work of its own, and they execute at once;
// when all of them have completed, the promise is settled. Where a part fails, that is a rejection;
// of several failures the one of the first part, whatever failed first.
//
// Progress goes through a thread-safe function. The promise is settled by its finalizer, so that
// all calls of the progress function come first.
//
// Cancelling: what cancel() finds under way is rejected, always. Works in the queue are cancelled;
// those that execute see it by Cancelled() or are woken by Wake(); what one has already got is
// dropped.
//
// Ownership: a Job belongs to the Jobs of its env, from its promise until it is settled.
// Threads: Execute and what it says that it calls run on workers, all else on the env's thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "common/node_api.h"
#include "common/reference.h"

namespace uses {

// What Execute throws: the code and the message of the rejection.
struct Failure {
  std::string code;
  std::string message;
};

class Job {
 public:
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;
  virtual ~Job() = default;

  // Takes the job and gives its promise; null with an exception where that is impossible.
  static napi_value Promise(napi_env env, std::unique_ptr<Job> job);

  // Promise, and Queue at once.
  static napi_value Start(napi_env env, std::unique_ptr<Job> job);

  // Starts its works. The job may be settled, and gone, when this returns.
  void Queue(napi_env env);

  void Cancel(napi_env env);

  // Keeps a value alive until the job is settled.
  bool Keep(napi_env env, napi_value value);

  // Calls function(done, total) for each Progress.
  bool ReportTo(napi_env env, napi_value function);

 protected:
  explicit Job(const char* name, size_t parts = 1);

  // On a worker. Several parts execute at once, on threads of their own.
  virtual void Execute(size_t part) = 0;
  bool Cancelled() const { return cancelled_.load(std::memory_order_relaxed); }
  void Progress(double done, double total);

  // What the promise is resolved with; null where that fails, with or without an exception.
  virtual napi_value Result(napi_env env) = 0;
  // Makes an Execute return that waits for something.
  virtual void Wake() {}
  // The last call before the job is deleted.
  virtual void Settled(napi_env) {}

 private:
  struct Part {
    Job* job = nullptr;
    size_t index = 0;
    napi_async_work work = nullptr;  // From Queue until its complete.
    bool failed = false;
    Failure failure;
  };
  struct Step {
    double done;
    double total;
  };

  bool StartPart(napi_env env, Part& part);
  bool MakeReporter(napi_env env);
  void Finish(napi_env env);
  void Settle(napi_env env);
  void Settle(napi_env env, const Failure* failure);
  const Failure* FirstFailure() const;

  static void OnExecute(napi_env env, void* data);
  static void OnComplete(napi_env env, napi_status status, void* data);
  static void OnProgress(napi_env env, napi_value function, void* context, void* data);
  static void OnReported(napi_env env, void* data, void* hint);

  const char* const name_;
  std::vector<Part> parts_;
  size_t executing_ = 0;  // Parts whose complete is still to come.
  napi_deferred deferred_ = nullptr;
  std::vector<Reference> kept_;
  Reference report_to_;
  // From Queue until all parts have completed; workers call it.
  napi_threadsafe_function reporter_ = nullptr;
  std::atomic<bool> cancelled_{false};
};

// The jobs of one env, its instance data. A module that has more to keep derives from it.
class Jobs {
 public:
  Jobs() = default;
  Jobs(const Jobs&) = delete;
  Jobs& operator=(const Jobs&) = delete;
  // What is left is deleted: OpenHarmony does not finalize thread-safe functions of an env that
  // ends.
  virtual ~Jobs() = default;

  static bool Install(napi_env env, std::unique_ptr<Jobs> jobs);
  static Jobs& Of(napi_env env);

  // The export cancel(): how many jobs it cancels.
  static napi_value Cancel(napi_env env, napi_callback_info info);

 private:
  friend class Job;
  std::vector<std::unique_ptr<Job>> under_way_;
};

}  // namespace uses
