#include "cli/type_match.h"

#include <string_view>

#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::cli {
namespace {

using host::CellKind;
using host::Object;
using host::Value;
using Type = TypeModel::Type;

// Deeper than this a value is taken for right: it may lead to itself.
constexpr int kDepthMax = 8;
constexpr uint32_t kElementsMax = 1000;

class Matcher {
 public:
  Matcher(host::Agent& agent, const TypeModel& model) : agent_(agent), model_(model) {}

  bool Is(TypeModel::TypeId id, Value value, int depth) {
    const Type& type = model_.At(id);
    switch (type.kind) {
      case TypeKind::kAny:
      case TypeKind::kVoid:
        return true;
      case TypeKind::kNumber:
        return value.IsNumber();
      case TypeKind::kString:
        return host::IsString(value);
      case TypeKind::kBoolean:
        return value.IsBoolean();
      case TypeKind::kBigint:
        return host::Is(value, CellKind::kBigInt);
      case TypeKind::kSymbol:
        return host::IsSymbol(value);
      case TypeKind::kUndefined:
        return value.IsUndefined();
      case TypeKind::kNull:
        return value.IsNull();
      case TypeKind::kObject:
        return host::IsObject(value);
      case TypeKind::kNever:
        return false;
      case TypeKind::kLiteral:
        return IsLiteral(type, value);
      case TypeKind::kUnion:
      case TypeKind::kIntersection:
        return IsOf(type, value, depth);
      case TypeKind::kArray:
      case TypeKind::kTuple:
        return IsArray(type, value, depth);
      case TypeKind::kPromise:
        return host::Is(value, CellKind::kPromise) || HasProperty(value, "then");
      case TypeKind::kBuiltin:
        return host::IsObject(value) && IsBuiltin(type.name, *host::AsObject(value));
      case TypeKind::kRecord:
        return IsRecord(type, value, depth);
      case TypeKind::kFunction:
      case TypeKind::kClass:
        return host::IsFunction(value);
    }
    return true;
  }

 private:
  static bool IsLiteral(const Type& type, Value value) {
    if (type.literal == TypeKind::kNumber)
      return value.IsNumber() && value.AsNumber() == type.number;
    if (type.literal == TypeKind::kBoolean) {
      return value.IsBoolean() && value.AsBoolean() == (type.number != 0);
    }
    return host::IsString(value) && host::ToUtf8(*host::AsString(value)) == type.string;
  }

  bool IsOf(const Type& type, Value value, int depth) {
    bool all = type.kind == TypeKind::kIntersection;
    for (TypeModel::TypeId part : type.of) {
      if (Is(part, value, depth) != all) return !all;
    }
    return all;
  }

  bool IsArray(const Type& type, Value value, int depth) {
    if (!host::Is(value, CellKind::kArray)) return false;
    Object* array = host::AsObject(value);
    uint32_t length = host::ArrayLength(*array);
    bool tuple = type.kind == TypeKind::kTuple;
    if (tuple && (length < type.least || length > type.of.size())) return false;
    if (depth > kDepthMax) return true;
    for (uint32_t i = 0; i < length && i < kElementsMax; ++i) {
      host::Property* found = host::FindOwn(agent_, array, host::Key::Of(i));
      if (found != nullptr && found->is_accessor()) continue;
      Value element = found != nullptr ? found->value : Value::Undefined();
      if (!Is(type.of[tuple ? i : 0], element, depth + 1)) return false;
    }
    return true;
  }

  bool IsBuiltin(std::string_view name, const Object& object) {
    if (name == "Date") return object.kind == CellKind::kDate;
    if (name == "ArrayBuffer") return object.kind == CellKind::kArrayBuffer;
    if (name == "DataView") return object.kind == CellKind::kDataView;
    if (name == "Buffer") return (object.flags & host::kIsBuffer) != 0;
    if (name == "Error") return object.kind == CellKind::kError;
    bool error = name.size() > 5 && name.substr(name.size() - 5) == "Error";
    return object.kind == (error ? CellKind::kError : CellKind::kTypedArray) &&
           InheritsFrom(object, name);
  }

  bool InheritsFrom(const Object& object, std::string_view name) {
    Object* wanted = host::BuiltinPrototype(agent_, name);
    for (Object* at = host::PrototypeOf(agent_, const_cast<Object*>(&object)); at != nullptr;
         at = host::PrototypeOf(agent_, at)) {
      if (at == wanted) return true;
    }
    return false;
  }

  // Along the prototypes; null where there is none.
  host::Property* Find(Value value, const std::string& name) {
    host::Key key = host::Key::Of(host::NewString(agent_, name));
    for (Object* at = host::AsObject(value); at != nullptr; at = host::PrototypeOf(agent_, at)) {
      if (host::Property* found = host::FindOwn(agent_, at, key)) return found;
    }
    return nullptr;
  }
  bool HasProperty(Value value, const std::string& name) {
    return host::IsObject(value) && Find(value, name) != nullptr;
  }

  bool IsRecord(const Type& type, Value value, int depth) {
    if (!host::IsObject(value)) return false;
    if (depth > kDepthMax) return true;
    for (const TypeModel::Property& property : type.properties) {
      host::Property* found = Find(value, property.name);
      if (found != nullptr && found->is_accessor()) continue;
      Value held = found != nullptr ? found->value : Value::Undefined();
      if (property.optional && held.IsUndefined()) continue;
      if (!Is(property.type, held, depth + 1)) return false;
    }
    return true;
  }

  host::Agent& agent_;
  const TypeModel& model_;
};

}  // namespace

bool Matches(host::Agent& agent, const TypeModel& model, TypeModel::TypeId type, Value value) {
  return Matcher(agent, model).Is(type, value, 0);
}

}  // namespace napisan::cli
