// Marker: which cells of an agent can be reached.
//
// Roots are: open handles (those of running calls among them), microtasks that have not run,
// exceptions in flight or pending, promises of open deferreds, references whose count is above 0,
// built-ins. Module exports, the functions of thread-safe functions and the resources of works are
// held by references of the host's own.
//
// Ownership: the collector's. Threads: the agent's only.
#pragma once

#include <cstddef>
#include <vector>

#include "host/cell.h"

namespace napisan::host {

class Agent;

class Marker {
 public:
  explicit Marker(Agent& agent) : agent_(agent) {}

  // Marks every cell that can be reached. Nothing is marked before; the sweep unmarks.
  void MarkAll();
  // Cells that the last MarkAll has marked.
  size_t marked() const { return marked_; }

 private:
  void MarkRoots();
  void MarkReferences(const struct RefList& list);
  void Mark(Value value) {
    if (value.IsCell()) Mark(value.AsCell());
  }
  // A cell that is marked waits on the stack until what it points at is marked, too: the depth of
  // a graph costs no native stack.
  void Mark(Cell* cell) {
    if (cell == nullptr || cell->mark != kUnmarked) return;
    cell->mark = kMarked;
    ++marked_;
    if (cell->kind != CellKind::kString && cell->kind != CellKind::kBigInt) stack_.push_back(cell);
  }
  void Trace(Cell& cell);
  void TraceProperties(const Object& object);
  void TraceKind(const Object& object);

  Agent& agent_;
  size_t marked_ = 0;
  // Keeps its memory from one collection to the next.
  std::vector<Cell*> stack_;
};

}  // namespace napisan::host
