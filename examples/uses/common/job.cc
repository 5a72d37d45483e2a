#include "common/job.h"

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace uses {
namespace {

const Failure kCancelled = {"ECANCELED", "cancelled"};
const Failure kNoResult = {"ERR_RESULT", "the result cannot be made"};

napi_value String(napi_env env, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  return value;
}

napi_value ErrorOf(napi_env env, const Failure& failure) {
  napi_value error = nullptr;
  napi_create_error(env, String(env, failure.code), String(env, failure.message), &error);
  return error;
}

}  // namespace

Job::Job(const char* name, size_t parts) : name_(name), parts_(parts) {
  for (size_t i = 0; i < parts; ++i) {
    parts_[i].job = this;
    parts_[i].index = i;
  }
}

napi_value Job::Promise(napi_env env, std::unique_ptr<Job> job) {
  napi_value promise = nullptr;
  if (napi_create_promise(env, &job->deferred_, &promise) != napi_ok) {
    napi_throw_error(env, nullptr, "a promise cannot be made");
    return nullptr;
  }
  Jobs::Of(env).under_way_.push_back(std::move(job));
  return promise;
}

napi_value Job::Start(napi_env env, std::unique_ptr<Job> job) {
  Job* started = job.get();
  napi_value promise = Promise(env, std::move(job));
  if (promise != nullptr) started->Queue(env);
  return promise;
}

bool Job::Keep(napi_env env, napi_value value) { return kept_.emplace_back().Make(env, value); }

bool Job::ReportTo(napi_env env, napi_value function) { return report_to_.Make(env, function); }

void Job::Queue(napi_env env) {
  if (Cancelled()) return Settle(env);
  if (report_to_ && !MakeReporter(env)) {
    const Failure failure = {"ERR_PROGRESS", "progress cannot be reported"};
    return Settle(env, &failure);
  }
  executing_ = parts_.size();
  for (Part& part : parts_) {
    if (StartPart(env, part)) continue;
    part.failed = true;
    part.failure = {"ERR_WORK", "the work cannot be queued"};
    --executing_;
  }
  if (executing_ == 0) Finish(env);
}

bool Job::StartPart(napi_env env, Part& part) {
  napi_value name = nullptr;
  if (napi_create_string_utf8(env, name_, NAPI_AUTO_LENGTH, &name) != napi_ok ||
      napi_create_async_work(env, nullptr, name, OnExecute, OnComplete, &part, &part.work) !=
          napi_ok) {
    return false;
  }
  if (napi_queue_async_work(env, part.work) == napi_ok) return true;
  napi_delete_async_work(env, part.work);
  part.work = nullptr;
  return false;
}

void Job::OnExecute(napi_env env, void* data) {
  auto* part = static_cast<Part*>(data);
  if (part->job->Cancelled()) return;
  if (Planted(Plant::env_in_execute)) {
    napi_value undefined = nullptr;
    napi_get_undefined(env, &undefined);
  }
  // No exception may leave a callback.
  try {
    part->job->Execute(part->index);
    return;
  } catch (const Failure& failure) {
    part->failure = failure;
  } catch (const std::bad_alloc&) {
    part->failure = {"ENOMEM", "out of memory"};
  } catch (const std::exception& exception) {
    part->failure = {"ERR_EXECUTE", exception.what()};
  }
  part->failed = true;
}

void Job::OnComplete(napi_env env, napi_status status, void* data) {
  auto* part = static_cast<Part*>(data);
  Job* job = part->job;
  if (!Planted(Plant::work_never_deleted) && part->work != nullptr) {
    napi_delete_async_work(env, part->work);
  }
  part->work = nullptr;
  // That one is cancelled its job knows: nobody else cancels it.
  if (status != napi_ok && status != napi_cancelled) {
    part->failed = true;
    part->failure = {"ERR_WORK", "the work did not execute"};
  }
  if (--job->executing_ == 0) job->Finish(env);
}

void Job::Cancel(napi_env env) {
  if (cancelled_.exchange(true)) return;
  for (Part& part : parts_) {
    if (part.work == nullptr) continue;
    // That it fails is no mistake: a work that executes is not to be cancelled, and looks itself.
    napi_cancel_async_work(env, part.work);
  }
  Wake();
}

void Job::Finish(napi_env env) {
  if (reporter_ == nullptr || Planted(Plant::function_never_released)) return Settle(env);
  // What waits in its queue is delivered first; OnReported settles.
  napi_release_threadsafe_function(std::exchange(reporter_, nullptr), napi_tsfn_release);
}

const Failure* Job::FirstFailure() const {
  if (Cancelled()) return &kCancelled;
  auto failed =
      std::find_if(parts_.begin(), parts_.end(), [](const Part& part) { return part.failed; });
  return failed == parts_.end() ? nullptr : &failed->failure;
}

void Job::Settle(napi_env env) { Settle(env, FirstFailure()); }

// While the env is torn down no JavaScript runs: what fails then, fails for nobody.
void Job::Settle(napi_env env, const Failure* failure) {
  napi_value result = nullptr;
  if (failure == nullptr) {
    try {
      result = Result(env);
    } catch (const std::bad_alloc&) {
      result = nullptr;
    }
  }
  if (result != nullptr) {
    napi_resolve_deferred(env, deferred_, result);
  } else if (!Planted(Plant::deferred_never_settled)) {
    bool thrown = false;
    napi_value reason = nullptr;
    if (failure == nullptr) napi_is_exception_pending(env, &thrown);
    if (!thrown || napi_get_and_clear_last_exception(env, &reason) != napi_ok) {
      reason = ErrorOf(env, failure == nullptr ? kNoResult : *failure);
    }
    napi_reject_deferred(env, deferred_, reason);
  }
  std::vector<std::unique_ptr<Job>>& jobs = Jobs::Of(env).under_way_;
  auto place = std::find_if(jobs.begin(), jobs.end(),
                            [this](const std::unique_ptr<Job>& job) { return job.get() == this; });
  std::unique_ptr<Job> self = std::move(*place);
  jobs.erase(place);
  Settled(env);
}

// --- Progress ---

bool Job::MakeReporter(napi_env env) {
  napi_value name = nullptr;
  // Planted, it would find its job gone.
  napi_finalize finalize = Planted(Plant::function_never_released) ? nullptr : OnReported;
  return napi_create_string_utf8(env, name_, NAPI_AUTO_LENGTH, &name) == napi_ok &&
         napi_create_threadsafe_function(env, report_to_.Value(), nullptr, name, 0, 1, this,
                                         finalize, this, OnProgress, &reporter_) == napi_ok;
}

// The queue has no bound: no worker ever waits for the env's thread.
void Job::Progress(double done, double total) {
  if (reporter_ == nullptr) return;
  auto step = std::make_unique<Step>(Step{done, total});
  if (napi_call_threadsafe_function(reporter_, step.get(), napi_tsfn_nonblocking) == napi_ok) {
    step.release();
  }
}

// Without an env where it is torn down; the job may be gone by then.
void Job::OnProgress(napi_env env, napi_value function, void*, void* data) {
  std::unique_ptr<Step> step(static_cast<Step*>(data));
  if (env == nullptr || function == nullptr) return;
  napi_value receiver = nullptr;
  napi_value arguments[2] = {};
  if (napi_get_undefined(env, &receiver) != napi_ok ||
      napi_create_double(env, step->done, &arguments[0]) != napi_ok ||
      napi_create_double(env, step->total, &arguments[1]) != napi_ok) {
    return;
  }
  // What it throws stays pending: it is uncaught, as in any event handler.
  napi_call_function(env, receiver, function, 2, arguments, nullptr);
}

void Job::OnReported(napi_env env, void* data, void*) { static_cast<Job*>(data)->Settle(env); }

// --- The jobs of an env ---

bool Jobs::Install(napi_env env, std::unique_ptr<Jobs> jobs) {
  auto finalize = [](napi_env, void* data, void*) { delete static_cast<Jobs*>(data); };
  if (napi_set_instance_data(env, jobs.get(), finalize, nullptr) != napi_ok) return false;
  jobs.release();
  return true;
}

Jobs& Jobs::Of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<Jobs*>(data);
}

napi_value Jobs::Cancel(napi_env env, napi_callback_info) {
  std::vector<std::unique_ptr<Job>>& jobs = Of(env).under_way_;
  for (const std::unique_ptr<Job>& job : jobs) job->Cancel(env);
  napi_value count = nullptr;
  napi_create_double(env, static_cast<double>(jobs.size()), &count);
  return count;
}

}  // namespace uses
