// What a program learns of exports and results.

#include "cli/fuzz/program.h"
#include "host/backing_store.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::cli::fuzz {

using host::CellKind;
using host::Value;

namespace {

// Names that a path can say, and that no node of another meaning has.
bool CanBeNamed(const std::string& name) {
  return !name.empty() && name[0] != '=' && name[0] != '#' && (name[0] < '0' || name[0] > '9') &&
         name.find('\t') == std::string::npos && name.find('\n') == std::string::npos;
}

struct FoundNode {
  std::string name;
  Value value;
};

// Own properties that are data; a getter is not run for this.
std::vector<FoundNode> OwnOf(host::Agent& agent, host::Object* object) {
  std::vector<FoundNode> found;
  host::ForEachOwn(
      agent, object,
      [](void* context, Value key, const host::Property& property) {
        if (!host::IsString(key) || property.is_accessor()) return true;
        std::string name = host::ToUtf8(*host::AsString(key));
        auto& all = *static_cast<std::vector<FoundNode>*>(context);
        if (CanBeNamed(name)) all.push_back({std::move(name), property.value});
        return all.size() < 256;
      },
      &found);
  return found;
}

bool IsBuiltin(Value value) { return (AsObject(value)->flags & host::kBuiltin) != 0; }

}  // namespace

ValueKind KindOf(Value value) {
  if (value.IsNumber()) return ValueKind::kNumber;
  if (value.IsNull()) return ValueKind::kNull;
  if (value.IsBoolean()) return ValueKind::kBoolean;
  if (!value.IsCell()) return ValueKind::kUndefined;
  switch (value.AsCell()->kind) {
    case CellKind::kString:
      return ValueKind::kString;
    case CellKind::kSymbol:
      return ValueKind::kSymbol;
    case CellKind::kBigInt:
      return ValueKind::kBigInt;
    case CellKind::kArray:
      return ValueKind::kArray;
    case CellKind::kFunction:
      return (host::AsObject(value)->flags & host::kConstructor) != 0 ? ValueKind::kClass
                                                                      : ValueKind::kFunction;
    case CellKind::kError:
      return ValueKind::kError;
    case CellKind::kPromise:
      return ValueKind::kPromise;
    case CellKind::kExternal:
      return ValueKind::kExternal;
    case CellKind::kArrayBuffer:
      return ValueKind::kArrayBuffer;
    case CellKind::kTypedArray:
      return (host::AsObject(value)->flags & host::kIsBuffer) != 0 ? ValueKind::kBuffer
                                                                   : ValueKind::kTypedArray;
    case CellKind::kDataView:
      return ValueKind::kDataView;
    case CellKind::kDate:
      return ValueKind::kDate;
    default:
      return ValueKind::kObject;
  }
}

void LearnExports(host::Agent& agent, Value exports, Knowledge& knowledge) {
  if (!host::IsObject(exports)) return;
  // A module may be a function itself: exports(…), which a path says as exports.
  if (host::IsFunction(exports)) {
    knowledge.Note(knowledge.exports().Child("exports"), KindOf(exports));
  }
  for (const FoundNode& found : OwnOf(agent, host::AsObject(exports))) {
    if (!host::IsObject(found.value)) continue;
    Node& node = knowledge.exports().Child(found.name);
    knowledge.Note(node, KindOf(found.value));
    // Of a namespace, or of a class: its static functions.
    for (const FoundNode& inner : OwnOf(agent, host::AsObject(found.value))) {
      if (!host::IsFunction(inner.value) || IsBuiltin(inner.value)) continue;
      if (inner.name == "constructor" || inner.name == "prototype") continue;
      knowledge.Note(node.Child("." + inner.name), KindOf(inner.value));
    }
  }
}

Node* Program::NodeOf(const Path& path) {
  Node* node = &knowledge_.exports();
  size_t at = 0;
  if (path.of_result) {
    auto known = node_of_name_.find(path.steps[0]);
    if (known == node_of_name_.end()) return nullptr;
    node = known->second;
    at = 1;
  } else {
    bool whole = path.steps[0] == "exports" && path.steps.size() > 1;
    const std::string& name = path.steps[whole ? 1 : 0];
    auto known = node->children.find(name);
    if (known == node->children.end()) return nullptr;
    node = known->second.get();
    at = whole ? 2 : 1;
  }
  for (; at < path.steps.size(); ++at) {
    auto known = node->children.find("." + path.steps[at]);
    if (known == node->children.end()) return nullptr;
    node = known->second.get();
  }
  return node;
}

void Program::LearnResult(Node& node, Value value) {
  // A constructor that is called without new may give its receiver: the exports, which are known,
  // and are called by their own names.
  if (value == scope_.exports()) return;
  ValueKind kind = KindOf(value);
  bool is_new = knowledge_.Note(node, kind);
  bool looked_at =
      kind != ValueKind::kObject && kind != ValueKind::kFunction && kind != ValueKind::kClass;
  if (looked_at || !host::IsObject(value)) return;
  // The same export may give other objects another time; looking costs what a call does.
  if (is_new || tally_.calls % 8 == 0) LearnMethods(node, value);
}

void Program::LearnMethods(Node& node, Value value) {
  host::AutoScope handles(agent_.handles());
  constexpr int kPrototypesMax = 4;
  host::Object* object = host::AsObject(value);
  for (int depth = 0; object != nullptr && depth < kPrototypesMax; ++depth) {
    for (const FoundNode& found : OwnOf(agent_, object)) {
      if (!host::IsFunction(found.value) || IsBuiltin(found.value)) continue;
      if (found.name == "constructor" || found.name == "prototype") continue;
      knowledge_.Note(node.Child("." + found.name), KindOf(found.value));
    }
    object = host::PrototypeOf(agent_, object);
  }
}

}  // namespace napisan::cli::fuzz
