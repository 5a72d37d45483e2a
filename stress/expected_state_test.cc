// The oracle of the stress scenario must be able to disagree: each way once, beside a life that is
// as it should be.

#include "expected_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace napisan::stress {
namespace {

using ::testing::HasSubstr;
using ::testing::IsNull;

constexpr bool kTells = true;

void Execute(ExpectedState& work) {
  work.OnExecuteBegin();
  work.OnExecuteEnd();
}

TEST(ExpectedState, AgreesWithAnOrdinaryLife) {
  ExpectedState work(7, kTells);
  EXPECT_THAT(work.OnQueue(napi_ok), IsNull());
  Execute(work);
  EXPECT_THAT(work.OnComplete(napi_ok), IsNull());
  EXPECT_THAT(work.OnDelete(napi_ok), IsNull());
}

TEST(ExpectedState, AgreesWithACancelledLife) {
  ExpectedState work(7, kTells);
  EXPECT_THAT(work.OnQueue(napi_ok), IsNull());
  EXPECT_THAT(work.OnCancel(napi_ok, work.begun()), IsNull());
  EXPECT_THAT(work.OnCancel(napi_ok, work.begun()), IsNull());
  EXPECT_THAT(work.OnComplete(napi_cancelled), IsNull());
  EXPECT_THAT(work.OnDelete(napi_ok), IsNull());
}

TEST(ExpectedState, AgreesWithACancelThatComesTooLate) {
  ExpectedState work(7, kTells);
  EXPECT_THAT(work.OnQueue(napi_ok), IsNull());
  Execute(work);
  EXPECT_THAT(work.OnCancel(napi_generic_failure, work.begun()), IsNull());
  EXPECT_THAT(work.OnComplete(napi_ok), IsNull());
}

TEST(ExpectedState, AgreesWithACancelThatNeverTells) {
  ExpectedState work(7, !kTells);
  EXPECT_THAT(work.OnQueue(napi_ok), IsNull());
  Execute(work);
  EXPECT_THAT(work.OnCancel(napi_ok, work.begun()), IsNull());
  EXPECT_THAT(work.OnComplete(napi_ok), IsNull());
}

TEST(ExpectedStateDisagrees, WhereACallIsRefused) {
  ExpectedState work(7, kTells);
  EXPECT_THAT(work.OnQueue(napi_generic_failure), HasSubstr("queue was refused"));
  EXPECT_THAT(work.OnDelete(napi_generic_failure), HasSubstr("delete was refused"));
  EXPECT_THAT(work.OnCancel(napi_invalid_arg, false), HasSubstr("neither ok nor"));
}

TEST(ExpectedStateDisagrees, WhereCancelSucceedsTooLate) {
  ExpectedState begun(7, kTells);
  begun.OnQueue(napi_ok);
  begun.OnExecuteBegin();
  EXPECT_THAT(begun.OnCancel(napi_ok, begun.begun()), HasSubstr("after execute had begun"));

  ExpectedState completed(7, kTells);
  completed.OnQueue(napi_ok);
  Execute(completed);
  completed.OnComplete(napi_ok);
  EXPECT_THAT(completed.OnCancel(napi_ok, true), HasSubstr("after complete"));
}

TEST(ExpectedStateDisagrees, WhereCancelChangesItsMind) {
  ExpectedState refused(7, kTells);
  refused.OnQueue(napi_ok);
  refused.OnCancel(napi_generic_failure, false);
  EXPECT_THAT(refused.OnCancel(napi_ok, false), HasSubstr("after one that was refused"));

  ExpectedState succeeded(7, kTells);
  succeeded.OnQueue(napi_ok);
  succeeded.OnCancel(napi_ok, false);
  EXPECT_THAT(succeeded.OnCancel(napi_generic_failure, false), HasSubstr("after one that succ"));
}

TEST(ExpectedStateDisagrees, WhereCompleteComesAtTheWrongTime) {
  ExpectedState unqueued(7, kTells);
  EXPECT_THAT(unqueued.OnComplete(napi_ok), HasSubstr("never queued"));

  ExpectedState executing(7, kTells);
  executing.OnQueue(napi_ok);
  executing.OnExecuteBegin();
  EXPECT_THAT(executing.OnComplete(napi_ok), HasSubstr("before execute had returned"));

  ExpectedState twice(7, kTells);
  twice.OnQueue(napi_ok);
  Execute(twice);
  twice.OnComplete(napi_ok);
  EXPECT_THAT(twice.OnComplete(napi_ok), HasSubstr("again"));

  ExpectedState elsewhere(7, kTells);
  elsewhere.OnQueue(napi_ok);
  Execute(elsewhere);
  std::thread([&] {
    EXPECT_THAT(elsewhere.OnComplete(napi_ok), HasSubstr("another thread"));
  }).join();
}

TEST(ExpectedStateDisagrees, WhereTheStatusIsNotWhatHappened) {
  ExpectedState never_ran(7, kTells);
  never_ran.OnQueue(napi_ok);
  EXPECT_THAT(never_ran.OnComplete(napi_ok), HasSubstr("never ran"));

  ExpectedState twice(7, kTells);
  twice.OnQueue(napi_ok);
  Execute(twice);
  Execute(twice);
  EXPECT_THAT(twice.OnComplete(napi_ok), HasSubstr("more than once"));

  ExpectedState ran(7, kTells);
  ran.OnQueue(napi_ok);
  ran.OnCancel(napi_ok, false);
  Execute(ran);
  EXPECT_THAT(ran.OnComplete(napi_cancelled), HasSubstr("execute ran, though"));

  ExpectedState not_cancelled(7, kTells);
  not_cancelled.OnQueue(napi_ok);
  EXPECT_THAT(not_cancelled.OnComplete(napi_cancelled), HasSubstr("without a cancel"));

  ExpectedState ok_after_cancel(7, kTells);
  ok_after_cancel.OnQueue(napi_ok);
  ok_after_cancel.OnCancel(napi_ok, false);
  Execute(ok_after_cancel);
  EXPECT_THAT(ok_after_cancel.OnComplete(napi_ok), HasSubstr("after a cancel that succeeded"));

  ExpectedState odd(7, kTells);
  odd.OnQueue(napi_ok);
  Execute(odd);
  EXPECT_THAT(odd.OnComplete(napi_generic_failure), HasSubstr("neither ok nor cancelled"));
}

}  // namespace
}  // namespace napisan::stress
