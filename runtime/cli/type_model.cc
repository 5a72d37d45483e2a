#include "cli/type_model.h"

#include <nlohmann/json.hpp>

namespace napisan::cli {
namespace {

using Json = nlohmann::json;

constexpr const char* kKindNames[] = {
    "any",       "void",  "number",  "string",  "boolean", "bigint",   "symbol",
    "undefined", "null",  "object",  "never",   "literal", "union",    "intersection",
    "array",     "tuple", "promise", "builtin", "record",  "function", "class",
};

TypeKind KindOf(const std::string& name) {
  for (size_t i = 0; i < std::size(kKindNames); ++i) {
    if (name == kKindNames[i]) return static_cast<TypeKind>(i);
  }
  return TypeKind::kAny;
}

std::vector<TypeModel::Property> PropertiesOf(const Json& json) {
  std::vector<TypeModel::Property> properties;
  for (const auto& [name, property] : json.items()) {
    properties.push_back({name, property.at("type"), property.at("optional")});
  }
  return properties;
}

TypeModel::Signature SignatureOf(const Json& json) {
  TypeModel::Signature signature;
  for (const Json& parameter : json.at("parameters")) {
    signature.parameters.push_back({parameter.at("name"), parameter.at("type"),
                                    parameter.at("optional"), parameter.at("rest")});
  }
  signature.returns = json.at("returns");
  signature.text = json.at("text");
  return signature;
}

void SetLiteral(const Json& value, TypeModel::Type& type) {
  if (value.is_string()) {
    type.literal = TypeKind::kString;
    type.string = value;
  } else if (value.is_boolean()) {
    type.literal = TypeKind::kBoolean;
    type.number = value.get<bool>() ? 1 : 0;
  } else {
    type.literal = TypeKind::kNumber;
    type.number = value;
  }
}

TypeModel::Type TypeOf(const Json& json) {
  TypeModel::Type type;
  type.kind = KindOf(json.at("kind"));
  type.text = json.at("text");
  type.name = json.value("name", "");
  type.least = json.value("min", size_t{0});
  if (json.contains("of")) {
    const Json& of = json["of"];
    type.of = of.is_array() ? of.get<std::vector<TypeModel::TypeId>>()
                            : std::vector<TypeModel::TypeId>{of.get<TypeModel::TypeId>()};
  }
  if (json.contains("value")) SetLiteral(json["value"], type);
  if (json.contains("properties")) type.properties = PropertiesOf(json["properties"]);
  for (const Json& signature : json.value("signatures", Json::array())) {
    type.signatures.push_back(SignatureOf(signature));
  }
  return type;
}

TypeModel::TypeId Find(const std::vector<TypeModel::Property>& properties,
                       const std::string& name) {
  for (const TypeModel::Property& property : properties) {
    if (property.name == name) return property.type;
  }
  return TypeModel::kUnknown;
}

bool IsIndex(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos &&
         name.size() < 9;
}

}  // namespace

size_t TypeModel::Signature::least() const {
  size_t count = 0;
  while (count < parameters.size() && !parameters[count].optional) ++count;
  return count;
}

size_t TypeModel::Signature::most() const {
  bool rest = !parameters.empty() && parameters.back().rest;
  return rest ? SIZE_MAX : parameters.size();
}

const TypeModel::Type& TypeModel::At(TypeId id) const {
  static const Type kAnything;
  bool known = id >= 0 && static_cast<size_t>(id) < types.size();
  return known ? types[static_cast<size_t>(id)] : kAnything;
}

TypeModel::TypeId TypeModel::ExportOf(const std::string& name) const { return Find(exports, name); }

TypeModel::TypeId TypeModel::PropertyOf(TypeId type, const std::string& name) const {
  const Type& at = At(type);
  if (at.kind == TypeKind::kRecord || at.kind == TypeKind::kClass) return Find(at.properties, name);
  if (!IsIndex(name)) return kUnknown;
  if (at.kind == TypeKind::kArray) return at.of[0];
  size_t index = std::stoul(name);
  return at.kind == TypeKind::kTuple && index < at.of.size() ? at.of[index] : kUnknown;
}

TypeModel::TypeId TypeModel::Awaited(TypeId type) const {
  const Type& at = At(type);
  if (at.kind == TypeKind::kPromise) return at.of[0];
  // A union with a promise in it: which of them it was, nobody knows later.
  return at.kind == TypeKind::kUnion ? kUnknown : type;
}

bool ParseModel(const std::string& text, TypeModel& model) {
  try {
    Json json = Json::parse(text);
    for (const Json& type : json.at("types")) model.types.push_back(TypeOf(type));
    for (const auto& [name, type] : json.at("exports").items()) {
      model.exports.push_back({name, type, false});
    }
    for (const Json& name : json.at("optional")) {
      for (TypeModel::Property& property : model.exports) {
        if (property.name == name) property.optional = true;
      }
    }
  } catch (const Json::exception&) {
    return false;
  }
  return true;
}

}  // namespace napisan::cli
