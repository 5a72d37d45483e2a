// Reading and writing properties, by value, by name and by index.
#include "host/properties.h"

#include "host/entry.h"
#include "host/entry/to_object.h"
#include "host/env.h"
#include "host/objects.h"

namespace napisan::host {

bool TakeKey(Agent& agent, Value value, Key& key) {
  if (value.IsNumber()) {
    double number = value.AsNumber();
    if (number >= 0 && number < kNotAnIndex && number == static_cast<uint32_t>(number)) {
      key = Key::Of(static_cast<uint32_t>(number));
      return true;
    }
  }
  if (!IsSymbol(value)) value = ToString(agent, value);
  if (value.IsHole()) return false;
  key = Key::Of(value.AsCell());
  return true;
}

namespace {

napi_status Thrown(napi_env env) { return Pending(env, ThrownStatus(env, napi_generic_failure)); }

// The key as given: a value, a name or an index.
napi_status KeyOf(napi_env env, napi_value key, Key& made) {
  return TakeKey(env->agent, key->value, made) ? napi_ok : Thrown(env);
}
napi_status KeyOf(napi_env env, const char* name, Key& made) { return TakeName(env, name, made); }
napi_status KeyOf(napi_env env, uint32_t index, Key& made) {
  // The one number too large to be an index is a name.
  made =
      index != kNotAnIndex ? Key::Of(index) : Key{NewString(env->agent, NumberToString(index)), 0};
  return napi_ok;
}

template <class K>
napi_status SetAt(napi_env env, napi_value object, K key, napi_value value) {
  CHECK_ARG(env, value);
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  Key made;
  TAKE_OR_RETURN(KeyOf(env, key, made));
  // A read-only property stays as it is, and nobody is told, as in sloppy JavaScript.
  Set(env->agent, target, made, value->value);
  if (env->agent.exception().IsHole()) return napi_ok;
  // What an array's length throws comes to light later than all else in older engines.
  return target->kind == CellKind::kArray && IsLength(made) ? Pending(env) : Thrown(env);
}

template <class K>
napi_status HasAt(napi_env env, napi_value object, K key, bool* result) {
  CHECK_ARG(env, result);
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  Key made;
  TAKE_OR_RETURN(KeyOf(env, key, made));
  *result = Has(env->agent, target, made);
  return napi_ok;
}

template <class K>
napi_status GetAt(napi_env env, napi_value object, K key, napi_value* result) {
  CHECK_ARG(env, result);
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  Key made;
  TAKE_OR_RETURN(KeyOf(env, key, made));
  Value value = Get(env->agent, Value::Of(target), target, made);
  if (value.IsHole()) return Thrown(env);
  *result = Handle(env, value);
  return napi_ok;
}

template <class K>
napi_status DeleteAt(napi_env env, napi_value object, K key, bool* result) {
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  Key made;
  TAKE_OR_RETURN(KeyOf(env, key, made));
  bool gone = Delete(env->agent, target, made);
  if (result != nullptr) *result = gone;
  return napi_ok;
}

}  // namespace

napi_status napi_set_property(napi_env env, napi_value object, napi_value key, napi_value value) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, key);
  return SetAt(env, object, key, value);
}

napi_status napi_has_property(napi_env env, napi_value object, napi_value key, bool* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, key);
  return HasAt(env, object, key, result);
}

napi_status napi_get_property(napi_env env, napi_value object, napi_value key, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, key);
  return GetAt(env, object, key, result);
}

napi_status napi_delete_property(napi_env env, napi_value object, napi_value key, bool* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, key);
  return DeleteAt(env, object, key, result);
}

napi_status napi_has_own_property(napi_env env, napi_value object, napi_value key, bool* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, key);
  CHECK_ARG(env, result);
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  RETURN_STATUS_IF_FALSE(env, IsString(key->value) || IsSymbol(key->value), napi_name_expected);
  *result = HasOwn(env->agent, target, Key::Of(key->value.AsCell()));
  return napi_ok;
}

napi_status napi_set_named_property(napi_env env, napi_value object, const char* utf8name,
                                    napi_value value) {
  NAPI_PREAMBLE(env);
  return SetAt(env, object, utf8name, value);
}

napi_status napi_has_named_property(napi_env env, napi_value object, const char* utf8name,
                                    bool* result) {
  NAPI_PREAMBLE(env);
  return HasAt(env, object, utf8name, result);
}

napi_status napi_get_named_property(napi_env env, napi_value object, const char* utf8name,
                                    napi_value* result) {
  NAPI_PREAMBLE(env);
  // Node looks at the name first here.
  CHECK_ARG(env, result);
  CHECK_ARG(env, utf8name);
  return GetAt(env, object, utf8name, result);
}

napi_status napi_set_element(napi_env env, napi_value object, uint32_t index, napi_value value) {
  NAPI_PREAMBLE(env);
  return SetAt(env, object, index, value);
}

napi_status napi_has_element(napi_env env, napi_value object, uint32_t index, bool* result) {
  NAPI_PREAMBLE(env);
  return HasAt(env, object, index, result);
}

napi_status napi_get_element(napi_env env, napi_value object, uint32_t index, napi_value* result) {
  NAPI_PREAMBLE(env);
  return GetAt(env, object, index, result);
}

napi_status napi_delete_element(napi_env env, napi_value object, uint32_t index, bool* result) {
  NAPI_PREAMBLE(env);
  return DeleteAt(env, object, index, result);
}

}  // namespace napisan::host
