#include "cli/fuzz/learn_types.h"

#include <algorithm>

namespace napisan::cli::fuzz {
namespace {

// Types may lead to themselves.
constexpr int kLearntDepthMax = 5;
// A rest parameter stands for so many.
constexpr size_t kRest = 3;

ValueKind BuiltinKind(const std::string& name) {
  if (name == "Buffer" || name == "Uint8Array") return ValueKind::kBuffer;
  if (name == "ArrayBuffer") return ValueKind::kArrayBuffer;
  if (name == "DataView") return ValueKind::kDataView;
  if (name == "Date") return ValueKind::kDate;
  if (name.size() > 5 && name.substr(name.size() - 5) == "Error") return ValueKind::kError;
  if (name.size() > 5 && name.substr(name.size() - 5) == "Array") return ValueKind::kTypedArray;
  return ValueKind::kObject;
}

class Learner {
 public:
  Learner(const TypeModel& model, Knowledge& knowledge) : model_(model), knowledge_(knowledge) {}

  void Learn(Node& node, TypeModel::TypeId id, int depth);

 private:
  void LearnLiteral(Node& node, const TypeModel::Type& type);
  void LearnSignatures(Node& node, const TypeModel::Type& type, int depth);
  void LearnProperties(Node& node, const TypeModel::Type& type, int depth);

  const TypeModel& model_;
  Knowledge& knowledge_;
};

void Learner::LearnLiteral(Node& node, const TypeModel::Type& type) {
  Literal literal;
  if (type.literal == TypeKind::kString) {
    literal.kind = Literal::Kind::kString;
    literal.text = type.string;
  } else if (type.literal == TypeKind::kBoolean) {
    literal.kind = Literal::Kind::kBoolean;
    literal.truth = type.number != 0;
  } else {
    literal.kind = Literal::Kind::kNumber;
    literal.number = type.number;
  }
  node.values.push_back(std::move(literal));
}

void Learner::LearnSignatures(Node& node, const TypeModel::Type& type, int depth) {
  for (const TypeModel::Signature& signature : type.signatures) {
    size_t index = 0;
    for (const TypeModel::Parameter& parameter : signature.parameters) {
      bool is_array = parameter.rest && model_.At(parameter.type).kind == TypeKind::kArray;
      TypeModel::TypeId id = is_array ? model_.At(parameter.type).of[0] : parameter.type;
      for (size_t i = 0; i < (parameter.rest ? kRest : 1); ++i) {
        Node& argument = node.Child(std::to_string(index++));
        argument.optional = parameter.optional || parameter.rest;
        Learn(argument, id, depth + 1);
      }
    }
    uint32_t count = static_cast<uint32_t>(std::min<size_t>(index, 16));
    knowledge_.NoteCount(node.Child("#"), count);
    const TypeModel::Type& returns = model_.At(signature.returns);
    if (returns.kind == TypeKind::kPromise) {
      knowledge_.Note(node.Child("="), ValueKind::kPromise);
      Learn(node.Child("=>"), returns.of[0], depth + 1);
    } else {
      Learn(node.Child("="), signature.returns, depth + 1);
    }
  }
}

void Learner::LearnProperties(Node& node, const TypeModel::Type& type, int depth) {
  for (const TypeModel::Property& property : type.properties) {
    Node& child = node.Child("." + property.name);
    child.optional = property.optional;
    Learn(child, property.type, depth + 1);
  }
}

void Learner::Learn(Node& node, TypeModel::TypeId id, int depth) {
  if (depth > kLearntDepthMax) return;
  const TypeModel::Type& type = model_.At(id);
  auto note = [&](ValueKind kind) { knowledge_.Note(node, kind); };
  switch (type.kind) {
    case TypeKind::kNumber:
      return note(ValueKind::kNumber);
    case TypeKind::kString:
      return note(ValueKind::kString);
    case TypeKind::kBoolean:
      return note(ValueKind::kBoolean);
    case TypeKind::kBigint:
      return note(ValueKind::kBigInt);
    case TypeKind::kSymbol:
      return note(ValueKind::kSymbol);
    case TypeKind::kUndefined:
    case TypeKind::kVoid:
      return note(ValueKind::kUndefined);
    case TypeKind::kNull:
      return note(ValueKind::kNull);
    case TypeKind::kObject:
      return note(ValueKind::kObject);
    case TypeKind::kLiteral:
      return LearnLiteral(node, type);
    case TypeKind::kBuiltin:
      return note(BuiltinKind(type.name));
    case TypeKind::kPromise:
      return note(ValueKind::kPromise);
    case TypeKind::kArray:
    case TypeKind::kTuple:
      note(ValueKind::kArray);
      for (TypeModel::TypeId element : type.of) Learn(node.Child("[]"), element, depth + 1);
      return;
    case TypeKind::kUnion:
    case TypeKind::kIntersection:
      for (TypeModel::TypeId one : type.of) Learn(node, one, depth + 1);
      return;
    case TypeKind::kRecord:
      note(ValueKind::kObject);
      return LearnProperties(node, type, depth);
    case TypeKind::kFunction:
      note(ValueKind::kFunction);
      return LearnSignatures(node, type, depth);
    case TypeKind::kClass:
      note(ValueKind::kClass);
      LearnSignatures(node, type, depth);
      return LearnProperties(node, type, depth);
    case TypeKind::kAny:
    case TypeKind::kNever:
      return;
  }
}

}  // namespace

void LearnTypes(const TypeModel& model, Knowledge& knowledge) {
  Learner learner(model, knowledge);
  for (const TypeModel::Property& property : model.exports) {
    learner.Learn(knowledge.exports().Child(property.name), property.type, 0);
  }
  // Whoever asks next is told what is new from here on.
  knowledge.TakeFacts();
}

}  // namespace napisan::cli::fuzz
