// GarbageCollector: a mark-and-sweep collector for an agent's heap, and when it runs.
//
// When: at the points below and nowhere else, so an allocation never collects. At each of them the
// thread is in the loop or in a module's code, and what lives is in handles, in running calls or in
// the other roots (gc_mark.h). Host code that holds a Value in a local across a call into a module
// pushes a handle for it.
//
// Pressure: the allocator counts nothing for us. What has been allocated is the number of cells,
// chunks and pages now, less the same after the last collection; looked at once a turn of the loop.
// A collection costs as much as the heap is large and runs when that much is new, so that each cell
// pays a bounded share. No clock and no address decides anything.
//
// Finalizers: as the profile has them. Node queues them and runs them from a native SetImmediate;
// those of modules that declare the experimental version run in the collection, and may not touch
// the engine. OpenHarmony queues them on the main thread, and runs them in the collection
// elsewhere.
//
// Threads: the agent's only, but for AwaitCollection.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "api/node_api.h"
#include "host/gc_mark.h"
#include "host/reference.h"
#include "napisan/gc_mode.h"

namespace napisan::host {

class Agent;

// What an agent does whose options say nothing. Tests set it; nobody else does.
inline constinit GcMode default_gc_mode = GcMode::kIdle;

class GarbageCollector {
 public:
  GarbageCollector(Agent& agent, GcMode mode);

  GcMode mode() const { return mode_; }
  bool zealous() const { return mode_ == GcMode::kZeal; }

  // Collects now, in every mode. Not while a collection runs.
  void Collect();

  // A callback has returned to the loop.
  void AfterCallback() {
    if (zealous()) CollectInLoop();
  }
  // A module has closed a handle scope.
  void AfterScope() {
    if (zealous()) CollectWithin(kScopeAllowance);
  }
  // A module has called a function that may allocate, and it has done nothing yet.
  void OnCall();
  void BetweenTurns();
  // The last one: from here on nothing is collected until Reset. Finalizers stay where teardown
  // finds them, so that their order is the same with and without a collector.
  void BeforeTeardown();

  // Memory that objects of this agent hold outside of its heap, by what their modules say.
  void AddExternal(int64_t change) {
    // Modules may say anything; this many bytes are nonsense, and add up without overflow.
    constexpr int64_t kMost = int64_t{1} << 50;
    external_ = std::clamp(external_ + std::clamp(change, -kMost, kMost), -kMost, kMost);
  }

  // For a worker: waits, for a while, until the agent has collected in its loop since it had done
  // so `seen` times. Ordered by nothing, so that a race stays one.
  void AwaitCollection(uint64_t seen) const;
  uint64_t collections_in_loop() const {
    return collections_in_loop_.load(std::memory_order_relaxed);
  }

  // How many there were, what the last one left, and what all of them freed.
  uint64_t collections() const { return collections_; }
  size_t live_cells() const { return live_cells_; }
  uint64_t freed_cells() const { return freed_cells_; }

  void Reset();

 private:
  // What may be spent on one point of each kind, in hundreds of cells looked at. A point that costs
  // more waits until others like it have saved enough: a large heap does not make a zealous run
  // stand still.
  static constexpr uint64_t kCallAllowance = 2;
  static constexpr uint64_t kScopeAllowance = 20;
  static constexpr uint64_t kCallbackAllowance = 2000;
  // Less than a level-2 cache: what is new is still there when it is swept.
  static constexpr int64_t kGrowthMin = int64_t{1} << 20;

  bool CollectWithin(uint64_t allowance);
  void CollectInLoop();
  void Run(bool leave_finalizers);
  void ClearWeakReferences(bool leave_finalizers);
  void Sweep();
  // As the profile has it, for an unlinked reference whose object died.
  void QueueFinalizer(Reference& reference);
  void FinalizeNow();
  // Bytes in use that a collection might free; grows with what is allocated.
  int64_t Used() const;

  Agent& agent_;
  const GcMode mode_;
  Marker marker_;
  bool running_ = false;
  bool stopped_ = false;
  // What this collection has to finalize before it ends.
  RefList now_;
  // Saved by points that did not collect.
  uint64_t allowance_ = 0;
  // What the last one looked at, in hundreds of cells.
  uint64_t cost_ = 0;
  int64_t external_ = 0;
  int64_t used_after_ = 0;
  int64_t threshold_ = kGrowthMin;
  uint64_t collections_ = 0;
  size_t live_cells_ = 0;
  uint64_t freed_cells_ = 0;
  // Relaxed: a worker only waits for it to change.
  std::atomic<uint64_t> collections_in_loop_{0};
};

}  // namespace napisan::host
