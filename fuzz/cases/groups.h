// Which operations of a run belong together: those that make, take and get the callbacks of the
// same works, references, thread-safe functions and other handles that are no values.
#pragma once

#include <cstdint>
#include <vector>

#include "recorder.h"

namespace napisan::cases {

// What a recorder of this kind leaves, in memory that outlives a crash of who ran the case. Of each
// operation a bit: those that it is linked with directly.
struct Links {
  uint64_t with[kOperationsMax];
  // Those that were performed; and the one that was performed last.
  uint64_t performed;
  uint8_t last;
};

class LinkRecorder final : public Recorder {
 public:
  // Of one run of this case.
  LinkRecorder(const Case& program, Links& links) : program_(program), links_(links) {}

 private:
  struct Handle {
    uint64_t bits;
    uint8_t maker;
  };

  void OnCall(FunctionId function, const Slot* slots, const Operation* operation) override;
  void OnReturn(FunctionId function, const Slot* slots, napi_status status) override;
  void OnEnter(Parameter callback, const Cell& cell) override;
  void OnLeave() override { callbacks_.pop_back(); }
  void OnDrive(Drive, uint64_t) override {}
  void OnDriven(Drive) override {}
  void OnChoice(uint32_t, uint32_t) override {}

  void Link(uint8_t one, uint8_t other);
  static uint8_t MakerOf(const std::vector<Handle>& handles, uint64_t bits);

  const Case& program_;
  Links& links_;
  std::vector<Handle> handles_;
  std::vector<Handle> cells_;
  // The operations whose calls and whose callbacks run, the innermost last.
  std::vector<uint8_t> calls_;
  std::vector<uint8_t> callbacks_;
};

// As masks: what was never performed; then each group, that of the last operation first.
struct Groups {
  uint64_t unperformed;
  std::vector<uint64_t> linked;
};
Groups GroupsOf(const Case& program, const Links& links);

}  // namespace napisan::cases
