// Listing the names of properties.
#include <vector>

#include "host/entry.h"
#include "host/entry/c_enum.h"
#include "host/entry/to_object.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::host {
namespace {

struct Collector {
  Agent& agent;
  uint32_t filter;
  Object* names;
  // What an object nearer to the start has, also where the filter left it out: it shadows.
  Object* seen;
  // Filled while the object must not change.
  Object* object;
  std::vector<Value> keys;
  std::vector<bool> wanted;
};

bool Wanted(uint32_t filter, Value key, int attributes) {
  if ((filter & napi_key_writable) != 0 && (attributes & napi_writable) == 0) return false;
  if ((filter & napi_key_enumerable) != 0 && (attributes & napi_enumerable) == 0) return false;
  if ((filter & napi_key_configurable) != 0 && (attributes & napi_configurable) == 0) return false;
  return (filter & (IsSymbol(key) ? napi_key_skip_symbols : napi_key_skip_strings)) == 0;
}

bool Note(void* context, Value key, const Property& property) {
  auto* collector = static_cast<Collector*>(context);
  // An accessor is never read-only.
  int attributes = property.attributes | (property.is_accessor() ? napi_writable : 0);
  // The engine lists the characters of a boxed string whatever else they should be.
  if (key.IsNumber() &&
      IsCharacter(*collector->object, Key::Of(static_cast<uint32_t>(key.AsNumber())))) {
    attributes = kPlainProperty;
  }
  collector->keys.push_back(key);
  collector->wanted.push_back(Wanted(collector->filter, key, attributes));
  return true;
}

void Collect(Collector& collector, Object* object, bool to_strings) {
  collector.object = object;
  collector.keys.clear();
  collector.wanted.clear();
  ForEachOwn(collector.agent, object, Note, &collector);
  for (size_t i = 0; i < collector.keys.size(); ++i) {
    Value name = collector.keys[i];
    Key key =
        name.IsNumber() ? Key::Of(static_cast<uint32_t>(name.AsNumber())) : Key::Of(name.AsCell());
    if (HasOwn(collector.agent, collector.seen, key)) continue;
    Define(collector.agent, collector.seen, key, Value::Undefined(), kPlainProperty);
    if (!collector.wanted[i]) continue;
    if (name.IsNumber() && to_strings) name = ToString(collector.agent, name);
    Define(collector.agent, collector.names, Key::Of(ArrayLength(*collector.names)), name,
           kPlainProperty);
  }
}

}  // namespace

napi_status napi_get_property_names(napi_env env, napi_value object, napi_value* result) {
  return host::napi_get_all_property_names(
      env, object, napi_key_include_prototypes,
      static_cast<napi_key_filter>(napi_key_enumerable | napi_key_skip_symbols),
      napi_key_numbers_to_strings, result);
}

napi_status napi_get_all_property_names(napi_env env, napi_value object,
                                        napi_key_collection_mode key_mode,
                                        napi_key_filter key_filter,
                                        napi_key_conversion key_conversion, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  Object* at;
  TAKE_OR_RETURN(TakeObject(env, object, at));
  RETURN_STATUS_IF_FALSE(env, NumberOf(key_mode) <= napi_key_own_only, napi_invalid_arg);
  RETURN_STATUS_IF_FALSE(env, NumberOf(key_conversion) <= napi_key_numbers_to_strings,
                         napi_invalid_arg);
  Agent& agent = env->agent;
  Object* seen = NewObject(agent);
  seen->flags |= kNoPrototype;
  Collector collector{agent, NumberOf(key_filter), NewArray(agent), seen, nullptr, {}, {}};
  bool to_strings = key_conversion == napi_key_numbers_to_strings;
  Collect(collector, at, to_strings);
  if (key_mode == napi_key_include_prototypes) {
    while ((at = PrototypeOf(agent, at)) != nullptr) Collect(collector, at, to_strings);
  }
  *result = Handle(env, Value::Of(collector.names));
  return napi_ok;
}

}  // namespace napisan::host
