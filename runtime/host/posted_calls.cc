#include "host/posted_calls.h"

#include <algorithm>

#include "host/threadsafe_function.h"

namespace napisan::host {

PostedCalls::PostedCalls(Executor& executor) : executor_(executor) {
  ring = [](Wakeup& wakeup) { static_cast<PostedCalls&>(wakeup).RunOne(); };
  // It is open as long as its loop; nobody is told.
  closed = [](Wakeup&) {};
  executor_.Open(*this);
  executor_.SetReferenced(*this, false);
}

void PostedCalls::Post(napi_threadsafe_function function, void* data, napi_task_priority priority,
                       bool tail) {
  std::lock_guard lock(mutex_);
  std::deque<Call>& calls = calls_[priority];
  Call call{function, data};
  tail ? calls.push_back(call) : calls.push_front(call);
  executor_.Ring(*this);
}

size_t PostedCalls::Forget(napi_threadsafe_function function) {
  std::lock_guard lock(mutex_);
  size_t dropped = 0;
  for (std::deque<Call>& calls : calls_) {
    dropped += std::erase_if(calls, [&](const Call& call) { return call.function == function; });
  }
  return dropped;
}

void PostedCalls::RunOne() {
  Call call{};
  {
    std::lock_guard lock(mutex_);
    auto first = std::find_if(std::begin(calls_), std::end(calls_),
                              [](const std::deque<Call>& calls) { return !calls.empty(); });
    if (first == std::end(calls_)) return executor_.SetReferenced(*this, false);
    call = first->front();
    first->pop_front();
    // The next one, or to find that there is none.
    executor_.Ring(*this);
  }
  call.function->RunPosted(call.data);
}

}  // namespace napisan::host
