// How property functions begin: the object they act on, and the key.
#pragma once

#include "host/entry/pending.h"
#include "host/properties.h"

namespace napisan::host {

// napi_ok and the object, or the status to answer with. Node answers that an object was expected
// and leaves the exception pending.
inline napi_status TakeObject(napi_env env, napi_value value, Object*& object) {
  CHECK_ARG(env, value);
  Value converted = ToObject(env->agent, value->value);
  if (converted.IsHole()) return Pending(env, napi_object_expected);
  object = AsObject(converted);
  // Nothing but this handle holds the object that stands for a primitive.
  if (!IsObject(value->value)) Handle(env, converted);
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
