#include "host/gc.h"

#include <time.h>

#include <algorithm>

#include "api/defect.h"
#include "host/agent.h"
#include "host/backing_store.h"
#include "host/bigint.h"
#include "host/call.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

constexpr size_t kCellsAUnit = 100;

void ReleaseCell(Agent& agent, Cell& cell) {
  if (cell.kind == CellKind::kString) {
    ReleaseString(agent, static_cast<String&>(cell));
  } else if (cell.kind == CellKind::kBigInt) {
    ReleaseBigInt(agent, static_cast<BigInt&>(cell));
  } else if (cell.kind != CellKind::kSymbol) {
    ReleaseObject(agent, static_cast<Object&>(cell));
  }
}

bool IsBasic(napi_env env) {
  return env->agent.traits().basic_finalizers_in_collection &&
         env->api_version == NAPI_VERSION_EXPERIMENTAL;
}

bool RunsInCollection(napi_env env) {
  return IsBasic(env) ||
         (env->agent.traits().worker_finalizers_in_collection && !env->agent.is_main());
}

}  // namespace

GarbageCollector::GarbageCollector(Agent& agent, GcMode mode)
    : agent_(agent), mode_(mode), marker_(agent) {}

void GarbageCollector::Collect() {
  if (!running_ && !stopped_) Run(false);
}

void GarbageCollector::OnCall() {
  // Another thread's call is the checker's business, or nobody's.
  if (zealous() && Agent::Current() == &agent_) CollectWithin(kCallAllowance);
}

void GarbageCollector::BetweenTurns() {
  if (mode_ == GcMode::kOff || running_ || stopped_) return;
  if (zealous()) {
    CollectInLoop();
  } else if (Used() - used_after_ >= threshold_) {
    Run(false);
  }
}

void GarbageCollector::BeforeTeardown() {
  // What can be seen of it are bytes that a worker still uses, where they have pages of their own.
  if (zealous() || (mode_ == GcMode::kIdle && agent_.store_pages().in_use())) Run(true);
  stopped_ = true;
}

bool GarbageCollector::CollectWithin(uint64_t allowance) {
  if (running_ || stopped_) return false;
  allowance_ += allowance;
  if (allowance_ < cost_) return false;
  Run(false);
  return true;
}

void GarbageCollector::CollectInLoop() {
  if (!CollectWithin(kCallbackAllowance)) return;
  collections_in_loop_.store(collections_in_loop() + 1, std::memory_order_relaxed);
}

void GarbageCollector::Run(bool leave_finalizers) {
  running_ = true;
  marker_.MarkAll();
  ClearWeakReferences(leave_finalizers);
  Sweep();
  ++collections_;
  allowance_ = 0;
  external_ = 0;
  used_after_ = Used();
  threshold_ = std::max(kGrowthMin, used_after_);
  FinalizeNow();
  running_ = false;
}

void GarbageCollector::ClearWeakReferences(bool leave_finalizers) {
  RefList dead;
  for (napi_env env : agent_.envs()) {
    for (RefList* list : {&env->finalizing_list, &env->reference_list}) {
      for (Reference* at = list->first; at != nullptr;) {
        Reference& reference = *at;
        at = at->next;
        if (!reference.value.IsCell() || reference.value.AsCell()->mark == kMarked) continue;
        reference.value = Value::Undefined();
        reference.weak_dead = !HAS_DEFECT(collected_reads_as_undefined);
        if (reference.finalize == nullptr) {
          if (reference.ownership == Ownership::kRuntime) DeleteReference(reference);
        } else if (!leave_finalizers) {
          Unlink(reference);
          Link(dead, reference);
        }
      }
    }
  }
  // Turned round twice: newest first, as teardown runs them. Node promises no order.
  while (Reference* reference = dead.first) {
    Unlink(*reference);
    QueueFinalizer(*reference);
  }
}

void GarbageCollector::QueueFinalizer(Reference& reference) {
  if (RunsInCollection(reference.env)) {
    Link(now_, reference);
  } else {
    EnqueueFinalizer(reference);
  }
}

// The module may be in the middle of a call, with an exception of its own pending.
void GarbageCollector::FinalizeNow() {
  while (Reference* reference = now_.first) {
    napi_env env = reference->env;
    Value pending = std::exchange(env->last_exception, Value::Hole());
    bool watched = std::exchange(env->watched, true);
    env->in_gc_finalizer = IsBasic(env);
    FinalizeReference(*reference);
    env->in_gc_finalizer = false;
    env->watched = watched;
    env->last_exception = pending;
  }
}

void GarbageCollector::Sweep() {
  Heap& heap = agent_.heap();
  size_t before = heap.live_cells();
  // Their bytes go where a late use of them is found out.
  size_t seen = heap.Sweep([this](Cell& dead) { ReleaseCell(agent_, dead); });
  live_cells_ = heap.live_cells();
  freed_cells_ += before - live_cells_;
  cost_ = (seen + marker_.marked()) / kCellsAUnit;
}

int64_t GarbageCollector::Used() const {
  return static_cast<int64_t>(agent_.heap().used_bytes() + agent_.store_pages().used_bytes()) +
         external_;
}

void GarbageCollector::AwaitCollection(uint64_t seen) const {
  // A module that waits for its works inside of a callback must not wait for ever.
  constexpr int kTries = 500;
  constexpr timespec kPause{0, 100'000};
  for (int i = 0; i < kTries && collections_in_loop() == seen; ++i) nanosleep(&kPause, nullptr);
}

void GarbageCollector::Reset() {
  running_ = false;
  stopped_ = false;
  allowance_ = cost_ = 0;
  external_ = used_after_ = 0;
  threshold_ = kGrowthMin;
  collections_ = freed_cells_ = 0;
  live_cells_ = 0;
}

}  // namespace napisan::host
