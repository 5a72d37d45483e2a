// Objects as wholes: making them, their prototype, freezing and sealing, type tags.
#include "host/objects.h"

#include "host/backing_store.h"
#include "host/entry.h"
#include "host/entry/to_object.h"
#include "host/env.h"
#include "host/properties.h"

namespace napisan::host {
namespace {

napi_status Restrict(napi_env env, napi_value object, bool freeze) {
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  bool refused = freeze || !env->agent.traits().engine.views_may_be_sealed;
  if (refused && target->kind == CellKind::kTypedArray && ExtentOf(*target).elements > 0) {
    return Throw(
        env, "TypeError",
        std::string("Cannot ") + (freeze ? "freeze" : "seal") + " array buffer views with elements",
        {}, napi_pending_exception);
  }
  PreventExtensions(env->agent, target, freeze);
  return napi_ok;
}

}  // namespace

napi_status napi_create_object(napi_env env, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  *result = Handle(env, Value::Of(NewObject(env->agent)));
  return ClearLastError(env);
}

napi_status napi_get_prototype(napi_env env, napi_value object, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  Object* prototype = PrototypeOf(env->agent, target);
  *result = Handle(env, prototype != nullptr ? Value::Of(prototype) : Value::Null());
  return napi_ok;
}

napi_status napi_object_freeze(napi_env env, napi_value object) {
  NAPI_PREAMBLE(env);
  return Restrict(env, object, true);
}

napi_status napi_object_seal(napi_env env, napi_value object) {
  NAPI_PREAMBLE(env);
  return Restrict(env, object, false);
}

napi_status napi_type_tag_object(napi_env env, napi_value value, const napi_type_tag* type_tag) {
  NAPI_PREAMBLE(env);
  Object* object;
  TAKE_OR_RETURN(TakeObject(env, value, object, napi_pending_exception));
  CHECK_ARG(env, type_tag);
  Extras& extras = ExtrasOf(env->agent, object);
  RETURN_STATUS_IF_FALSE(env, !extras.tagged, napi_invalid_arg);
  extras.tagged = true;
  extras.tag[0] = type_tag->lower;
  extras.tag[1] = type_tag->upper;
  return napi_ok;
}

napi_status napi_check_object_type_tag(napi_env env, napi_value value,
                                       const napi_type_tag* type_tag, bool* result) {
  NAPI_PREAMBLE(env);
  Object* object;
  TAKE_OR_RETURN(TakeObject(env, value, object, napi_pending_exception));
  CHECK_ARG(env, type_tag);
  CHECK_ARG(env, result);
  const Extras* extras = object->extras;
  *result = extras != nullptr && extras->tagged && extras->tag[0] == type_tag->lower &&
            extras->tag[1] == type_tag->upper;
  return napi_ok;
}

}  // namespace napisan::host
