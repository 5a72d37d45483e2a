#include <fmt/format.h>

#include "export.h"
#include "export_text.h"

namespace napisan::cases {
namespace {

constexpr const char* kHead = R"text(//
// Build it with napisan::checked or napisan::unchecked. It ends with 1 where a status is not the one
// that was seen, or another callback runs.

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <thread>

#include <node_api.h>

#include "napisan/experimental.h"
#include "napisan/host.h"

namespace {

)text";

constexpr const char* kChecks = R"text(
int calls = 0;
[[maybe_unused]] napi_env kept = nullptr;
napisan::HostAgent* host = nullptr;

void Expect(napi_status expected, napi_status status, const char* call, int line) {
  ++calls;
  if (status == expected || expected == kUnknown) return;
  std::fprintf(stderr, "line %d: %s: status %d, not %d\n", line, call, static_cast<int>(status),
               static_cast<int>(expected));
  std::exit(1);
}
#define EXPECT(status, function, ...) \
  Expect(status, function(__VA_ARGS__), #function "(" #__VA_ARGS__ ")", __LINE__)

// The callbacks that run, in their order.
struct Expected {
  const char* callback;
  int cell;
  void (*body)(napi_env env, napi_callback_info info);
};
extern const Expected kExpected[];
extern const int kExpectedCount;
// False where the run ended before its time: nobody knows what would have come.
extern const bool kWhole;
int next = 0;

void Play(const char* callback, const void* data, napi_env env, napi_callback_info info) {
  if (next == kExpectedCount && !kWhole) return;
  auto cell = static_cast<int>(static_cast<const Cell*>(data) - cells);
  if (next == kExpectedCount || std::strcmp(kExpected[next].callback, callback) != 0 ||
      kExpected[next].cell != cell) {
    std::fprintf(stderr, "%s of cell %d runs as callback %d\n", callback, cell, next);
    std::exit(1);
  }
  kExpected[next++].body(env, info);
}

)text";

constexpr const char* kChooser = R"text(// The loop's choices, where it has some.
class Chooser final : public napisan::StepChooser {
  uint32_t Choose(@) override {
@  }
};

)text";

constexpr const char* kMain = R"text(int main() {
  std::memset(cells, 'x', sizeof(cells));
  Chooser chooser;
  napisan::HostOptions options;
  options.executor = napisan::ExecutorKind::kStepping;
  options.chooser = &chooser;
  options.gc = napisan::GcMode::kOff;
  options.on_uncaught = [](void*, const std::string&) {};
  options.on_swallowed = [](void*) {};
  napisan::HostAgent agent(options);
  host = &agent;
  napisan::HostAgent::ModuleRef module = 0;
  std::string error;
  if (!agent.Add("case", nullptr, @, module, error)) {
    std::fprintf(stderr, "%s\n", error.c_str());
    return 1;
  }
@  if (next != kExpectedCount) {
    std::fprintf(stderr, "%d callbacks ran, not %d\n", next, kExpectedCount);
    return 1;
  }
  std::printf("%d calls had the same status, %d callbacks ran\n", calls, next);
  return 0;
}
)text";

std::string ChooserText(const std::vector<uint32_t>& choices) {
  if (choices.empty()) return Filled(kChooser, {"uint32_t", "    return 0;\n"});
  std::string list;
  for (uint32_t choice : choices) list += fmt::format("{}{}", list.empty() ? "" : ", ", choice);
  return Filled(kChooser, {"uint32_t count",
                           fmt::format("    static const uint32_t choices[] = {{{}}};\n"
                                       "    static size_t made = 0;\n"
                                       "    return made < {} ? choices[made++] % count : 0;\n",
                                       list, choices.size())});
}

std::string DriveText(const Recording& recording, const RecordedDrive& drive) {
  switch (drive.drive) {
    case Drive::kRun:
      if (IsEmpty(recording.bodies[drive.body])) return "";
      return fmt::format("  agent.Run(module, [](napi_env env) {{ {}(kept = env, nullptr); }});\n",
                         BodyName(drive.body));
    case Drive::kOutside:
      return fmt::format("  {}(kept, nullptr);  // No callback runs.\n", BodyName(drive.body));
    case Drive::kExecute:
      return fmt::format("  agent.StepExecute({});\n", drive.index);
    case Drive::kComplete:
      return "  agent.StepComplete();\n";
    case Drive::kWake:
      return "  agent.StepWake();\n";
    case Drive::kTurn:
      return "  agent.Turn(false);\n";
    case Drive::kRunLoop:
      return "  agent.RunLoop();\n";
    case Drive::kCollect:
      return "  agent.CollectGarbage();\n";
    case Drive::kFault:
      return "  " + FaultLine(static_cast<FaultKind>(drive.index), /*repeatable_only=*/false);
    case Drive::kTeardown:
      return "  agent.Teardown();\n";
  }
  return "";
}

}  // namespace

std::string ExportCpp(const Case& program, const Recording& recording) {
  std::string text = "// Written by napisan case export. It makes the calls of this case:\n//\n" +
                     CaseAsComment(program, recording) + kHead + Definitions(recording) + kChecks +
                     kCallbackFunctions;
  std::string expected;
  int count = 0;
  for (size_t i = 0; i < recording.bodies.size(); ++i) {
    const RecordedBody& body = recording.bodies[i];
    bool is_callback = body.callback != Parameter::kEnv;
    if (!is_callback && IsEmpty(body)) continue;
    text += BodyFunction(recording, i, "EXPECT", /*repeatable_only=*/false);
    if (!is_callback) continue;
    expected += fmt::format("    {{\"{}\", {}, {}}},\n", CallbackName(body.callback), body.cell,
                            BodyName(i));
    ++count;
  }
  if (count == 0) expected = "    {nullptr, 0, nullptr},\n";
  text += fmt::format(
      "const Expected kExpected[] = {{\n{}}};\nconst int kExpectedCount = {};\n"
      "const bool kWhole = {};\n\n{}}}  // namespace\n\n",
      expected, count, recording.failure.empty(), ChooserText(recording.choices));
  std::string drives;
  for (const RecordedDrive& drive : recording.drives) drives += DriveText(recording, drive);
  return text + Filled(kMain, {recording.version_10 ? "10" : "8", drives});
}

}  // namespace napisan::cases
