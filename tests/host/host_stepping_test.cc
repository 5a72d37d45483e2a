// The stepping executor: one thread plays all, and every step is a choice.
#include "async_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HostStepping : public AsyncTest {
 protected:
  HostStepping() : AsyncTest("node24", ExecutorKind::kStepping) {}

  Work& Queue(napi_env env, const std::string& name) {
    works_.push_back(std::make_unique<Work>());
    Work& work = *works_.back();
    work.on_execute = [this, name] { Note("execute " + name); };
    work.on_complete = [this, name, &work](napi_env inner, napi_status status) {
      Note((status == napi_ok ? "complete " : "cancelled ") + name);
      work.Delete(inner);
    };
    work.Queue(env);
    return work;
  }

 private:
  std::vector<std::unique_ptr<Work>> works_;
};

TEST_F(HostStepping, TheCallerChoosesWhatExecutesNext) {
  Run([&](napi_env env) {
    for (const char* name : {"a", "b", "c"}) Queue(env, name);
  });
  EXPECT_EQ(agent().queued_works(), 3u);
  EXPECT_TRUE(agent().StepExecute(2));
  EXPECT_TRUE(agent().StepExecute(0));
  EXPECT_FALSE(agent().StepExecute(1)) << "only b is left";
  EXPECT_EQ(agent().queued_works(), 1u);
  EXPECT_EQ(agent().finished_works(), 2u);
  EXPECT_TRUE(agent().StepComplete());
  EXPECT_TRUE(agent().StepExecute(0));
  EXPECT_TRUE(agent().StepComplete());
  EXPECT_TRUE(agent().StepComplete());
  EXPECT_FALSE(agent().StepComplete());
  EXPECT_THAT(Events(), ElementsAre("execute c", "execute a", "complete c", "execute b",
                                    "complete a", "complete b"));
}

TEST_F(HostStepping, CancelAnswersAsThePoolWould) {
  Run([&](napi_env env) {
    Work& work = Queue(env, "a");
    EXPECT_NAPI(napi_cancel_async_work(env, work.handle));
    EXPECT_NAPI(napi_cancel_async_work(env, work.handle)) << "its completion is to be delivered";
    Work& executed = Queue(env, "b");
    EXPECT_TRUE(agent().StepExecute(0));
    EXPECT_EQ(napi_cancel_async_work(env, executed.handle), napi_generic_failure)
        << "finished, and complete has not run";
  });
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("execute b", "cancelled a", "complete b"));
}

TEST_F(HostStepping, WhatIsCancelledAgainCompletesLast) {
  Run([&](napi_env env) {
    Work& first = Queue(env, "a");
    Work& second = Queue(env, "b");
    EXPECT_NAPI(napi_cancel_async_work(env, first.handle));
    EXPECT_NAPI(napi_cancel_async_work(env, second.handle));
    EXPECT_NAPI(napi_cancel_async_work(env, first.handle));
  });
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("cancelled b", "cancelled a"));
}

TEST_F(HostStepping, AThreadSafeFunctionWaitsToBeWoken) {
  Tsfn tsfn;
  tsfn.on_call = [&](napi_env env, napi_value, void*) { Note(env != nullptr ? "call" : "drain"); };
  tsfn.on_finalize = [&](napi_env) { Note("finalize"); };
  Run([&](napi_env env) { ASSERT_NAPI(tsfn.Create(env)); });
  EXPECT_FALSE(agent().StepWake());
  EXPECT_NAPI(tsfn.Call());
  EXPECT_THAT(Events(), IsEmpty());
  EXPECT_TRUE(agent().StepWake());
  EXPECT_THAT(Events(), ElementsAre("call"));
  EXPECT_NAPI(tsfn.Release());
  RunLoop();
  EXPECT_THAT(Events(), ElementsAre("finalize"));
}

// A chooser that reads its choices from a list, and the first from then on.
class Listed : public StepChooser {
 public:
  explicit Listed(std::vector<uint32_t> choices) : choices_(std::move(choices)) {}
  uint32_t Choose(uint32_t count) override {
    EXPECT_GE(count, 2u);
    uint32_t choice = next_ < choices_.size() ? choices_[next_] : 0;
    ++next_;
    return choice % count;
  }

 private:
  std::vector<uint32_t> choices_;
  size_t next_ = 0;
};

std::vector<std::string> Play(std::vector<uint32_t> choices) {
  Listed chooser(std::move(choices));
  std::vector<std::string> events;
  Work works[3];
  HostAgent agent({.executor = ExecutorKind::kStepping, .chooser = &chooser});
  HostAgent::ModuleRef module = 0;
  std::string error;
  EXPECT_TRUE(agent.Add("module", nullptr, 8, module, error)) << error;
  agent.Run(module, [&](napi_env env) {
    for (int i = 0; i < 3; ++i) {
      works[i].on_execute = [&events, i] { events.push_back("e" + std::to_string(i)); };
      works[i].on_complete = [&events, &works, i](napi_env inner, napi_status) {
        events.push_back("c" + std::to_string(i));
        works[i].Delete(inner);
      };
      works[i].Queue(env);
    }
  });
  agent.RunLoop();
  return events;
}

TEST(HostSteppingChoices, TheSameChoicesGiveTheSameRun) {
  EXPECT_THAT(Play({}), ElementsAre("e0", "e1", "e2", "c0", "c1", "c2"));
  // Of three executes the last; then of two executes and a completion the completion.
  EXPECT_THAT(Play({2, 2}), ElementsAre("e2", "c2", "e0", "e1", "c0", "c1"));
  EXPECT_EQ(Play({1, 2, 1}), Play({1, 2, 1}));
}

}  // namespace
}  // namespace napisan
