// One call: what must come of it, what does, and what is kept of that.
#include <fmt/format.h>

#include <bitset>
#include <string_view>

#include "coverage.h"
#include "runner.h"

namespace napisan::cases {
namespace {

// Node's answer napi_ok without a word to the last error.
bool KeepsLastError(FunctionId function) {
  return function == FunctionId::napi_ref_threadsafe_function ||
         function == FunctionId::napi_unref_threadsafe_function ||
         function == FunctionId::napi_add_env_cleanup_hook ||
         function == FunctionId::napi_remove_env_cleanup_hook;
}

// Functions that hold nothing of what they are given.
std::bitset<kFunctionCount> OnlyLook() {
  constexpr std::string_view kWords[] = {"create_reference", "wrap",   "napi_is_", "napi_get_",
                                         "add_finalizer",    "typeof", "detach"};
  std::bitset<kFunctionCount> only_look;
  for (size_t i = 0; i < kFunctionCount; ++i) {
    std::string_view name = kFunctions[i].name;
    for (std::string_view word : kWords) {
      if (name.find(word) != std::string_view::npos) only_look.set(i);
    }
  }
  return only_look;
}

}  // namespace

void Runner::ExpectGeneric(Call& call) {
  const Contract& contract = ContractOf(call.function);
  Expectation& expected = call.expectation;
  if (contract.gate == Gate::Gated && world_.pending) return expected.Misuse();
  if (contract.answers == Answers::Anything && world_.pending) return expected.Misuse();
  if (contract.gate == Gate::Gated && js_is_off()) return expected.Fails(WhenJsIsOff());
  if (contract.answers == Answers::Anything) expected.known = false;
  for (size_t i = 0; i < call.value_arg_count && i < kNeedsMax; ++i) {
    const Need& need = contract.needs[i];
    const Value& value = world_.values[call.value_args[i]];
    if (need.kinds == 0 || (Only(value.kind) & need.kinds) != 0) {
      // It may be one that is not.
      if (value.kind == Kind::kUnknown && need.otherwise != napi_ok) {
        expected.Either(need.otherwise);
        expected.known = false;
      }
      continue;
    }
    if (value.kind == Kind::kUnknown) {
      if (expected.tier == Tier::kLegal) expected.tier = Tier::kDocumented;
      expected.known = false;
      continue;
    }
    expected.Fails(need.otherwise);
  }
  if (contract.answers == Answers::Throws) {
    for (napi_status status : {napi_pending_exception, napi_generic_failure, napi_invalid_arg}) {
      expected.Either(status);
    }
    // A getter, or a conversion, may also do something that the model does not follow.
    expected.Either(napi_object_expected);
    expected.Either(napi_number_expected);
    expected.Either(napi_string_expected);
  }
}

void Runner::Perform(Frame& frame, const Operation& operation) {
  StrikeFaults(static_cast<size_t>(&operation - case_->operations));
  constexpr uint16_t kPerformedMax = 120;
  if (world_.performed >= kPerformedMax) return;
  at_ = &operation;
  Call call;
  call.function = operation.function();
  call.operation = &operation;
  call.frame = &frame;
  call.value_arg_count = 0;
  call.resource = call.cell = kNobody;
  call.out_values = 0;
  call.out_value_at[0] = call.out_value_at[1] = -1;
  call.out_handle_at = -1;
  call.expectation = {};
  call.twist = Twist::kNone;
  call.twisted_at = -1;
  call.blind = false;
  // What a call needs for itself is a call, too: a worker makes none.
  bool on_worker = frame.phase == Phase::kExecute;
  bool forbidden = on_worker && Info(call.function).thread == CallThread::Env;
  bool hostile = case_->tier == Tier::kHostile;
  if (SignatureOf(call.function).invoke == nullptr || (forbidden && !hostile)) {
    ++world_.left_out;
    return;
  }
  if (hostile) BeginTwist(call);
  if (!Prepare(call)) {
    ++world_.left_out;
    return;
  }
  if (!hostile || !ExpectMisuse(call)) ExpectDocumented(call);
  if (call.expectation.left_out(case_->tier)) {
    ++world_.left_out;
    return;
  }
  if (call.cell != kNobody) ++world_.cell_count;
  // The host may copy the characters, and finalize at once.
  if (TakesCharacters(call.function)) world_.cells[call.cell].finalizer = Finalizer::kMayRun;
  ++world_.performed;
  size_t life =
      call.resource == kNobody ? kLives : static_cast<size_t>(world_.resources[call.resource].life);
  NoteUse(call);
  // A value's own `then` runs within, and what settles again there settles twice.
  bool settles = call.resource != kNobody && !call.blind &&
                 (call.function == FunctionId::napi_resolve_deferred ||
                  call.function == FunctionId::napi_reject_deferred) &&
                 world_.resources[call.resource].life == Life::kNew;
  if (settles) world_.resources[call.resource].life = Life::kEnded;
  if (settles) ExpectOutcome(call);
  uint32_t awaited = awaited_count_;
  for (uint8_t i = 0; i < call.expectation.rule_count; ++i) Await(call.expectation.rules[i]);
  napi_status status = Invoke(call.function, call.slots, operation);
  if (settles && status != napi_ok) {
    world_.resources[call.resource].life = Life::kNew;
    ExpectNothing(world_.resources[call.resource]);
  }
  CountCall(call.function, life, status);
  at_ = &operation;
  CheckReported(awaited, Info(call.function).name);
  Check(call, status);
  if (hostile) TakeMarks(call, status);
  Remember(call, status);
  if (hostile) RememberMisuse(call, status);
  Keep(call, status);
  // Node throws a RangeError there and answers napi_ok.
  bool says_ok = call.function == FunctionId::node_api_create_buffer_from_arraybuffer;
  bool gone = frame.phase == Phase::kGone;
  if ((status != napi_ok || says_ok) && !on_worker && !gone) SyncPending(frame);
}

// What is given to a function may be held by something from then on, unless it only looks at it.
void Runner::NoteUse(const Call& call) {
  static const std::bitset<kFunctionCount> looks = OnlyLook();
  if (looks[static_cast<size_t>(call.function)]) return;
  for (size_t i = 0; i < call.value_arg_count && i < kNeedsMax; ++i) {
    const Value& value = world_.values[call.value_args[i]];
    if (value.kind == Kind::kUnknown) world_.used_unknown = true;
    if (value.identity != kNobody) world_.identities[value.identity].held = true;
  }
}

void Runner::Check(const Call& call, napi_status status) {
  See(static_cast<uint64_t>(call.function) << 8 | static_cast<uint64_t>(status));
  bool expected = (call.expectation.statuses >> status & 1) != 0;
  if (call.expectation.known && !expected) {
    std::string kinds;
    for (size_t i = 0; i < call.value_arg_count && i < kNeedsMax; ++i) {
      kinds += fmt::format(" {}", static_cast<int>(world_.values[call.value_args[i]].kind));
    }
    Disagree(fmt::format("{} returns status {}; kinds of its values:{}", Info(call.function).name,
                         static_cast<int>(status), kinds));
  }
  if (call.function == FunctionId::napi_get_last_error_info) return;
  // Node does not make its refusal the last error.
  if (call.function == FunctionId::node_api_create_buffer_from_arraybuffer) return;
  if (call.frame->phase == Phase::kExecute || Info(call.function).thread == CallThread::Any) return;
  // What is refused for its env is nobody's last error; nor is what takes none.
  bool takes_env = SignatureOf(call.function).parameters[0].parameter == Parameter::kEnv;
  if (!takes_env || call.frame->phase == Phase::kGone) return;
  if (call.slots[0].pointer != call.frame->env) return;
  if (status == napi_ok && KeepsLastError(call.function)) return;
  const napi_extended_error_info* info = nullptr;
  if (napi_get_last_error_info(call.frame->env, &info) != napi_ok) {
    Disagree("napi_get_last_error_info fails");
  }
  if (info->error_code != status) {
    Disagree(fmt::format("{} returns status {}, and the last error is {}", Info(call.function).name,
                         static_cast<int>(status), static_cast<int>(info->error_code)));
  }
}

// Whether an exception is pending where the model cannot know. Nothing is left pending that the
// case did not throw itself.
void Runner::SyncPending(Frame& frame) {
  if (world_.pending) return;
  bool pending = false;
  if (napi_is_exception_pending(frame.env, &pending) != napi_ok) {
    Disagree("napi_is_exception_pending fails");
  }
  if (!pending) return;
  napi_value exception = nullptr;
  if (napi_get_and_clear_last_exception(frame.env, &exception) != napi_ok) {
    Disagree("napi_get_and_clear_last_exception fails");
  }
}

void Runner::Keep(Call& call, napi_status status) {
  if (status != napi_ok) return;
  Kind kind = ContractOf(call.function).result;
  for (int i = 0; i < call.out_values && i < 2; ++i) {
    int at = call.out_value_at[i];
    auto* handle = reinterpret_cast<napi_value>(call.outs[at][0]);
    // The escaped one is remembered by life.cc; argv is as long as argc says.
    if (call.function == FunctionId::napi_escape_handle ||
        call.function == FunctionId::napi_get_reference_value ||
        call.function == FunctionId::napi_get_cb_info) {
      continue;
    }
    Kind made = kind == Kind::kCount ? Kind::kUnknown : kind;
    bool is_new = (Only(made) & kObject) != 0;
    uint8_t identity = is_new ? NewIdentity() : kNobody;
    if (call.function == FunctionId::napi_get_global) {
      if (world_.global == kNobody) world_.global = identity;
      identity = world_.global;
    }
    AddValue(handle, made, identity);
  }
}

}  // namespace napisan::cases
