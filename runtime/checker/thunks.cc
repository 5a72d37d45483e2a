// Every napi_* symbol's thunk: by hand where a hand wrote one, from its type otherwise. The front
// library jumps through these pointers.

#include "checker/by_hand.h"
#include "checker/thunk.h"

namespace napisan::checker {
namespace {

template <FunctionId F, auto HostMember, class Signature>
struct Select {
  static constexpr auto kThunk = &Thunk<F, HostMember, Signature>::Run;
};

#define NAPISAN_SELECT(name)                                      \
  template <auto HostMember>                                      \
  struct Select<FunctionId::name, HostMember, decltype(::name)> { \
    static constexpr auto kThunk = &by_hand::name;                \
  };
NAPISAN_BY_HAND(NAPISAN_SELECT)
#undef NAPISAN_SELECT

}  // namespace
}  // namespace napisan::checker

extern "C" {
#define FUNCTION(name, since, thread, pending, basic, event)                         \
  extern decltype(&::name) const napisan_thunk_##name;                               \
  decltype(&::name) const napisan_thunk_##name =                                     \
      napisan::checker::Select<napisan::FunctionId::name, &napisan::HostTable::name, \
                               decltype(::name)>::kThunk;
#include "api/functions.def"
}
