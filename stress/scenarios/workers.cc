// Workers: agents on threads of their own, that are terminated and written to.

#include "napisan/worker.h"

#include <chrono>
#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

// Of a producer, into a queue of one place.
constexpr int kCalls = 3;
// Turns that a worker has before it is terminated by a thread.
constexpr int kTurnsForIt = 12;

// What a worker has alive when it is terminated: a work, a thread-safe function with a producer,
// and a cleanup hook. It lives outside of the worker, which may never begin.
class Load final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env, void*) override {}

  void Begin(HostWorkerScope& self) {
    HostAgent::ModuleRef module = 0;
    std::string error;
    if (!self.agent().Add("load", nullptr, 9, module, error)) return;
    self.agent().Run(module, [this](napi_env env) {
      begun_ = true;
      in_flight_.store(true, std::memory_order_relaxed);
      napi_add_env_cleanup_hook(env, OnHook, this);
      tsfn_.Create(env, *this, 1, 1);
      work_ = NewWork(env, Execute, Complete, this);
      napi_queue_async_work(env, work_);
      Count(evidence->queued);
      producer_ = std::thread([this] {
        for (int i = 0; i < kCalls; ++i) {
          napi_status status =
              napi_call_threadsafe_function(tsfn_.get(), nullptr, napi_tsfn_blocking);
          if (status != napi_ok) return;
        }
        napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release);
      });
    });
    // Nothing else would end it: it is terminated, or it hangs.
    self.OnMessage(module, [](napi_env, napi_value) {});
  }

  // Whether it has begun and its work has not completed. Any thread; only counted.
  bool in_flight() const { return in_flight_.load(std::memory_order_relaxed); }

  // When the worker has exited.
  void Judge(Wrong& wrong) {
    if (producer_.joinable()) producer_.join();
    if (!begun_) return;
    wrong.Expect(completed_ == 1, "a terminated worker's work does not complete once");
    wrong.Expect(hooks_ == 1, "a terminated worker's hook does not run once");
    wrong.Expect(tsfn_.finalized() == 1, "a terminated worker's function is not finalized once");
  }

 private:
  static void Execute(napi_env, void*) { Count(evidence->executed); }
  static void Complete(napi_env env, napi_status, void* data) {
    auto& load = *static_cast<Load*>(data);
    ++load.completed_;
    load.in_flight_.store(false, std::memory_order_relaxed);
    napi_delete_async_work(env, load.work_);
    Count(evidence->completed);
  }
  static void OnHook(void* data) { ++static_cast<Load*>(data)->hooks_; }

  Tsfn tsfn_;
  std::thread producer_;
  napi_async_work work_ = nullptr;
  bool begun_ = false;
  std::atomic<bool> in_flight_{false};
  int completed_ = 0;
  int hooks_ = 0;
};

// `terminate` is called once the worker is there, with what terminates it.
template <class Terminate>
std::string TerminateLoaded(Terminate&& terminate) {
  Wrong wrong;
  Load load;
  int exits = 0;
  {
    Stage stage;
    HostWorker worker(stage.agent(), [&](HostWorkerScope& self) { load.Begin(self); });
    worker.OnExit([&](int code) {
      ++exits;
      wrong.Expect(code == 1, "a terminated worker exits with another code than 1");
    });
    terminate([&] {
      if (load.in_flight()) Count(evidence->interrupted);
      worker.Terminate();
    });
    stage.agent().RunLoop();
    wrong.Expect(exits == 1 && worker.exited(), "a terminated worker does not exit once");
    stage.agent().Teardown();
    load.Judge(wrong);
  }
  Count(evidence->terminated);
  return wrong.Take();
}

}  // namespace

// By its parent. The schedule says at which step: before it has begun, with its works in flight, …
// The usual one lets the worker come as far as it can while its parent sleeps. Those with one other
// choice, all of which are tried by --strategy near1, wake the parent at each of the steps. (With
// yields in place of the sleep it would take one such choice for each of them.)
std::string RunWorkerTerminated() {
  return TerminateLoaded([](auto&& terminate) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    terminate();
  });
}

// Before it can have begun.
std::string RunTerminatedAtOnce() {
  return TerminateLoaded([](auto&& terminate) { terminate(); });
}

// By a thread that has nothing to do with it, and may come when it has exited.
std::string RunTerminatedByThread() {
  return TerminateLoaded([](auto&& terminate) {
    std::thread thread([&terminate] {
      for (int i = 0; i < kTurnsForIt; ++i) std::this_thread::yield();
      terminate();
    });
    terminate();
    thread.join();
  });
}

// A worker ends of its own accord while a thread terminates it.
std::string RunEndedAndTerminated() {
  Wrong wrong;
  int exits = 0;
  {
    Stage stage;
    HostWorker worker(stage.agent(), [](HostWorkerScope&) {});
    worker.OnExit([&](int) { ++exits; });
    std::thread thread([&] { worker.Terminate(); });
    stage.agent().RunLoop();
    thread.join();
    wrong.Expect(exits == 1, "a worker does not exit once");
    stage.agent().Teardown();
  }
  Count(evidence->terminated);
  return wrong.Take();
}

// Messages there and back: all of them arrive, in order, also those that were posted before the
// worker had begun.
std::string RunMessages() {
  constexpr int kMessages = 2;
  Wrong wrong;
  int echoed = 0;
  {
    Stage stage;
    HostWorker worker(stage.agent(), [&](HostWorkerScope& self) {
      HostAgent::ModuleRef module = 0;
      std::string error;
      if (!self.agent().Add("echo", nullptr, 9, module, error)) return;
      self.OnMessage(module, [&self](napi_env env, napi_value message) {
        self.PostMessage(env, message);
        int32_t number = 0;
        napi_get_value_int32(env, message, &number);
        if (number == kMessages - 1) self.Close();
      });
    });
    worker.OnMessage(stage.module(), [&](napi_env env, napi_value message) {
      int32_t number = -1;
      napi_get_value_int32(env, message, &number);
      wrong.Expect(number == echoed++, "messages come in another order");
      Count(evidence->called);
    });
    stage.Run([&](napi_env env) {
      for (int i = 0; i < kMessages; ++i) {
        napi_value message = nullptr;
        napi_create_int32(env, i, &message);
        wrong.Expect(worker.PostMessage(env, message), "a message cannot be posted");
      }
    });
    stage.agent().RunLoop();
    stage.agent().Teardown();
  }
  wrong.Expect(echoed == kMessages, "messages are lost");
  return wrong.Take();
}

}  // namespace napisan::stress
