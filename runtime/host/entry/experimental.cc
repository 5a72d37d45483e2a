// What Node's headers hold to be experimental; shared array buffers are in a file of their own.
#include "host/entry.h"
#include "host/entry/to_object.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/reference.h"

namespace napisan::host {
namespace {

// Null takes the prototype away.
void SetPrototype(Object* object, Object* prototype) {
  object->prototype = prototype;
  if (prototype == nullptr) {
    object->flags |= kNoPrototype;
  } else {
    object->flags &= static_cast<uint16_t>(~kNoPrototype);
  }
}

bool IsInChainOf(Agent& agent, Object* object, Object* from) {
  for (Object* at = from; at != nullptr; at = PrototypeOf(agent, at)) {
    if (at == object) return true;
  }
  return false;
}

bool IsName(napi_value value) {
  return value != nullptr && (IsString(value->value) || IsSymbol(value->value));
}

}  // namespace

napi_status node_api_set_prototype(napi_env env, napi_value object, napi_value value) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, value);
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  // V8 says yes to a prototype that is neither object nor null, and leaves things as they are.
  if (!IsObject(value->value) && !value->value.IsNull()) return napi_ok;
  Object* prototype = IsObject(value->value) ? AsObject(value->value) : nullptr;
  if (prototype == PrototypeOf(env->agent, target)) return napi_ok;
  bool refused =
      (target->flags & kNotExtensible) != 0 || IsInChainOf(env->agent, target, prototype);
  RETURN_STATUS_IF_FALSE(env, !refused, napi_generic_failure);
  SetPrototype(target, prototype);
  return napi_ok;
}

napi_status node_api_create_object_with_properties(napi_env env, napi_value prototype_or_null,
                                                   napi_value* property_names,
                                                   napi_value* property_values,
                                                   size_t property_count, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  if (property_count > 0) {
    CHECK_ARG(env, property_names);
    CHECK_ARG(env, property_values);
  }
  // Node crashes on a null name or value, and ends the process on another kind of prototype.
  for (size_t i = 0; i < property_count; ++i) {
    RETURN_STATUS_IF_FALSE(env, IsName(property_names[i]), napi_name_expected);
    CHECK_ARG(env, property_values[i]);
  }
  bool bare = prototype_or_null == nullptr || prototype_or_null->value.IsNull();
  RETURN_STATUS_IF_FALSE(env, bare || IsObject(prototype_or_null->value), napi_invalid_arg);
  Object* object = NewObject(env->agent);
  *result = Handle(env, Value::Of(object));
  SetPrototype(object, bare ? nullptr : AsObject(prototype_or_null->value));
  for (size_t i = 0; i < property_count; ++i) {
    Define(env->agent, object, Key::Of(property_names[i]->value.AsCell()),
           property_values[i]->value, kPlainProperty);
  }
  return ClearLastError(env);
}

napi_status node_api_post_finalizer(node_api_basic_env env, napi_finalize finalize_cb,
                                    void* finalize_data, void* finalize_hint) {
  CHECK_ENV(env);
  // Nothing to call is nothing to do.
  if (finalize_cb == nullptr) return ClearLastError(env);
  Reference* posted = NewReference(env, Value::Undefined(), 0, Ownership::kRuntime, finalize_cb,
                                   finalize_data, finalize_hint);
  // Among the finalizers of an env that is being destroyed: it is the next.
  if (env->references == 0) return ClearLastError(env);
  Unlink(*posted);
  Link(env->pending_finalizers, *posted);
  env->agent.RefEnv(env);
  env->agent.SetImmediate(
      [](Agent& agent, void* held) {
        auto* self = static_cast<napi_env>(held);
        FinalizePending(self);
        agent.UnrefEnv(self);
      },
      env);
  return ClearLastError(env);
}

}  // namespace napisan::host
