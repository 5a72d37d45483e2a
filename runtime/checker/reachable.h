// Reachable: whether a module still knows a token at the end of its env, as a leak sanitizer asks:
// in its globals, or from its instance data, also through a few pointers. What is guessed wrong is
// guessed as reachable: better a leak missed than one made up.
#pragma once

#include <cstdint>
#include <vector>

#include "checker/state.h"

namespace napisan::checker {

class Reachable {
 public:
  explicit Reachable(const EnvRecord& env) : env_(env) {}

  bool Holds(Token token);

 private:
  // Looks at memory only when the first leak is suspected.
  void Scan();
  void ScanRange(uintptr_t begin, uintptr_t end, int depth);

  const EnvRecord& env_;
  bool scanned_ = false;
  // Every token of the checker's that was found, sorted.
  std::vector<Token> found_;
  size_t words_ = 0;
};

}  // namespace napisan::checker
