#include "cli/fuzz/knowledge.h"

#include <charconv>
#include <iterator>

namespace napisan::cli::fuzz {
namespace {

constexpr const char* kWords[] = {
#define KIND(name, word) word,
#include "cli/fuzz/kinds.def"
};

// Between the steps of a fact's node. In no name that a module exports; if it were, the fact would
// be of another node, and no harm.
constexpr char kBetweenSteps = '\t';

// Deeper than this nothing is known: results of results of results.
constexpr int kTypeDepthMax = 8;

int DepthOf(const Node& node) {
  int depth = 0;
  for (const Node* at = node.parent; at != nullptr; at = at->parent) ++depth;
  return depth;
}

void Collect(const Node& node, std::vector<const Node*>& callables) {
  if (node.callable()) callables.push_back(&node);
  for (const auto& [name, child] : node.children) {
    bool argument = name[0] >= '0' && name[0] <= '9';
    if (!argument) Collect(*child, callables);
  }
}

}  // namespace

const char* WordOf(ValueKind kind) { return kWords[static_cast<int>(kind)]; }

const Node* Node::Find(std::string_view name) const {
  auto found = children.find(name);
  return found != children.end() ? found->second.get() : nullptr;
}

Node& Node::Child(std::string_view name) {
  auto found = children.find(name);
  if (found != children.end()) return *found->second;
  auto child = std::make_unique<Node>();
  child->step = name;
  child->parent = this;
  child->hash = hash;
  // FNV-1a.
  for (char c : name) child->hash = (child->hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  child->hash = (child->hash ^ 0xff) * 0x100000001b3;
  return *children.emplace(name, std::move(child)).first->second;
}

void Knowledge::AddFact(const Node& node, const std::string& what) {
  std::string path;
  for (const Node* at = &node; at->parent != nullptr; at = at->parent) {
    path.insert(0, at->step + kBetweenSteps);
  }
  facts_.push_back(path + what);
}

bool Knowledge::Note(Node& node, ValueKind kind) {
  if (node.Is(kind) || DepthOf(node) > kTypeDepthMax) return false;
  node.kinds |= 1u << static_cast<int>(kind);
  AddFact(node, WordOf(kind));
  return true;
}

bool Knowledge::NoteCount(Node& node, uint32_t count) {
  if (node.count >= count) return false;
  node.count = count;
  AddFact(node, std::to_string(count));
  return true;
}

void Knowledge::Learn(std::string_view fact) {
  Node* node = &exports_;
  for (size_t at = fact.find(kBetweenSteps); at != fact.npos; at = fact.find(kBetweenSteps)) {
    node = &node->Child(fact.substr(0, at));
    fact.remove_prefix(at + 1);
  }
  for (size_t i = 0; i < std::size(kWords); ++i) {
    if (fact == kWords[i]) node->kinds |= 1u << i;
  }
  std::from_chars(fact.data(), fact.data() + fact.size(), node->count);
}

std::vector<const Node*> Knowledge::Callables() const {
  std::vector<const Node*> callables;
  Collect(exports_, callables);
  return callables;
}

std::string NameOf(const Node& callable) {
  std::string name;
  for (const Node* at = &callable; at->parent != nullptr; at = at->parent) {
    // "=" and "=>" are what the call before them gave.
    if (at->step[0] != '=') name.insert(0, at->step);
  }
  return (callable.Is(ValueKind::kClass) ? "new " : "") + name;
}

}  // namespace napisan::cli::fuzz
