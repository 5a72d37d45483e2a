// What becomes of promises: to some, a reaction of the model's own is attached when they are made.
// It must be told what the deferred was settled with, and before anything else happens in the loop.
#include <fmt/format.h>

#include "runner.h"

namespace napisan::cases {

template <Outcome kOutcome>
napi_value Runner::OnReaction(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  if (napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data) != napi_ok) return nullptr;
  auto& probe = *static_cast<Probe*>(data);
  probe.runner->Tell(probe, kOutcome);
  return nullptr;
}

void Runner::AddProbe(const Call& call, Resource& deferred) {
  // Where JavaScript may have changed what `then` is, nothing is known.
  bool wanted = (call.operation->operands[kOperands - 1] & 1) != 0 && !world_.used_unknown;
  if (!wanted || case_->tier == Tier::kHostile || world_.probe_count == kProbesMax) return;
  napi_env env = call.frame->env;
  auto* promise = reinterpret_cast<napi_value>(call.outs[call.out_value_at[0]][0]);
  Probe& probe = world_.probes[world_.probe_count];
  probe = {this, Outcome::kPending, Outcome::kPending, false};
  napi_handle_scope scope = nullptr;
  napi_value then = nullptr;
  napi_value reactions[2] = {};
  bool ok = napi_open_handle_scope(env, &scope) == napi_ok &&
            napi_get_named_property(env, promise, "then", &then) == napi_ok &&
            napi_create_function(env, "f", 1, OnReaction<Outcome::kFulfilled>, &probe,
                                 &reactions[0]) == napi_ok &&
            napi_create_function(env, "r", 1, OnReaction<Outcome::kRejected>, &probe,
                                 &reactions[1]) == napi_ok &&
            napi_call_function(env, promise, then, 2, reactions, nullptr) == napi_ok &&
            napi_close_handle_scope(env, scope) == napi_ok;
  if (!ok) Disagree("a promise has no then");
  deferred.probe = world_.probe_count++;
}

// Before it is settled: a `then` that a value has runs within.
void Runner::ExpectOutcome(const Call& call) {
  const Resource& deferred = world_.resources[call.resource];
  if (deferred.probe == kNobody) return;
  Probe& probe = world_.probes[deferred.probe];
  const Value& value = world_.values[call.value_args[0]];
  bool rejects = call.function == FunctionId::napi_reject_deferred;
  // An object may have a `then` of its own.
  bool known = rejects || (Only(value.kind) & kPrimitive) != 0;
  probe.expected = !known ? Outcome::kUnknown : rejects ? Outcome::kRejected : Outcome::kFulfilled;
  probe.is_owed = known && !js_is_off();
  // What a finalizer does may wait for the loop.
  for (const Frame* frame = call.frame; frame != nullptr; frame = frame->outer) {
    if (frame->phase == Phase::kFinalize) probe.is_owed = false;
  }
}

// It could not be settled.
void Runner::ExpectNothing(const Resource& deferred) {
  if (deferred.probe == kNobody) return;
  Probe& probe = world_.probes[deferred.probe];
  if (probe.told == Outcome::kPending) probe = {this, Outcome::kPending, Outcome::kPending, false};
}

void Runner::CheckProbes() {
  for (uint8_t i = 0; i < world_.probe_count; ++i) {
    Probe& probe = world_.probes[i];
    if (probe.is_owed && probe.told == Outcome::kPending && !world_.gone && !js_is_off()) {
      Disagree(fmt::format("the reaction to promise {} does not run", i));
    }
  }
}

void Runner::Tell(Probe& probe, Outcome outcome) {
  See(0xa00u | static_cast<uint64_t>(outcome));
  if (world_.terminated) Disagree("a reaction runs after JavaScript was terminated");
  bool may = probe.expected == outcome || probe.expected == Outcome::kUnknown;
  if (probe.told != Outcome::kPending || !may) {
    Disagree(outcome == Outcome::kFulfilled ? "a promise is told as fulfilled"
                                            : "a promise is told as rejected");
  }
  probe.told = outcome;
}

}  // namespace napisan::cases
