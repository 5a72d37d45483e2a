// Told of all that a runner asks of the host, and of all callbacks, as they happen: for what is
// made of a run, as the export of a case is.
//
// Ownership: whoever sets a recorder; it outlives the runs.
// Threads: the runner's, and one that the runner waits for.
#pragma once

#include <cstdint>
#include <type_traits>

#include "case.h"
#include "napisan/experimental.h"
#include "napisan/host.h"
#include "signature.h"

namespace napisan::cases {

struct Cell;

// What is asked of the host by the embedding API.
enum class Drive : uint8_t {
  kRun,
  kExecute,
  kComplete,
  kWake,
  kTurn,
  kRunLoop,
  kCollect,
  kTeardown,
  // One of FaultKind, at any moment: in a callback, too.
  kFault,
  // Nothing: a call is made where no callback runs.
  kOutside,
};

// When the env ends, once a case has made its last call.
enum class EnvEnd : uint8_t {
  kAtOnce,
  // When the loop has nothing left to do: so does a Node.js that is not told to exit.
  kIdle,
};

class Recorder {
 public:
  virtual ~Recorder() = default;
  // A call, before and after it. `operation` is null where the runner makes it for itself.
  virtual void OnCall(FunctionId function, const Slot* slots, const Operation* operation) = 0;
  virtual void OnReturn(FunctionId function, const Slot* slots, napi_status status) = 0;
  // A callback begins, and ends; by the kind of parameter that it was passed as.
  virtual void OnEnter(Parameter callback, const Cell& cell) = 0;
  virtual void OnLeave() = 0;
  virtual void OnDrive(Drive drive, uint64_t index) = 0;
  virtual void OnDriven(Drive drive) = 0;
  virtual EnvEnd env_end() const { return EnvEnd::kAtOnce; }
  // Of a chooser.
  virtual void OnChoice(uint32_t count, uint32_t choice) = 0;
};

// Null where nobody records: that is the usual, and costs a comparison.
inline Recorder* recorder = nullptr;

// Calls by run-time arguments.
inline napi_status Invoke(FunctionId function, const Slot* slots, const Operation& operation) {
  if (recorder != nullptr) recorder->OnCall(function, slots, &operation);
  napi_status status = SignatureOf(function).invoke(slots);
  if (recorder != nullptr) recorder->OnReturn(function, slots, status);
  return status;
}

// For the length of a callback.
class Entered {
 public:
  Entered(Parameter callback, const Cell& cell) : recorder_(recorder) {
    if (recorder_ != nullptr) recorder_->OnEnter(callback, cell);
  }
  ~Entered() {
    if (recorder_ != nullptr) recorder_->OnLeave();
  }
  Entered(const Entered&) = delete;
  Entered& operator=(const Entered&) = delete;

 private:
  Recorder* recorder_;
};

// The agent, with what is asked of it told.
class RecordedAgent : private StepChooser, public HostAgent {
 public:
  explicit RecordedAgent(const HostOptions& options)
      : HostAgent(With(options, this)), inner_(options.chooser) {}

  template <class Body>
  bool Run(ModuleRef module, Body&& body) {
    return Told(Drive::kRun, module, [&] { return HostAgent::Run(module, body); });
  }
  bool Turn(bool wait) {
    return Told(Drive::kTurn, wait, [&] { return HostAgent::Turn(wait); });
  }
  void RunLoop() {
    Told(Drive::kRunLoop, 0, [&] { return HostAgent::RunLoop(), true; });
  }
  bool StepExecute(size_t index) {
    return Told(Drive::kExecute, index, [&] { return HostAgent::StepExecute(index); });
  }
  bool StepComplete() {
    return Told(Drive::kComplete, 0, [&] { return HostAgent::StepComplete(); });
  }
  bool StepWake() {
    return Told(Drive::kWake, 0, [&] { return HostAgent::StepWake(); });
  }
  void CollectGarbage() {
    Told(Drive::kCollect, 0, [&] { return HostAgent::CollectGarbage(), true; });
  }
  void Teardown() {
    Told(Drive::kTeardown, 0, [&] { return HostAgent::Teardown(), true; });
  }
  void Strike(FaultKind kind) {
    Told(Drive::kFault, static_cast<uint64_t>(kind), [&] {
      switch (kind) {
#define FAULT(name, text, tier, asked) \
  case FaultKind::k##name:             \
    HostAgent::asked();                \
    break;
#include "faults.def"
        case FaultKind::kCount:
          break;
      }
      return true;
    });
  }

 private:
  static HostOptions With(HostOptions options, StepChooser* chooser) {
    if (options.chooser != nullptr) options.chooser = chooser;
    return options;
  }
  template <class Ask>
  static bool Told(Drive drive, uint64_t index, Ask&& ask) {
    if (recorder != nullptr) recorder->OnDrive(drive, index);
    bool answer = ask();
    if (recorder != nullptr) recorder->OnDriven(drive);
    return answer;
  }
  uint32_t Choose(uint32_t count) override {
    uint32_t choice = inner_->Choose(count);
    if (recorder != nullptr) recorder->OnChoice(count, choice);
    return choice;
  }

  StepChooser* inner_;
};

// Within this namespace the functions of Node-API are these: a call that the runner makes for
// itself reads like any other, and is told, too.
template <FunctionId F, class Type, Type Function>
struct Recorded {};

template <FunctionId F, class... Args, napi_status (*Function)(Args...)>
struct Recorded<F, napi_status (*)(Args...), Function> {
  napi_status operator()(Args... args) const {
    if (recorder == nullptr) return Function(args...);
    Slot slots[] = {ToSlot(args)...};
    recorder->OnCall(F, slots, nullptr);
    napi_status status = Function(args...);
    recorder->OnReturn(F, slots, status);
    return status;
  }

 private:
  template <class T>
  static Slot ToSlot(T value) {
    Slot slot{};
    if constexpr (std::is_same_v<T, double>) {
      slot.number = value;
    } else if constexpr (std::is_pointer_v<T>) {
      slot.bits = reinterpret_cast<uint64_t>(value);
    } else {
      slot.bits = static_cast<uint64_t>(value);
    }
    return slot;
  }
};

#define ABSENT(name)
#define OPENHARMONY(name, thread, pending, basic, event)
#define FUNCTION(name, since, thread, pending, basic, event) \
  inline constexpr Recorded<FunctionId::name, decltype(&::name), &::name> name{};
#include "api/functions.def"

}  // namespace napisan::cases
