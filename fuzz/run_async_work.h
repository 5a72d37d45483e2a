// The runner: performs scripts through napi_* in one agent with the stepping executor, and stops
// the process at the first thing that is not as predicted.
//
// Ownership: one Runner a process; it owns the agent, which is reset between programs.
// Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "napisan/host.h"
#include "napisan/reports.h"

#include "program.h"
#include "script.h"

namespace napisan::fuzz {

class Runner final : private StepChooser {
 public:
  Runner();
  ~Runner() override;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Aborts where host or checker differ from the script, after it has printed both.
  void Run(const Program& program, const Script& script);
  // Everything that was seen during the last Run, as one number.
  uint64_t trace_hash() const { return trace_hash_; }

 private:
  struct Cell {
    Runner* runner;
    uint8_t slot;
    // Inverted: the checker takes a handle that it finds in memory for one that is not lost.
    uint64_t handle;
  };

  static constexpr uint64_t kNoHandle = ~uint64_t{0};

  static void Execute(napi_env env, void* data);
  static void Complete(napi_env env, napi_status status, void* data);
  static void OnReport(const ReportInfo& report, void* context);
  static void OnUncaught(void* context, const std::string& text);
  uint32_t Choose(uint32_t count) override;

  // Adds the module, and another one where the program uses its env.
  void AddModules();
  const Line& Next();
  // Lines from here to one of kind `last`, all of them calls of the module.
  void PerformCalls(napi_env env, LineKind last);
  void PerformStep(const Line& line);
  void EndStep(const Line& begun, bool answer);
  // In run_calls.cc.
  void PerformCall(napi_env env, const Line& line);
  napi_status Create(napi_env env, const Line& line);
  napi_status Use(napi_env env, const Line& line);
  napi_status UseBorrowed(napi_env env, const Line& line);
  void Must(napi_status status);
  // napi_get_last_error_info tells of the newest call, where there was one that it can tell of.
  void CheckLastError(const Line& line);

  void See(uint64_t what) { trace_hash_ = (trace_hash_ ^ what) * 0x100000001b3; }
  // `what` happened, and it is not what the last line says.
  [[noreturn]] void Disagree(const std::string& what);

  HostAgent agent_;
  HostAgent::ModuleRef module_ = 0;
  Cell cells_[kSlots];
  // As the module has kept it, for use after teardown.
  napi_env env_ = nullptr;
  napi_env other_env_ = nullptr;
  const Program* program_ = nullptr;
  const Script* script_ = nullptr;
  size_t at_ = 0;
  // The rule that the running call breaks, until it is reported.
  const char* awaited_ = nullptr;
  // With which env the running call was made; null once its last error has been checked.
  napi_env called_with_ = nullptr;
  bool executing_ = false;
  bool torn_down_ = false;
  uint8_t leaks_ = 0;
  uint8_t uncaught_ = 0;
  bool tearing_down_ = false;
  // What the newest complete got.
  napi_status completed_with_ = napi_ok;
  uint64_t trace_hash_ = 0;
};

}  // namespace napisan::fuzz
