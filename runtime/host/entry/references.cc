#include "host/reference.h"

#include "api/defect.h"
#include "host/cell.h"
#include "host/entry.h"
#include "host/env.h"

namespace napisan::host {
namespace {

// A count of 0 holds what the engine can hold weakly; anything else is let go of at once.
void HoldWeakly(Reference& reference) {
  if (reference.env->agent.traits().reference_any_value) return;
  if (IsObject(reference.value) || IsSymbol(reference.value)) return;
  reference.value = Value::Undefined();
  reference.weak_dead = true;
}

}  // namespace

napi_status napi_create_reference(napi_env env, napi_value value, uint32_t initial_refcount,
                                  napi_ref* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  if (!env->strict() && !env->agent.traits().reference_any_value) {
    RETURN_STATUS_IF_FALSE(env, IsObject(value->value) || IsSymbol(value->value), napi_invalid_arg);
  }
  *result = NewReference(env, value->value, initial_refcount, Ownership::kUserland, nullptr,
                         nullptr, nullptr);
  if (initial_refcount == 0) HoldWeakly(**result);
  return ClearLastError(env);
}

napi_status napi_delete_reference(napi_env env, napi_ref ref) {
  CHECK_ENV(env);
  CHECK_ARG(env, ref);
  if (env->agent.traits().weak_delete_deferred && ref->count == 0 && !ref->weak_dead) {
    // Finalized first, and freed then. A second delete changes nothing.
    ref->ownership = Ownership::kRuntime;
    return ClearLastError(env);
  }
  DeleteReference(*ref);
  return ClearLastError(env);
}

napi_status napi_reference_ref(napi_env env, napi_ref ref, uint32_t* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, ref);
  // A collected target: ok with a count of 0, whatever the documentation says.
  bool dead = ref->weak_dead && !HAS_DEFECT(dead_reference_is_counted);
  if (!dead) ++ref->count;
  if (result != nullptr) *result = dead ? 0 : ref->count;
  return ClearLastError(env);
}

napi_status napi_reference_unref(napi_env env, napi_ref ref, uint32_t* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, ref);
  if (ref->count == 0 && env->agent.traits().unref_at_zero_fails) {
    return SetLastError(env, napi_generic_failure);
  }
  if (ref->count > 0 && --ref->count == 0) HoldWeakly(*ref);
  if (result != nullptr) *result = ref->count;
  return ClearLastError(env);
}

napi_status napi_get_reference_value(napi_env env, napi_ref ref, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, ref);
  CHECK_ARG(env, result);
  *result = ref->weak_dead ? nullptr : Handle(env, ref->value);
  return ClearLastError(env);
}

}  // namespace napisan::host
