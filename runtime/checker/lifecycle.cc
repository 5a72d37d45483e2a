#include "checker/lifecycle.h"

namespace napisan::checker {

const char* StateName(State state) {
  static constexpr const char* kNames[] = {
#define STATE(kind, state) #state,
#include "checker/lifecycles.def"
  };
  return state < State::kCount ? kNames[static_cast<int>(state)] : "?";
}

}  // namespace napisan::checker
