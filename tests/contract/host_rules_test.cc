// host/*: a host that does not keep its side of the contract, each way in which it can, and the
// right host that comes close. The module is always right here.
#include <functional>
#include <thread>

#include "stub_host.h"

namespace napisan {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

class HostRules : public StubHost {
 protected:
  void Queue() {
    ASSERT_EQ(checked_.napi_create_async_work(env(), nullptr, nullptr, OnExecute, OnComplete, this,
                                              &handle_),
              napi_ok);
    ASSERT_NE(handle_, reinterpret_cast<napi_async_work>(&work)) << "modules get tokens";
    ASSERT_EQ(checked_.napi_queue_async_work(env(), handle_), napi_ok);
  }
  void Cancel() { ASSERT_EQ(checked_.napi_cancel_async_work(env(), handle_), napi_ok); }
  void Delete() { EXPECT_EQ(checked_.napi_delete_async_work(env(), handle_), napi_ok); }
  void ExpectHost(const char* rule) {
    EXPECT_THAT(Sides(), Each(std::string("host")));
    EXPECT_THAT(Reports(), ElementsAre(rule));
  }

  // What its module saw.
  int executed_ = 0;
  int completed_ = 0;
  napi_status status_ = napi_generic_failure;
  // Runs inside execute.
  std::function<void()> in_execute_;

 private:
  static void OnExecute(napi_env, void* data) {
    auto& self = *static_cast<HostRules*>(data);
    ++self.executed_;
    if (self.in_execute_) self.in_execute_();
  }
  static void OnComplete(napi_env env, napi_status status, void* data) {
    auto& self = *static_cast<HostRules*>(data);
    EXPECT_EQ(env, self.env()) << "a module gets the env that it was admitted with";
    ++self.completed_;
    self.status_ = status;
  }

  const HostTable checked_ = Checked();
  napi_async_work handle_ = nullptr;
};

TEST_F(HostRules, ARightHostExecutesOnAWorkerAndCompletesOnce) {
  Keeps("host/complete-twice", "host/complete-before-execute", "host/complete-off-thread");
  Queue();
  std::thread([this] { Execute(); }).join();
  EXPECT_EQ(completed_, 0);
  Complete(napi_ok);
  EXPECT_EQ(executed_, 1);
  EXPECT_EQ(completed_, 1);
  EXPECT_EQ(status_, napi_ok);
  Delete();
}

TEST_F(HostRules, ARightHostCompletesACancelledWorkWithoutExecute) {
  Keeps("host/execute-after-cancel", "host/complete-before-execute");
  Queue();
  Cancel();
  Complete(napi_cancelled);
  EXPECT_EQ(executed_, 0);
  EXPECT_EQ(status_, napi_cancelled);
  Delete();
}

TEST_F(HostRules, AHostMayGiveUpAWorkByItself) {
  Queue();
  Complete(napi_cancelled);
  EXPECT_EQ(executed_, 0);
  Delete();
}

TEST_F(HostRules, CompleteTwice) {
  Breaks("host/complete-twice");
  Queue();
  std::thread([this] { Execute(); }).join();
  Complete(napi_ok);
  Complete(napi_ok);
  ExpectHost("host/complete-twice");
  Delete();
}

TEST_F(HostRules, ASecondCompleteOfADeletedWorkDoesNotReachTheModule) {
  Queue();
  std::thread([this] { Execute(); }).join();
  Complete(napi_ok);
  Delete();
  Complete(napi_ok);
  ExpectHost("host/complete-twice");
  EXPECT_EQ(completed_, 1);
}

TEST_F(HostRules, CompleteWithoutExecute) {
  Breaks("host/complete-before-execute");
  Queue();
  Complete(napi_ok);
  ExpectHost("host/complete-before-execute");
  EXPECT_EQ(completed_, 1);
  Delete();
}

TEST_F(HostRules, ACancelledWorkThatCompletesWithOkWasNotExecutedEither) {
  Queue();
  Cancel();
  Complete(napi_ok);
  ExpectHost("host/complete-before-execute");
  Delete();
}

TEST_F(HostRules, CompleteWhileExecuteRuns) {
  Queue();
  // One thread plays both: execute is under way when the completion is delivered.
  in_execute_ = [this] { Complete(napi_ok); };
  Execute();
  ExpectHost("host/complete-before-execute");
  EXPECT_EQ(completed_, 1);
  Delete();
}

TEST_F(HostRules, CompleteOffThread) {
  Breaks("host/complete-off-thread");
  Queue();
  std::thread([this] {
    Execute();
    Complete(napi_ok);
  }).join();
  ExpectHost("host/complete-off-thread");
  EXPECT_EQ(completed_, 0) << "the module's complete must not run there";
  Complete(napi_ok);
  EXPECT_EQ(completed_, 1);
  Delete();
}

TEST_F(HostRules, ExecuteAfterCancel) {
  Breaks("host/execute-after-cancel");
  Queue();
  Cancel();
  std::thread([this] { Execute(); }).join();
  ExpectHost("host/execute-after-cancel");
  EXPECT_EQ(executed_, 1);
  Complete(napi_ok);
  Delete();
}

TEST_F(HostRules, WhereCancelAlwaysSaysOkAWorkMayExecuteAllTheSame) {
  checker::SetProfile(Profile::kOpenHarmony);
  Queue();
  Cancel();
  std::thread([this] { Execute(); }).join();
  Complete(napi_ok);
  EXPECT_EQ(status_, napi_ok);
  Delete();
  checker::SetProfile(kDefaultProfile);
  EXPECT_THAT(Reports(), IsEmpty());
}

TEST_F(HostRules, AFunctionThatTheHostLacksAnswersWithItsStatus) {
  napi_value value = nullptr;
  napi_deferred deferred = nullptr;
  const HostTable checked = Checked();
  EXPECT_EQ(checked.napi_create_promise(env(), &deferred, &value), napi_generic_failure);
  EXPECT_EQ(deferred, nullptr);
  EXPECT_EQ(value, nullptr);
  // A value is made outside of any callback here.
  EXPECT_THAT(Reports(), ElementsAre("handle-scope/none-open"));
}

}  // namespace
}  // namespace napisan
