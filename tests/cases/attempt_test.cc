// One try of a case in a child process: what ends it is told, and is the same for the same failure.
#include "cases/attempt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "cases/case_text.h"

namespace napisan::cases {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

std::string FailureOf(const std::function<void()>& body) { return TryBody(body, 10).failure; }

TEST(Attempt, ReturnsWhereAllIsWell) {
  EXPECT_THAT(FailureOf([] {}), IsEmpty());
}

TEST(Attempt, TellsASignal) {
  auto crash = [] {
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
  };
  EXPECT_EQ(FailureOf(crash), "Segmentation fault");
  EXPECT_EQ(FailureOf([] { _exit(3); }), "exit status 3");
}

TEST(Attempt, EndsAHang) {
  auto hang = [] {
    while (true) pause();
  };
  EXPECT_EQ(TryBody(hang, 0.2).failure, "hang");
}

TEST(Attempt, TellsWhatIsSaidBeforeAnAbort) {
  auto abort_with = [](const char* text) {
    return TryBody(
        [text] {
          std::fputs(text, stderr);
          std::abort();
        },
        10);
  };
  Attempt one =
      abort_with("case: FAILED: napi_wrap returns status 9; kinds of its values: 7 3\n  of…\n");
  Attempt other = abort_with("case: FAILED: napi_wrap returns status 1; kinds of its values: 12\n");
  Attempt third =
      abort_with("case: FAILED: napi_unwrap returns status 9; kinds of its values: 7 3\n");
  EXPECT_EQ(one.failure, "case: FAILED: napi_wrap returns status #; kinds of its values: #");
  EXPECT_EQ(one.failure, other.failure);
  EXPECT_NE(one.failure, third.failure);
  EXPECT_THAT(one.output, HasSubstr("status 9"));
  EXPECT_EQ(abort_with("assertion failed: 17 < 4\n").failure, "Aborted: assertion failed: # < #");
}

TEST(Attempt, TellsWhatASanitizerCallsIt) {
  EXPECT_EQ(
      KindOfFailure("==17==ERROR: AddressSanitizer: heap-use-after-free on 0x60200 pc 0x12\n"
                    "SUMMARY: AddressSanitizer: heap-use-after-free host/cell.h:12:3 in Cell\n",
                    "exit status 1"),
      "SUMMARY: AddressSanitizer: heap-use-after-free host/cell.h:#:# in Cell");
  EXPECT_EQ(KindOfFailure("host/cell.h:12:3: runtime error: shift by 99\n", "Aborted"),
            "host/cell.h:#:#: runtime error: shift by #");
}

TEST(Attempt, CountsRunsThatAreAlike) {
  Case program;
  std::string error;
  ASSERT_TRUE(
      Parse("napisan case 1\nlegal version 10 schedule 1\n0 napi_create_async_work\n"
            "0 napi_queue_async_work\n1 napi_delete_async_work\n",
            program, error))
      << error;
  Attempt attempt = Try(program, {50, 60});
  EXPECT_THAT(attempt.failure, IsEmpty()) << attempt.output;
  EXPECT_EQ(attempt.alike, 50u);
  EXPECT_EQ(attempt.performed, 3u);
  // The same block is the body of execute, where it may not be deleted.
  EXPECT_EQ(attempt.left_out, 1u);
  Attempt other = Try({}, {1, 60});
  EXPECT_NE(other.trace, attempt.trace);
}

}  // namespace
}  // namespace napisan::cases
