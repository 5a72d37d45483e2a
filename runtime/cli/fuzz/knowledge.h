// Knowledge: what is known of a module: its exports, what they take and what they give. It comes
// from the exports themselves, from TypeScript declarations, from what the module reads of its
// arguments, and from results; all of it is a tree of nodes with the kinds of values seen there.
//
//   asyncWork           an export; .name below another is a property
//   asyncWork 0         its first argument;  # how many it asks for
//   asyncWork 0 .size   a property that is read of it;  [] an element
//   asyncWork =         what it gives;  => what its promise is resolved with
//
// A fact is a line that says one thing of one node, so that a child process can tell its parent.
// Threads: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/literal_syntax.h"

namespace napisan::cli::fuzz {

enum class ValueKind : uint8_t {
#define KIND(name, word) name,
#include "cli/fuzz/kinds.def"
  kCount
};
const char* WordOf(ValueKind kind);

struct Node {
  std::string step;
  Node* parent = nullptr;
  // Of all the steps that lead here.
  uint64_t hash = 0xcbf29ce484222325;
  // One bit a kind.
  uint32_t kinds = 0;
  // A "#" node's: how many arguments are asked for.
  uint32_t count = 0;
  // An argument that may be left out.
  bool optional = false;
  // The values that a declaration allows, where it names them.
  std::vector<Literal> values;
  std::map<std::string, std::unique_ptr<Node>, std::less<>> children;

  bool Is(ValueKind kind) const { return (kinds >> static_cast<int>(kind) & 1) != 0; }
  bool callable() const { return Is(ValueKind::kFunction) || Is(ValueKind::kClass); }
  const Node* Find(std::string_view name) const;
  // Made where it is not there.
  Node& Child(std::string_view name);
};

class Knowledge {
 public:
  Node& exports() { return exports_; }
  const Node& exports() const { return exports_; }

  // True where that is new.
  bool Note(Node& node, ValueKind kind);
  bool NoteCount(Node& node, uint32_t count);

  // Facts since they were last taken.
  std::vector<std::string> TakeFacts() { return std::exchange(facts_, {}); }
  void Learn(std::string_view fact);

  // Every node that can be called, exports first.
  std::vector<const Node*> Callables() const;

 private:
  void AddFact(const Node& node, const std::string& what);

  Node exports_;
  std::vector<std::string> facts_;
};

// "asyncWork", "new Database", "Database.put": for people.
std::string NameOf(const Node& callable);

}  // namespace napisan::cli::fuzz
