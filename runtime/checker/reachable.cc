#include "checker/reachable.h"

#include "checker/images.h"
#include "checker/options.h"

namespace napisan::checker {
namespace {

template <class R, class Visit>
void ForEach(RecordPool<R>& pool, const EnvRecord& env, Kind kind, Visit visit) {
  for (uint32_t slot = env.lists[static_cast<int>(kind)]; slot != kNoSlot;
       slot = pool.LinksOf(slot).next) {
    visit(pool.At(slot));
  }
}

}  // namespace

void Reachable::Walk() {
  MemoryWalk& walk = walk_.emplace();
  if (living_) {
    // Each is a struct of the module's: what it needs is near.
    constexpr int kHops = 1;
    ForEach(pools.works, env_, Kind::kWork,
            [&](const WorkRecord& work) { walk.AddPointer(work.data, kHops); });
    ForEach(pools.tsfns, env_, Kind::kThreadSafeFunction, [&](const TsfnRecord& function) {
      walk.AddPointer(function.context, kHops);
      walk.AddPointer(function.finalize_data, kHops);
    });
    ForEach(pools.hooks, env_, Kind::kCleanupHook,
            [&](const HookRecord& hook) { walk.AddPointer(hook.argument, kHops); });
    for (Kind kind : {Kind::kClosure, Kind::kSyncHook}) {
      ForEach(pools.closures, env_, kind, [&](const Closure& closure) {
        walk.AddPointer(closure.data, kHops);
        walk.AddPointer(closure.hint, kHops);
      });
    }
  }
  walk.AddPointer(env_.instance_data);
  if (const Image* image = env_.image) {
    auto add = [&](uintptr_t begin, uintptr_t end) { walk.AddRange(begin, end); };
    ForEachWritableSegment(*image, add);
    AddressRange mine = ThreadLocalsOf(*image);
    add(mine.begin, mine.end);
  }
  walk.Run();
}

bool Reachable::Holds(Token token) {
  if (!GetOptions().use_globals) return false;
  if (!walk_) Walk();
  return walk_->Holds(token);
}

}  // namespace napisan::checker
