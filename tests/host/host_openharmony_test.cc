// OpenHarmony's additions: works with a quality of service or a task id, calls with a priority, and
// the event loop that a native thread turns. From its source, not run on a device.
#include <napi/native_api.h>

#include <atomic>
#include <semaphore>
#include <thread>

#include "async_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

// A function with a number where it takes an enumeration, as C lets a module pass any.
template <class AsInC, class Function>
AsInC* InC(Function* function) {
  return reinterpret_cast<AsInC*>(reinterpret_cast<void*>(function));
}
const auto queue_with_qos =
    InC<napi_status(napi_env, napi_async_work, int)>(napi_queue_async_work_with_qos);
const auto queue_with_queue =
    InC<napi_status(napi_env, napi_async_work, int, uintptr_t)>(napi_queue_async_work_with_queue);
const auto call_with_priority = InC<napi_status(napi_threadsafe_function, void*, int, bool)>(
    napi_call_threadsafe_function_with_priority);
const auto run_event_loop = InC<napi_status(napi_env, int)>(napi_run_event_loop);

class HostOpenHarmony : public AsyncTest {
 protected:
  explicit HostOpenHarmony(HostOptions options = {.profile = "openharmony"}) : AsyncTest(options) {}

  // A work that notes what happens to it.
  Work& Make(napi_env env, const std::string& name) {
    works_.push_back(std::make_unique<Work>());
    Work& work = *works_.back();
    work.on_execute = [this, name] { Note("execute " + name); };
    work.on_complete = [this, name, &work](napi_env inner, napi_status status) {
      Note((status == napi_ok ? "complete " : "cancelled ") + name);
      work.Delete(inner);
    };
    EXPECT_NAPI(work.Create(env));
    return work;
  }
  std::vector<std::string> EventsOf(const std::string& verb) {
    std::vector<std::string> of;
    for (const std::string& event : Events()) {
      if (event.rfind(verb + " ", 0) == 0) of.push_back(event.substr(verb.size() + 1));
    }
    return of;
  }
  void MakeTsfn(Tsfn& tsfn, const std::string& name = "") {
    tsfn.on_call = [this, name](napi_env env, napi_value, void* data) {
      Note(name + (env != nullptr ? "call " : "drain ") +
           std::to_string(reinterpret_cast<intptr_t>(data)));
    };
    tsfn.on_finalize = [this](napi_env) { Note("finalize"); };
    Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env)); });
  }
  static napi_status Post(const Tsfn& tsfn, intptr_t data, int priority, bool tail = true) {
    return call_with_priority(tsfn.handle, reinterpret_cast<void*>(data), priority, tail);
  }

 private:
  std::vector<std::unique_ptr<Work>> works_;
};

class HostOpenHarmonySteps : public HostOpenHarmony {
 protected:
  HostOpenHarmonySteps()
      : HostOpenHarmony({.profile = "openharmony", .executor = ExecutorKind::kStepping}) {}
};

TEST_F(HostOpenHarmony, AWorkIsQueuedWithAnyQualityOfService) {
  Run([&](napi_env env) {
    for (napi_qos_t qos :
         {napi_qos_background, napi_qos_utility, napi_qos_default, napi_qos_user_initiated}) {
      EXPECT_NAPI(napi_queue_async_work_with_qos(env, Make(env, "w").handle, qos));
    }
    EXPECT_EQ(napi_queue_async_work_with_qos(env, nullptr, napi_qos_default), napi_invalid_arg);
    EXPECT_EQ(napi_queue_async_work_with_qos(nullptr, nullptr, napi_qos_default), napi_invalid_arg);
  });
  RunLoop();
  EXPECT_EQ(EventsOf("complete").size(), 4u);
}

// libuv refuses, and nobody is told.
TEST_F(HostOpenHarmony, WhatIsNoQualityOfServiceIsNotQueuedAndOkAllTheSame) {
  Run([&](napi_env env) {
    for (int qos : {4, 6, -1}) {
      Work& work = Make(env, "w");
      EXPECT_NAPI(queue_with_qos(env, work.handle, qos));
      EXPECT_EQ(queue_with_queue(env, work.handle, qos, 1), napi_generic_failure)
          << "its sibling does tell";
      work.Delete(env);
    }
  });
  EXPECT_FALSE(agent().Turn(false));
  EXPECT_THAT(Events(), IsEmpty());
}

TEST_F(HostOpenHarmony, WorksWithOneTaskIdExecuteOneAfterTheOther) {
  constexpr int kWorks = 50;
  std::atomic<int> executing{0};
  std::vector<std::string> expected;
  Run([&](napi_env env) {
    for (int i = 0; i < kWorks; ++i) {
      Work& work = Make(env, std::to_string(i));
      auto plain = work.on_execute;
      work.on_execute = [&executing, plain] {
        EXPECT_EQ(executing.fetch_add(1), 0) << "two at once";
        plain();
        std::this_thread::yield();
        executing.fetch_sub(1);
      };
      EXPECT_NAPI(napi_queue_async_work_with_queue(env, work.handle, napi_qos_default, 7));
      expected.push_back(std::to_string(i));
    }
    EXPECT_EQ(napi_queue_async_work_with_queue(env, Make(env, "w").handle, napi_qos_default, 0),
              napi_invalid_arg);
  });
  RunLoop();
  EXPECT_THAT(EventsOf("execute"), ElementsAreArray(expected));
}

TEST_F(HostOpenHarmony, AWorkThatWaitsForItsTurnIsCancelled) {
  std::binary_semaphore begun{0}, go{0};
  Run([&](napi_env env) {
    Work& first = Make(env, "first");
    Work& second = Make(env, "second");
    Work& third = Make(env, "third");
    first.on_execute = [&] {
      begun.release();
      go.acquire();
    };
    for (Work* work : {&first, &second, &third}) {
      EXPECT_NAPI(napi_queue_async_work_with_queue(env, work->handle, napi_qos_default, 7));
    }
    begun.acquire();
    // A worker may have taken it: it has not begun.
    EXPECT_NAPI(napi_cancel_async_work(env, second.handle));
    EXPECT_NAPI(napi_cancel_async_work(env, second.handle));
    EXPECT_NAPI(napi_cancel_async_work(env, first.handle)) << "always ok; it runs on";
    go.release();
  });
  RunLoop();
  std::vector<std::string> events = Events();
  EXPECT_THAT(events, testing::UnorderedElementsAre("complete first", "cancelled second",
                                                    "execute third", "complete third"));
}

TEST_F(HostOpenHarmonySteps, TaskIdsDecideWhatMayExecuteNext) {
  Run([&](napi_env env) {
    for (const char* name : {"a1", "b1", "a2", "b2"}) {
      EXPECT_NAPI(napi_queue_async_work_with_queue(env, Make(env, name).handle, napi_qos_default,
                                                   static_cast<uintptr_t>(name[0])));
    }
  });
  EXPECT_EQ(agent().queued_works(), 2u) << "a1 and b1";
  EXPECT_TRUE(agent().StepExecute(1));
  EXPECT_EQ(agent().queued_works(), 2u) << "a1 and b2, before b1 has completed";
  EXPECT_TRUE(agent().StepExecute(1));
  RunLoop();
  EXPECT_THAT(EventsOf("execute"), ElementsAre("b1", "b2", "a1", "a2"));
}

TEST_F(HostOpenHarmonySteps, AHeldWorkIsCancelledAndThoseBehindItGoOn) {
  Run([&](napi_env env) {
    Work& first = Make(env, "first");
    Work& second = Make(env, "second");
    Work& third = Make(env, "third");
    for (Work* work : {&first, &second, &third}) {
      EXPECT_NAPI(napi_queue_async_work_with_queue(env, work->handle, napi_qos_default, 7));
    }
    EXPECT_NAPI(napi_cancel_async_work(env, second.handle));
    EXPECT_NAPI(napi_cancel_async_work(env, first.handle));
  });
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("execute third", "cancelled second", "cancelled first",
                                    "complete third"));
}

TEST_F(HostOpenHarmony, TeardownWaitsForWorksWithATaskId) {
  Run([&](napi_env env) {
    for (const char* name : {"a", "b", "c"}) {
      EXPECT_NAPI(
          napi_queue_async_work_with_queue(env, Make(env, name).handle, napi_qos_default, 1));
    }
  });
  Teardown();
  // Two workers may have ended theirs at once.
  EXPECT_THAT(EventsOf("complete"), UnorderedElementsAre("a", "b", "c"));
}

TEST_F(HostOpenHarmony, TheMostUrgentCallGoesFirst) {
  Tsfn one, two;
  MakeTsfn(one, "one ");
  MakeTsfn(two, "two ");
  EXPECT_NAPI(Post(one, 1, napi_priority_idle));
  EXPECT_NAPI(Post(two, 2, napi_priority_low));
  EXPECT_NAPI(Post(one, 3, napi_priority_high));
  EXPECT_NAPI(Post(two, 4, napi_priority_immediate));
  EXPECT_NAPI(Post(one, 5, napi_priority_immediate));
  EXPECT_NAPI(Post(two, 6, napi_priority_immediate, false));
  EXPECT_THAT(Events(), IsEmpty()) << "none runs inside of the call";
  // Those that are there, before the functions are released.
  while (EventCount() < 6) agent().Turn();
  EXPECT_THAT(Events(), ElementsAre("two call 6", "two call 4", "one call 5", "one call 3",
                                    "two call 2", "one call 1"));
  EXPECT_NAPI(one.Release());
  EXPECT_NAPI(two.Release());
  RunLoop();
}

TEST_F(HostOpenHarmony, ACallWithAPriorityGoesPastTheQueueTheCountAndTheClosing) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  EXPECT_NAPI(tsfn.Call(1));
  EXPECT_NAPI(Post(tsfn, 2, napi_priority_low));
  EXPECT_NAPI(tsfn.Abort());
  EXPECT_NAPI(Post(tsfn, 3, napi_priority_low)) << "nobody holds it, and it is closing";
  RunLoop();
  EXPECT_THAT(Events(), testing::Contains("call 2"));
  EXPECT_THAT(EventCount(), 0u);
}

TEST_F(HostOpenHarmony, WhatIsPostedToAFunctionThatIsFreedIsDropped) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  auto plain = tsfn.on_call;
  tsfn.on_call = [&, plain](napi_env env, napi_value callback, void* data) {
    plain(env, callback, data);
    EXPECT_NAPI(tsfn.Release());
    // One a turn: the function closes before the last of these.
    for (int i = 0; i < 20; ++i) EXPECT_NAPI(Post(tsfn, 2, napi_priority_idle));
    tsfn.on_call = plain;
  };
  EXPECT_NAPI(tsfn.Call(1));
  RunLoop();
  EXPECT_THAT(Events(),
              testing::AllOf(testing::Contains("finalize"), testing::SizeIs(testing::Lt(20))));
}

TEST_F(HostOpenHarmony, AnyThreadPostsAndABadPriorityIsRefused) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  std::thread([&] {
    for (int i = 0; i < 3; ++i) EXPECT_NAPI(Post(tsfn, i, napi_priority_high));
    EXPECT_EQ(Post(tsfn, 0, 4), napi_invalid_arg);
    EXPECT_EQ(Post(tsfn, 0, -1), napi_invalid_arg);
    EXPECT_EQ(Post(Tsfn(), 0, napi_priority_high), napi_invalid_arg);
  }).join();
  while (EventCount() < 3) agent().Turn();
  EXPECT_THAT(Events(), ElementsAre("call 0", "call 1", "call 2"));
  EXPECT_NAPI(tsfn.Release());
  RunLoop();
}

// Nothing catches on this path: whoever is called next finds it.
TEST_F(HostOpenHarmony, AnExceptionOfAPostedCallStaysPending) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  tsfn.on_call = [](napi_env env, napi_value, void*) {
    EXPECT_NAPI(napi_throw_error(env, nullptr, "from the post"));
  };
  EXPECT_NAPI(Post(tsfn, 1, napi_priority_immediate));
  agent().Turn();
  EXPECT_THAT(Uncaught(), IsEmpty());
  Run([](napi_env env) { EXPECT_EQ(TakeException(env), "from the post"); });
  EXPECT_NAPI(tsfn.Release());
  RunLoop();
}

// --- The event loop ---

class HostNativeThread : public HostOpenHarmony {
 protected:
  HostNativeThread() : HostOpenHarmony({.profile = "openharmony", .native_thread = true}) {}
};

TEST_F(HostNativeThread, TheModuleTurnsTheLoopUntilItIsIdle) {
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_queue_async_work(env, Make(env, "w").handle));
    EXPECT_NAPI(napi_run_event_loop(env, napi_event_mode_default));
    EXPECT_THAT(Events(), ElementsAre("execute w", "complete w"));
    // Idle: back at once.
    EXPECT_NAPI(napi_run_event_loop(env, napi_event_mode_default));
    EXPECT_NAPI(napi_run_event_loop(env, napi_event_mode_nowait));
    EXPECT_EQ(run_event_loop(env, 2), napi_invalid_arg);
  });
}

TEST_F(HostNativeThread, StoppingEndsItAfterTheTurnItIsIn) {
  Tsfn tsfn;
  MakeTsfn(tsfn);
  auto plain = tsfn.on_call;
  tsfn.on_call = [&, plain](napi_env env, napi_value callback, void* data) {
    plain(env, callback, data);
    // It runs already: ok, and nothing else.
    EXPECT_NAPI(napi_run_event_loop(env, napi_event_mode_default));
    EXPECT_NAPI(napi_stop_event_loop(env));
  };
  Run([&](napi_env env) {
    EXPECT_NAPI(napi_stop_event_loop(env)) << "it does not run";
    EXPECT_NAPI(tsfn.Call(1));
    EXPECT_NAPI(napi_run_event_loop(env, napi_event_mode_default));
    EXPECT_THAT(Events(), ElementsAre("call 1"));
    EXPECT_NAPI(tsfn.Release());
    EXPECT_NAPI(napi_run_event_loop(env, napi_event_mode_default));
    EXPECT_THAT(Events(), ElementsAre("finalize"));
  });
}

TEST_F(HostOpenHarmony, ElsewhereTheLoopIsNotTheModules) {
  Run([](napi_env env) {
    EXPECT_EQ(napi_run_event_loop(env, napi_event_mode_default), napi_generic_failure);
    EXPECT_EQ(napi_stop_event_loop(env), napi_generic_failure);
    EXPECT_EQ(napi_run_event_loop(nullptr, napi_event_mode_default), napi_invalid_arg);
  });
}

}  // namespace
}  // namespace napisan
