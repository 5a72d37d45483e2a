// References, whose counts are remembered: some hosts do not say when one would fall below zero.

#include "checker/by_hand.h"
#include "checker/thunk.h"

namespace napisan::checker::by_hand {

napi_status napi_create_reference(napi_env env, napi_value value, uint32_t initial_refcount,
                                  napi_ref* result) {
  constexpr auto kId = FunctionId::napi_create_reference;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  napi_value host_value;
  Arg<kId, napi_ref*> out;
  if (!FindValue(call, value, host_value, "value") || !out.In(call, result, "result")) {
    return Refused(call, result);
  }
  napi_status status = host.napi_create_reference(static_cast<napi_env>(call.env->host), host_value,
                                                  initial_refcount, out.host);
  if (SimpleRecord* record = out.Make(call, status)) record->count = initial_refcount;
  return Leave<kId>(call, status, result);
}

napi_status napi_reference_ref(napi_env env, napi_ref ref, uint32_t* result) {
  constexpr auto kId = FunctionId::napi_reference_ref;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  Arg<kId, napi_ref> reference;
  if (!reference.In(call, ref, "ref")) return call.refused;
  uint32_t count = 0;
  napi_status status =
      host.napi_reference_ref(static_cast<napi_env>(call.env->host), reference.host, &count);
  reference.Out(call, status);
  auto* record = static_cast<SimpleRecord*>(reference.record);
  if (status == napi_ok && record != nullptr) {
    record->count = count;
    if (result != nullptr) *result = count;
  }
  return Leave<kId>(call, status);
}

napi_status napi_reference_unref(napi_env env, napi_ref ref, uint32_t* result) {
  constexpr auto kId = FunctionId::napi_reference_unref;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  Arg<kId, napi_ref> reference;
  if (!reference.In(call, ref, "ref")) return call.refused;
  uint32_t count = 0;
  napi_status status =
      host.napi_reference_unref(static_cast<napi_env>(call.env->host), reference.host, &count);
  reference.Out(call, status);
  if (reference.record == nullptr) return Leave<kId>(call, status);
  auto& record = static_cast<SimpleRecord&>(*reference.record);
  if (status == napi_generic_failure || (status == napi_ok && record.count == 0)) {
    Violate(call, {.rule = RuleId::ReferenceUnrefBelowZero,
                   .message = Describe(record) + " is unref'd, and its count is 0",
                   .argument = "ref",
                   .object = &record});
  }
  if (status == napi_ok) {
    record.count = count;
    if (result != nullptr) *result = count;
  }
  return Leave<kId>(call, status);
}

}  // namespace napisan::checker::by_hand
