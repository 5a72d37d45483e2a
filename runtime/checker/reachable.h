// Reachable: which tokens the module still has where it can find them.
//
// Beginning at what lives as long as the env does: the module's globals and thread-local variables,
// and its instance data. For what is alive now (AddLiving), also at what its works, functions,
// finalizers, hooks and thread-safe functions were given.
//
// Threads: the env's. For suspected leaks only: looking takes milliseconds.
#pragma once

#include <optional>

#include "checker/memory_walk.h"
#include "checker/state.h"

namespace napisan::checker {

class Reachable {
 public:
  explicit Reachable(const EnvRecord& env) : env_(env) {}

  // Before the first Holds.
  void AddLiving() { living_ = true; }
  // The first time, it looks. False where the user wants none of it (use_globals=0).
  bool Holds(Token token);

 private:
  void Walk();

  const EnvRecord& env_;
  bool living_ = false;
  // Made when there is a suspicion: an env that ends with none pays nothing for it.
  std::optional<MemoryWalk> walk_;
};

}  // namespace napisan::checker
