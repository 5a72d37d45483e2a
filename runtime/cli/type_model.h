// TypeModel: what a TypeScript declaration file says of a module's exports. Its words and kinds are
// those of types.mjs, which makes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace napisan::cli {

struct TypeModel {
  // An index into `types`; kUnknown where nothing is known.
  using TypeId = int32_t;
  static constexpr TypeId kUnknown = -1;

  enum class Kind : uint8_t {
    kAny,
    kVoid,
    kNumber,
    kString,
    kBoolean,
    kBigint,
    kSymbol,
    kUndefined,
    kNull,
    kObject,
    kNever,
    kLiteral,
    kUnion,
    kIntersection,
    kArray,
    kTuple,
    kPromise,
    kBuiltin,
    kRecord,
    kFunction,
    kClass,
  };
  struct Property {
    std::string name;
    TypeId type = kUnknown;
    bool optional = false;
  };
  struct Parameter {
    std::string name;
    TypeId type = kUnknown;
    bool optional = false;
    bool rest = false;
  };
  struct Signature {
    std::vector<Parameter> parameters;
    TypeId returns = kUnknown;
    std::string text;

    // How many arguments it wants at least, and takes at most.
    size_t least() const;
    size_t most() const;
  };
  struct Type {
    Kind kind = Kind::kAny;
    // TypeScript's own words for it.
    std::string text;
    std::string name;        // a builtin's
    std::vector<TypeId> of;  // of unions, tuples; of arrays and promises the only one
    size_t least = 0;        // a tuple's elements that are not optional
    // A literal's value: the text of a string, a number, or a boolean.
    Kind literal = Kind::kUndefined;
    std::string string;
    double number = 0;
    std::vector<Property> properties;
    std::vector<Signature> signatures;
  };

  // The file's name, for people.
  std::string file;
  std::vector<Type> types;
  std::vector<Property> exports;

  const Type& At(TypeId id) const;
  TypeId ExportOf(const std::string& name) const;
  // The type of a property or element of that type.
  TypeId PropertyOf(TypeId type, const std::string& name) const;
  // What is awaited: the type that a promise, or a union with one, resolves with; itself for
  // others.
  TypeId Awaited(TypeId type) const;
};
using TypeKind = TypeModel::Kind;

// Asks TypeScript. False with one line for people where it is missing, or the file is wrong.
bool ReadTypes(const std::string& file, TypeModel& model, std::string& problem);

// In type_model.cc: reads what types.mjs printed.
bool ParseModel(const std::string& json, TypeModel& model);

}  // namespace napisan::cli
