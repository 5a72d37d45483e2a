// Writes down a run as it goes, line by line, into memory that outlives a crash of the process.
//
//   drive WHAT INDEX              what the agent is asked, and: driven
//   enter CALLBACK CELL           and: leave
//   variable TYPE NAME            that the next call gives
//   before LINE                   of the next call
//   call FUNCTION OWN THREAD ARGUMENTS UNREPEATABLE, and: return STATUS
//   choice N
//
// Fields end with a tab; no field has one.
#pragma once

#include <cstddef>
#include <string>
#include <thread>
#include <vector>

#include "known_handles.h"
#include "recorder.h"
#include "world.h"

namespace napisan::cases {

// The shared memory, which begins with zeros.
struct Lines {
  static constexpr size_t kMax = 8 * 1024 * 1024;
  size_t size;
  char text[kMax];
};

class LineRecorder final : public Recorder {
 public:
  LineRecorder(const World& world, Lines& lines, EnvEnd env_end)
      : world_(world), lines_(lines), env_end_(env_end) {}

 private:
  struct Pending {
    bool left_out;
    // Of what it gives: by parameter, empty where it gives nothing that has a name.
    std::vector<std::string> names;
  };

  void OnCall(FunctionId function, const Slot* slots, const Operation* operation) override;
  void OnReturn(FunctionId function, const Slot* slots, napi_status status) override;
  void OnEnter(Parameter callback, const Cell& cell) override;
  void OnLeave() override;
  void OnDrive(Drive drive, uint64_t index) override;
  void OnDriven(Drive drive) override;
  void OnChoice(uint32_t count, uint32_t choice) override;
  EnvEnd env_end() const override { return env_end_; }

  void Write(const std::string& line);
  void Before(const std::string& line);
  // An argument as C++ has it; what it needs before the call is written.
  std::string Argument(FunctionId function, const Slot* slots, size_t at, Pending& pending);
  std::string Out(FunctionId function, const Slot* slots, size_t at, Pending& pending);
  bool IsCell(uint64_t bits) const;
  std::string Data(uint64_t bits, const char* type);
  std::string Handle(uint64_t bits, std::string_view type);
  std::string Values(const Slot& slot);
  std::string Descriptors(const Slot* slots, size_t at);
  void Unrepeatable(const std::string& why);

  const World& world_;
  Lines& lines_;
  const EnvEnd env_end_;
  const std::thread::id thread_ = std::this_thread::get_id();
  KnownHandles handles_;
  std::vector<Pending> calls_;
  std::vector<Parameter> callbacks_;
  uint64_t env_ = 0;
  std::string unrepeatable_;
  // Faults that have struck.
  bool terminated_ = false;
  bool no_external_buffers_ = false;
};

}  // namespace napisan::cases
