#include "schedule/real.h"

#include <dlfcn.h>

// A sanitizer's interceptor under the names that versions of clang have given it, so that defining
// the function does not do away with it.
#define REAL(name, version)                                       \
  extern "C" decltype(::name) __interceptor_##name [[gnu::weak]]; \
  extern "C" decltype(::name) ___interceptor_##name [[gnu::weak]];
#include "schedule/real.def"

namespace napisan::schedule {
namespace {

constinit RealFunctions real{};
constinit bool resolved = false;

void* Find(const char* name, const char* version) {
  void* found = version != nullptr ? dlvsym(RTLD_NEXT, name, version) : nullptr;
  return found != nullptr ? found : dlsym(RTLD_NEXT, name);
}

template <class Function>
Function Choose(Function newer, Function older, const char* name, const char* version) {
  if (newer != nullptr) return newer;
  if (older != nullptr) return older;
  return reinterpret_cast<Function>(Find(name, version));
}

// Twice at once does no harm: the answers are the same.
void Resolve() {
#define REAL(name, version) \
  real.name = Choose(&___interceptor_##name, &__interceptor_##name, #name, version);
#include "schedule/real.def"
  __atomic_store_n(&resolved, true, __ATOMIC_RELEASE);
}

}  // namespace

const RealFunctions& Real() {
  if (__builtin_expect(!__atomic_load_n(&resolved, __ATOMIC_ACQUIRE), 0)) Resolve();
  return real;
}

}  // namespace napisan::schedule
