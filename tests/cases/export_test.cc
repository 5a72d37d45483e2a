// What exports know of handles, and what they leave out of an addon.
#include "cases/export.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "cases/case_text.h"
#include "cases/known_handles.h"

namespace napisan::cases {
namespace {

using testing::HasSubstr;
using testing::IsNull;
using testing::Not;

constexpr uint64_t kValue = 0x1001;
constexpr uint64_t kInner = 0x1002;
constexpr uint64_t kHandle = 0x2001;

// With the handle as the second argument, or as what is given.
void Follow(KnownHandles& handles, FunctionId function, uint64_t handle = kHandle) {
  Slot slots[kParametersMax] = {};
  slots[1].bits = handle;
  handles.Follow(function, slots);
}

TEST(KnownHandles, NamesCount) {
  KnownHandles handles;
  EXPECT_EQ(handles.NewName("object"), "object_1");
  EXPECT_EQ(handles.NewName("work"), "work_1");
  EXPECT_EQ(handles.NewName("object"), "object_2");
}

TEST(KnownHandles, AValueEndsWithItsCall) {
  KnownHandles handles;
  EXPECT_THAT(handles.Find(kValue), IsNull());
  handles.Begin();
  handles.Learn(kValue, "object_1", /*is_value=*/true, /*escaped=*/false);
  ASSERT_EQ(*handles.Find(kValue), "object_1");
  EXPECT_FALSE(handles.IsOver(kValue));
  // A callback within may use it.
  handles.Begin();
  EXPECT_FALSE(handles.IsOver(kValue));
  handles.End();
  handles.End();
  EXPECT_TRUE(handles.IsOver(kValue));
  EXPECT_EQ(*handles.Find(kValue), "object_1");
}

TEST(KnownHandles, AValueEndsWithItsScopeUnlessItEscapes) {
  KnownHandles handles;
  handles.Begin();
  Follow(handles, FunctionId::napi_open_escapable_handle_scope);
  handles.Learn(kInner, "object_1", true, /*escaped=*/false);
  handles.Learn(kValue, "escape_handle_1", true, /*escaped=*/true);
  EXPECT_FALSE(handles.IsOver(kInner));
  Follow(handles, FunctionId::napi_close_escapable_handle_scope);
  EXPECT_TRUE(handles.IsOver(kInner));
  EXPECT_FALSE(handles.IsOver(kValue));
}

TEST(KnownHandles, AHandleEndsWhenItIsDeletedOrSettled) {
  for (FunctionId function : {FunctionId::napi_delete_reference, FunctionId::napi_resolve_deferred,
                              FunctionId::napi_delete_async_work}) {
    KnownHandles handles;
    handles.Begin();
    handles.Learn(kHandle, "handle_1", /*is_value=*/false, false);
    handles.End();
    EXPECT_FALSE(handles.IsOver(kHandle));
    Follow(handles, function);
    EXPECT_TRUE(handles.IsOver(kHandle));
  }
}

Recording OneCall(const RecordedCall& call) {
  Recording recording{};
  recording.bodies.push_back({Parameter::kEnv, 0, {call}});
  recording.drives.push_back({Drive::kRun, 0, 0});
  return recording;
}

TEST(Export, AnAddonLeavesOutWhatNodeCannotRepeat) {
  RecordedCall call;
  call.function = FunctionId::napi_get_undefined;
  call.arguments = "env, &undefined_1";
  call.status = napi_ok;
  call.own = call.other_thread = false;
  constexpr const char* kMade = "napi_get_undefined, env, &undefined_1)";
  EXPECT_THAT(ExportAddon({}, OneCall(call)).addon, HasSubstr(kMade));
  call.unrepeatable = "a handle is forged";
  Recording recording = OneCall(call);
  std::string addon = ExportAddon({}, recording).addon;
  EXPECT_THAT(addon, Not(HasSubstr(kMade)));
  EXPECT_THAT(addon,
              HasSubstr("// Left out, as a handle is forged: napi_get_undefined, status napi_ok"));
  // The host is asked.
  std::string program = ExportCpp({}, recording);
  EXPECT_THAT(program, HasSubstr(kMade));
  EXPECT_THAT(program, HasSubstr("// Here a handle is forged.\n"));
}

TEST(Export, ACallIsMadeWhereNoCallbackRuns) {
  RecordedCall call;
  call.function = FunctionId::napi_get_undefined;
  call.arguments = "env, &undefined_1";
  call.status = napi_invalid_arg;
  call.own = call.other_thread = false;
  call.unrepeatable = "it is made where no callback runs";
  Recording recording = OneCall(call);
  recording.drives[0].drive = Drive::kOutside;
  EXPECT_THAT(ExportCpp({}, recording),
              HasSubstr("\n  Body0(kept, nullptr);  // No callback runs.\n"));
}

TEST(Export, WhatDidNotReturnIsTold) {
  RecordedCall call;
  call.function = FunctionId::napi_get_undefined;
  call.arguments = "env, &undefined_1";
  call.own = call.other_thread = false;
  Recording recording = OneCall(call);
  recording.failure = "Segmentation fault";
  std::string program = ExportCpp({}, recording);
  EXPECT_THAT(program, HasSubstr("// It failed, and what follows ends there: Segmentation fault"));
  EXPECT_THAT(program, HasSubstr("// It did not return.\n  EXPECT(kUnknown, napi_get_undefined"));
  EXPECT_THAT(program, HasSubstr("kWhole = false"));
}

TEST(Export, TheLoopOfNodeIsToldOnceForStepsInARow) {
  Case program;
  std::string error;
  ASSERT_TRUE(
      Parse("napisan case 1\nlegal version 10 schedule 1\n0 napi_create_async_work\n"
            "0 napi_queue_async_work\n1 napi_delete_async_work\n0 step execute\n"
            "0 step deliver\n0 step turn\n0 step collect\n",
            program, error))
      << error;
  Addon addon = ExportAddon(program, Record(program, 60, EnvEnd::kIdle));
  EXPECT_THAT(addon.driver,
              HasSubstr("\nawait call(0);\nawait loop();\nawait collect();\nawait loop();\n"));
}

}  // namespace
}  // namespace napisan::cases
