// Faults of a case: each changes what is seen of a run, strikes where it says, and stands in the
// text and in the bytes; bytes of before there were faults mean what they did.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "cases/case_text.h"
#include "cases/export.h"
#include "cases/palette.h"
#include "cases/recording.h"

namespace napisan::cases {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Case FromText(const std::string& text) {
  Case program;
  std::string error;
  if (!Parse("napisan case 1\n" + text, program, error)) ADD_FAILURE() << error;
  return program;
}

// The statuses of the case's own calls of a function, as they were made.
std::vector<int> StatusesOf(const Recording& recording, FunctionId function) {
  EXPECT_EQ(recording.failure, "");
  std::vector<int> statuses;
  for (const RecordedBody& body : recording.bodies) {
    for (const RecordedCall& call : body.calls) {
      if (!call.own && call.function == function) statuses.push_back(call.status);
    }
  }
  return statuses;
}

Recording Play(const std::string& header, const std::string& fault, const std::string& rest) {
  return Record(FromText(header + "\n" + fault + rest), 60, EnvEnd::kAtOnce);
}

constexpr const char* kTen = "documented version 10 schedule 1";
constexpr const char* kEight = "documented version 8 schedule 1";
constexpr const char* kTerminate = "fault terminate at 1\n";

TEST(Faults, WhatIsTerminatedRefusesWhatNeedsJavaScript) {
  const std::string calls = "0 napi_create_date\n0 napi_create_date\n0 napi_create_object\n";
  auto dates = [&](const char* header, const char* fault) {
    Recording recording = Play(header, fault, calls);
    // What does not need it goes on.
    EXPECT_THAT(StatusesOf(recording, FunctionId::napi_create_object), ElementsAre(napi_ok));
    return StatusesOf(recording, FunctionId::napi_create_date);
  };
  EXPECT_THAT(dates(kTen, ""), ElementsAre(napi_ok, napi_ok));
  EXPECT_THAT(dates(kTen, kTerminate), ElementsAre(napi_ok, napi_cannot_run_js));
  EXPECT_THAT(dates(kEight, kTerminate), ElementsAre(napi_ok, napi_pending_exception));
}

TEST(Faults, NothingIsCalledAfterATerminate) {
  const std::string steps =
      "0 napi_create_object\n0 napi_get_undefined\n0 step return\n0 napi_create_array\n";
  auto arrays = [&](const char* fault) {
    return StatusesOf(Play(kTen, fault, steps), FunctionId::napi_create_array);
  };
  EXPECT_THAT(arrays(""), ElementsAre(napi_ok));
  EXPECT_THAT(arrays(kTerminate), IsEmpty());
}

TEST(Faults, ExternalBuffersAreRefusedFromTheStepOn) {
  const std::string calls = "0 napi_create_external_buffer 8\n0 napi_create_external_buffer 8\n";
  auto buffers = [&](const char* header, const char* fault) {
    return StatusesOf(Play(header, fault, calls), FunctionId::napi_create_external_buffer);
  };
  EXPECT_THAT(buffers(kTen, ""), ElementsAre(napi_ok, napi_ok));
  EXPECT_THAT(buffers(kTen, "fault no-external-buffers at 1\n"),
              ElementsAre(napi_ok, napi_no_external_buffers_allowed));
  // A legal case has no documented errors.
  EXPECT_THAT(buffers("legal version 10 schedule 1", "fault no-external-buffers at 1\n"),
              ElementsAre(napi_ok, napi_ok));
}

TEST(Faults, WakeUpsAreCoalesced) {
  const std::string calls =
      "0 napi_create_function\n0 napi_create_threadsafe_function 0 0 0 4 1\n"
      "0 napi_create_threadsafe_function 0 0 0 4 1\n0 napi_call_threadsafe_function\n"
      "0 napi_call_threadsafe_function 1\n0 step wake\n";
  // How many ran in the step.
  auto woken = [&](const char* fault) {
    Recording recording = Play("legal version 10 schedule 1", fault, calls);
    EXPECT_EQ(recording.failure, "");
    size_t count = 0;
    for (size_t i = 0; i < recording.drives.size(); ++i) {
      if (recording.drives[i].drive != Drive::kWake) continue;
      size_t end =
          i + 1 < recording.drives.size() ? recording.drives[i + 1].body : recording.bodies.size();
      for (size_t body = recording.drives[i].body; body < end; ++body) {
        count += recording.bodies[body].callback == Parameter::kCallJs;
      }
      break;
    }
    return count;
  };
  EXPECT_EQ(woken(""), 1u);
  EXPECT_EQ(woken("fault coalesced-wakeups at 0\n"), 2u);
}

// In a callback's body: when that is reached, and not before.
TEST(Faults, OneStrikesInACallback) {
  const std::string calls =
      "0 napi_create_date\n0 napi_create_function\n0 napi_call_function\n1 napi_create_date\n"
      "0 napi_create_date\n";
  EXPECT_THAT(StatusesOf(Play(kTen, "fault terminate at 3\n", calls), FunctionId::napi_create_date),
              ElementsAre(napi_ok, napi_cannot_run_js, napi_cannot_run_js));
  // The body of a callback that never runs.
  const std::string without = "0 napi_create_date\n3 napi_get_undefined\n0 napi_create_date\n";
  EXPECT_THAT(StatusesOf(Play(kTen, kTerminate, without), FunctionId::napi_create_date),
              ElementsAre(napi_ok, napi_ok));
}

TEST(Faults, AreInTheTextAndInTheBytes) {
  const std::string text =
      "napisan case 1\ndocumented version 10 schedule 17\nfault terminate at 2\n"
      "fault coalesced-wakeups at 0\nfault no-external-buffers at 40\n0 napi_create_object 3\n"
      "0 step run\n";
  Case program;
  std::string error;
  ASSERT_TRUE(Parse(text, program, error)) << error;
  EXPECT_EQ(ToText(program), text);
  uint8_t bytes[kBytesMax];
  size_t size = Encode(program, bytes);
  Case decoded;
  Decode(bytes, size, PaletteOf(PaletteId::k_all), decoded);
  EXPECT_EQ(ToText(decoded), text);
}

TEST(Faults, WhatIsNoneIsRefusedWithItsLine) {
  Case program;
  std::string error;
  auto refuses = [&](const std::string& lines) {
    EXPECT_FALSE(
        Parse(std::string("napisan case 1\nlegal version 8 schedule 0\n") + lines, program, error));
    return error;
  };
  EXPECT_THAT(refuses("fault terminate at 41\n"), HasSubstr("line 3: "));
  EXPECT_THAT(refuses("fault terminates at 1\n"), HasSubstr("line 3: "));
  EXPECT_THAT(refuses("fault terminate\n"), HasSubstr("line 3: "));
  EXPECT_THAT(refuses("0 step run\nfault terminate at 1\n"), HasSubstr("line 4: "));
  const std::string one = "fault terminate at 1\n";
  EXPECT_THAT(refuses(one + one + one + one), HasSubstr("line 6: "));
}

// As cases were written before there were faults: four bytes, and eight for each operation.
TEST(Faults, OlderBytesHaveNone) {
  const uint8_t kOlder[] = {
      0x05, 0, 7, 0, static_cast<uint8_t>(FunctionId::napi_create_object), 0, 9, 8, 7, 6, 5, 4};
  Case decoded;
  Decode(kOlder, sizeof(kOlder), PaletteOf(PaletteId::k_all), decoded);
  EXPECT_EQ(ToText(decoded),
            "napisan case 1\ndocumented version 10 schedule 7\n0 napi_create_object 9 8 7 6 5 4\n");
  uint8_t bytes[kBytesMax];
  ASSERT_EQ(Encode(decoded, bytes), sizeof(kOlder));
  EXPECT_THAT(std::vector<uint8_t>(bytes, bytes + sizeof(kOlder)),
              testing::ElementsAreArray(kOlder));
}

// Every byte string is a case: also one that ends within its faults.
TEST(Faults, BytesThatEndEarlyDecode) {
  const uint8_t kShort[] = {0x01, 0xff, 0, 0, 200, 200, 1};
  Case decoded;
  Decode(kShort, sizeof(kShort), PaletteOf(PaletteId::k_all), decoded);
  ASSERT_EQ(decoded.fault_count, kFaultsMax);
  EXPECT_EQ(decoded.count, 0u);
  for (const Fault& fault : decoded.faults) {
    EXPECT_LT(static_cast<size_t>(fault.kind), kFaultKinds);
    EXPECT_LE(fault.step, kOperationsMax);
  }
}

TEST(Faults, AnExportAsksTheHostAndSaysWhatNodeCannot) {
  Case program = FromText(
      "documented version 10 schedule 1\nfault terminate at 1\nfault no-external-buffers at 0\n"
      "0 napi_create_external_buffer 8\n0 napi_create_date\n0 step return\n");
  Recording recording = Record(program, 60, EnvEnd::kAtOnce);
  std::string text = ExportCpp(program, recording);
  EXPECT_THAT(text,
              HasSubstr("  host->RefuseExternalBuffers();  // The fault no-external-buffers."));
  EXPECT_THAT(text, HasSubstr("  host->Terminate();  // The fault terminate."));
  EXPECT_THAT(text, HasSubstr("EXPECT(napi_cannot_run_js, napi_create_date, "));
  Addon addon = ExportAddon(program, Record(program, 60, EnvEnd::kIdle));
  EXPECT_THAT(addon.addon, HasSubstr("// Here the fault terminate strikes: a Node.js cannot "));
  EXPECT_THAT(addon.addon, HasSubstr("// Left out, as external buffers are refused: "));
  EXPECT_THAT(addon.addon, HasSubstr("// Left out, as the agent was terminated: napi_create_date"));
  EXPECT_THAT(addon.addon, Not(HasSubstr("host->")));
  EXPECT_THAT(addon.driver, HasSubstr("\nprocess.exit();\n"));
}

}  // namespace
}  // namespace napisan::cases
