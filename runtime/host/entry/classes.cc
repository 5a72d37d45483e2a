// Property descriptors, and classes made of them.
#include <climits>
#include <cstring>
#include <string>
#include <vector>

#include "host/atoms.h"
#include "host/entry.h"
#include "host/entry/to_object.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::host {
namespace {

napi_status NameOf(napi_env env, const napi_property_descriptor& descriptor, Key& key,
                   std::string& text) {
  if (descriptor.utf8name != nullptr) {
    text = descriptor.utf8name;
    return TakeName(env, descriptor.utf8name, key);
  }
  RETURN_STATUS_IF_FALSE(env,
                         descriptor.name != nullptr &&
                             (IsString(descriptor.name->value) || IsSymbol(descriptor.name->value)),
                         napi_name_expected);
  if (IsString(descriptor.name->value)) text = ToUtf8(*AsString(descriptor.name->value));
  key = Key::Of(descriptor.name->value.AsCell());
  return napi_ok;
}

napi_property_attributes Attributes(const napi_property_descriptor& descriptor) {
  return static_cast<napi_property_attributes>(descriptor.attributes & kPlainProperty);
}

napi_status Defined(napi_env env, Object* object, Key key, const Descriptor& descriptor,
                    napi_status failure) {
  if (DefineOwn(env->agent, object, key, descriptor)) return napi_ok;
  return env->agent.exception().IsHole() ? SetLastError(env, failure) : Pending(env);
}

// Adds what one descriptor says. `class_id` of methods that want an instance as their receiver;
// functions of other objects have no name.
napi_status DefineOne(napi_env env, Object* object, const napi_property_descriptor& descriptor,
                      uint32_t class_id) {
  Key key;
  std::string name;
  TAKE_OR_RETURN(NameOf(env, descriptor, key, name));
  if (class_id == 0) name.clear();
  napi_property_attributes attributes = Attributes(descriptor);
  if (descriptor.getter != nullptr || descriptor.setter != nullptr) {
    auto function = [&](napi_callback callback) {
      return callback == nullptr ? Value::Hole()
                                 : Value::Of(NewFunction(env, name, callback, descriptor.data));
    };
    return Defined(env, object, key,
                   {.accessor = true,
                    .getter = function(descriptor.getter),
                    .setter = function(descriptor.setter),
                    .attributes = attributes},
                   napi_invalid_arg);
  }
  if (descriptor.method != nullptr) {
    Object* method = NewFunction(env, name, descriptor.method, descriptor.data);
    method->hash = class_id;
    return Defined(env, object, key,
                   {.accessor = false, .value = Value::Of(method), .attributes = attributes},
                   napi_generic_failure);
  }
  // Node crashes on a descriptor with nothing in it.
  CHECK_ARG(env, descriptor.value);
  napi_status status =
      Defined(env, object, key,
              {.accessor = false, .value = descriptor.value->value, .attributes = attributes},
              napi_invalid_arg);
  // A plain value is defined in another way, which throws for a typed array.
  if (status == napi_invalid_arg && attributes == kPlainProperty && key.is_index() &&
      IsTypedElement(object, key)) {
    return Throw(env, "TypeError", "Cannot redefine property: " + std::to_string(key.index), {},
                 ThrownStatus(env, napi_invalid_arg));
  }
  return status;
}

}  // namespace

napi_status napi_define_properties(napi_env env, napi_value object, size_t property_count,
                                   const napi_property_descriptor* properties) {
  NAPI_PREAMBLE(env);
  if (property_count > 0) CHECK_ARG(env, properties);
  Object* target;
  TAKE_OR_RETURN(TakeObject(env, object, target));
  for (size_t i = 0; i < property_count; ++i) {
    TAKE_OR_RETURN(DefineOne(env, target, properties[i], 0));
  }
  return napi_ok;
}

napi_status napi_define_class(napi_env env, const char* utf8name, size_t length,
                              napi_callback constructor, void* data, size_t property_count,
                              const napi_property_descriptor* properties, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, result);
  CHECK_ARG(env, constructor);
  if (property_count > 0) CHECK_ARG(env, properties);
  RETURN_STATUS_IF_FALSE(env, length == NAPI_AUTO_LENGTH || length <= INT_MAX, napi_invalid_arg);
  CHECK_ARG(env, utf8name);
  Agent& agent = env->agent;
  size_t bytes = length == NAPI_AUTO_LENGTH ? std::strlen(utf8name) : length;
  Object* made = NewFunction(env, {utf8name, bytes}, constructor, data);
  made->flags |= kConstructor;
  made->hash = agent.NewClassId();
  Object* prototype = NewObject(agent);
  Set(agent, made, AtomKey(Atom::k_prototype), Value::Of(prototype));
  for (size_t i = 0; i < property_count; ++i) {
    bool is_static = (properties[i].attributes & napi_static) != 0;
    TAKE_OR_RETURN(
        DefineOne(env, is_static ? made : prototype, properties[i], is_static ? 0 : made->hash));
  }
  Define(agent, prototype, AtomKey(Atom::k_constructor), Value::Of(made), kHiddenProperty);
  *result = Handle(env, Value::Of(made));
  return napi_ok;
}

}  // namespace napisan::host
