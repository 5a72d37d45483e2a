// How property functions begin: the object they act on, and the key.
#pragma once

#include "host/entry/pending.h"
#include "host/properties.h"

namespace napisan::host {

// napi_ok and the object, or the status to answer with: most functions say that an object was
// expected, and leave the exception pending.
inline napi_status TakeObject(napi_env env, napi_value value, Object*& object,
                              napi_status expected = napi_object_expected) {
  CHECK_ARG(env, value);
  Value converted = ToObject(env->agent, value->value);
  if (converted.IsHole()) return Pending(env, expected);
  object = AsObject(converted);
  // Nothing but this handle holds the object that stands for a primitive.
  if (!IsObject(value->value)) Handle(env, converted);
  return napi_ok;
}

// What an async function takes for its resource, null included, and for the resource's name; both
// are converted outside of any preamble.
inline napi_status TakeResource(napi_env env, napi_value resource, napi_value name,
                                Value& converted) {
  Agent& agent = env->agent;
  converted = Value::Undefined();
  if (agent.traits().async_resource_ignored) {
    CHECK_ARG(env, name);
    return napi_ok;
  }
  if (resource != nullptr) {
    converted = ToObject(agent, resource->value);
    if (converted.IsHole()) return Escaping(env, napi_object_expected);
  }
  CHECK_ARG(env, name);
  if (!IsString(name->value) && ToString(agent, name->value).IsHole())
    return Escaping(env, napi_string_expected);
  return napi_ok;
}

// ToPropertyKey; false with an exception thrown in the agent.
bool TakeKey(Agent& agent, Value value, Key& key);

// A name given as UTF-8.
inline napi_status TakeName(napi_env env, const char* utf8name, Key& key) {
  CHECK_ARG(env, utf8name);
  key = Key::Of(NewString(env->agent, utf8name));
  return napi_ok;
}

#define TAKE_OR_RETURN(...)                                                      \
  do {                                                                           \
    if (napi_status status_ = (__VA_ARGS__); status_ != napi_ok) return status_; \
  } while (0)

}  // namespace napisan::host
