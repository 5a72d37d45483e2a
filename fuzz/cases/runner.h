// Performs a case through napi_* in one agent, beside the model: before each call the model says
// what must come of it, and each callback must be one that it expects. The process stops at the
// first difference.
//
// Ownership: one Runner a thread; it owns the agent, which is reset between cases.
// Threads: one; and with a real pool its thread, while the first one waits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "case.h"
#include "contract.h"
#include "misuse.h"
#include "napisan/host.h"
#include "napisan/reports.h"
#include "real_pool.h"
#include "recorder.h"
#include "world.h"

namespace napisan::cases {

// What must come of a call. Where `known`, the status is one of those in `statuses`.
struct Expectation {
  Tier tier = Tier::kLegal;
  bool known = true;
  // Bit per napi_status.
  uint32_t statuses = 1u << napi_ok;
  // What is reported, in this order. Misuse without a rule is left out.
  Rule rules[2];
  uint8_t rule_count = 0;
  // The function is not performed.
  bool refused = false;

  // Told, and performed all the same.
  void Tells(Rule rule, napi_status status) {
    tier = Tier::kHostile;
    statuses = 1u << status;
    rules[rule_count++] = rule;
  }
  void Refuses(Rule rule, napi_status status) {
    Tells(rule, status);
    refused = true;
  }
  // A documented error, and no other answer.
  void Answers(napi_status status) {
    if (tier == Tier::kLegal) tier = Tier::kDocumented;
    statuses = 1u << status;
  }
  bool left_out(Tier most) const {
    return tier > most || (tier == Tier::kHostile && rule_count == 0);
  }
  void Fails(napi_status status) {
    if (tier == Tier::kLegal) {
      tier = Tier::kDocumented;
      statuses = 0;
    }
    statuses |= 1u << status;
  }
  // Whatever is said of it elsewhere.
  void Is(napi_status status) {
    known = true;
    statuses = 1u << status;
  }
  void Misuse() { tier = Tier::kHostile; }
  void Either(napi_status status) { statuses |= 1u << status; }
};

struct Call {
  FunctionId function;
  const Operation* operation;
  Frame* frame;
  Slot slots[kParametersMax];
  // Which value, resource and cell the arguments are; kNobody where there is none.
  uint8_t value_args[kNeedsMax];
  uint8_t value_arg_count;
  uint8_t resource;
  uint8_t cell;
  // Of napi_remove_env_cleanup_hook: which of world.hooks.
  uint8_t hook;
  Expectation expectation;
  // In a hostile case: what is twisted, and which argument; -1 for none.
  Twist twist;
  int twisted_at;
  uint64_t twisted_bits;
  // It is refused for its env: nothing is made for the rest, and nobody looks at it.
  bool blind;
  // Results, each with room for what a hostile count lets a function write.
  uint64_t outs[kParametersMax][8];
  int out_values;
  int out_value_at[2];
  int out_handle_at;
  HandleKind out_handle_kind;
  napi_property_descriptor descriptors[2];
  napi_value list[4];
};

class Runner final : private StepChooser {
 public:
  // With `comparable`, what differs between a real pool and a mirrored one is left out, and the
  // trace is kept.
  explicit Runner(Pool pool = Pool::kStepping, bool comparable = false);
  ~Runner() override;
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  // Aborts where host or checker differ from the model, after it has printed the case.
  void Run(const Case& program);
  // Everything that was seen during the last Run, as one number.
  uint64_t trace_hash() const { return trace_hash_; }
  // All of it, where the trace is kept.
  const std::vector<uint64_t>& trace() const { return trace_; }
  const World& world() const { return world_; }
  [[noreturn]] void Disagree(const std::string& what);

 private:
  // --- runner.cc: calls, callbacks, teardown ---
  uint32_t Choose(uint32_t count) override;
  void PerformCalls(uint8_t& at);
  void RunBlock(Frame& frame, uint8_t block);
  void CheckValues(const Frame& frame);
  void EndFrame(Frame& frame);
  napi_status Release(Resource& resource);
  void Tidy();
  void TidyIn(Frame& frame);
  void TearDown(bool abandons = false);
  void CheckEnd();
  HostOptions Options();
  static void OnUncaught(void* context, const std::string& text);
  static void OnSwallowed(void* context);

  // --- faults.cc: what goes wrong around the case ---
  // Those whose moment is this operation; behind the last one: all that are left.
  void StrikeFaults(size_t step) {
    if (faults_left_ != 0) StrikeThose(step);
  }
  void StrikeThose(size_t step);
  void Strike(FaultKind kind);
  // Nothing that needs JavaScript goes on.
  bool js_is_off() const { return world_.stopping || world_.terminated; }
  napi_status WhenJsIsOff() const {
    return case_->version_10 ? napi_cannot_run_js : napi_pending_exception;
  }
  // One step, which is for one thread-safe function, or for all that were called.
  void Wake();
  // Of an agent that was terminated, none of whose code can be called any more.
  void AddTidyHook();
  void TidyInHook();

  // --- steps.cc: what happens between calls ---
  void PerformStep(const Operation& operation);
  void Execute(size_t index);
  void Deliver();
  void RunToEnd();
  void NoteCollected();

  // --- prepare.cc: what a call is given ---
  // False: there is nothing to pass.
  bool Prepare(Call& call);
  bool PrepareValue(Call& call, uint8_t operand);
  bool PrepareHandle(Call& call, HandleKind kind, size_t at, uint8_t operand);
  uint8_t PickValue(Call& call, Kinds kinds, uint8_t operand);
  uint8_t MakeValue(Frame& frame, Kind kind);
  void FillDescriptors(Call& call, size_t at, uint8_t operand);

  // --- forge.cc: what a twisted call is given; false: there is nothing of the kind ---
  void BeginTwist(Call& call);
  void ChooseTwisted(Call& call);
  bool FinishTwist(Call& call);
  bool Forge(Call& call, size_t at, uint8_t operand);
  bool ForgeHandle(Call& call, HandleKind kind, uint64_t good, uint8_t operand, uint64_t& bits);
  bool FindForged(Call& call, HandleKind kind, uint64_t good, uint8_t operand, uint64_t& bits);
  bool FindOther(const Call& call, HandleKind kind, uint8_t operand, uint64_t& bits);
  bool FindStale(Call& call, HandleKind kind, uint64_t& bits);
  bool ForgeEnv(Call& call, uint8_t operand);
  void MarkResult(Call& call, size_t at);
  void TakeMarks(Call& call, napi_status status);

  // --- misuse.cc, misuse_life.cc: which rules a call of a hostile case breaks ---
  // False: none that the case means to.
  bool ExpectMisuse(Call& call);
  bool ExpectTwisted(Call& call);
  void ExpectNull(Call& call);
  void ExpectStale(Call& call);
  void ExpectOtherEnv(Call& call);
  void ExpectOutside(Call& call);
  // What the documentation says, where nothing is misused.
  void ExpectDocumented(Call& call);
  bool ExpectOfLife(Call& call);
  bool ExpectOfWork(Call& call, Resource& work);
  bool ExpectOfScope(Call& call, Resource& scope);
  void ExpectOfTsfn(Call& call, Resource& function);
  bool IsTold(const Call& call, const Resource& function) const;
  void RememberMisuse(Call& call, napi_status status);
  void TwistFrame(Frame& frame, Twist twist);
  bool IsTwisted(const Operation& operation, Twist twist) const {
    return case_->tier == Tier::kHostile && operation.twist == twist;
  }

  // --- reports.cc: what is reported is what was predicted ---
  void Await(Rule rule) {
    ++awaited_[static_cast<size_t>(rule)];
    ++awaited_count_;
  }
  // What was predicted, but for the last `rest`, must have come.
  void CheckReported(uint32_t rest, const char* after);
  void TakeReport(Rule rule);
  void CheckLeaks();
  static void OnReport(const ReportInfo& report, void* context);

  // --- endings.cc: how a callback ends ---
  void BeginEnd(Frame& frame);
  void LeaveOpen(Frame& frame);
  void Bury(const Value& value, bool by_scope);
  void BuryFrame(const Frame& frame);
  void PerformOutside(const Operation& operation, Phase phase);
  void ReleaseHeld();
  void BeginHostile();
  void EndHostile();
  static void OnHooksRan(void* runner);
  napi_value Return(const Frame& frame);
  void Unwind(const Frame& frame);

  // --- perform.cc: one call ---
  void NoteUse(const Call& call);
  void Perform(Frame& frame, const Operation& operation);
  void ExpectGeneric(Call& call);
  void Check(const Call& call, napi_status status);
  void Keep(Call& call, napi_status status);
  void SyncPending(Frame& frame);

  // --- life.cc: what depends on more than values ---
  // Adds to call.expectation.
  void Expect(Call& call);

  // --- remember.cc: what comes of a call ---
  void Remember(Call& call, napi_status status);

  // --- probes.cc: what becomes of promises ---
  void AddProbe(const Call& call, Resource& deferred);
  void ExpectOutcome(const Call& call);
  void ExpectNothing(const Resource& deferred);
  void CheckProbes();
  template <Outcome kOutcome>
  static napi_value OnReaction(napi_env env, napi_callback_info info);
  void Tell(Probe& probe, Outcome outcome);

  // --- callbacks.cc ---
  static napi_value OnFunction(napi_env env, napi_callback_info info);
  static void OnExecute(napi_env env, void* data);
  static void OnComplete(napi_env env, napi_status status, void* data);
  static void OnFinalize(napi_env env, void* data, void* hint);
  static void OnNoenvFinalize(void* data, void* hint);
  static void OnCallJs(napi_env env, napi_value function, void* context, void* data);
  static void OnHook(void* data);
  static void OnAsyncHook(napi_async_cleanup_hook_handle handle, void* data);
  void OnTsfnFinalized(Resource& function);
  void EndCompletion(napi_env env, Resource& work);
  friend struct CallbackTable;

  uint8_t AddValue(napi_value handle, Kind kind, uint8_t identity, int outward = 0);
  uint8_t NewIdentity();

  // Whether the oldest work, and no other, may execute.
  bool one_by_one() const { return pool_ != Pool::kStepping; }
  void See(uint64_t what) {
    trace_hash_ = (trace_hash_ ^ what) * 0x100000001b3;
    if (comparable_) trace_.push_back(what);
  }

  const Pool pool_;
  const bool comparable_;
  std::unique_ptr<RealPool> real_pool_;
  RecordedAgent agent_;
  HostAgent::ModuleRef module_ = 0;
  napi_env env_ = nullptr;
  // Of another module; null in cases that need none.
  napi_env other_env_ = nullptr;
  const Case* case_ = nullptr;
  const Operation* at_ = nullptr;
  Frame* frame_ = nullptr;
  World world_{};
  // Reports that were predicted and are still to come; leaks that teardown told.
  uint8_t awaited_[kRules]{};
  uint32_t awaited_count_ = 0;
  uint8_t leaks_told_[kRules]{};
  uint8_t leaks_[kRules]{};
  // Bit per fault of the case: it has not struck yet.
  uint8_t faults_left_ = 0;
  uint16_t random_ = 0;
  int delivered_ = 0;
  uint64_t trace_hash_ = 0;
  std::vector<uint64_t> trace_;
};

}  // namespace napisan::cases
