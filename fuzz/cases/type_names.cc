#include "type_names.h"

#include <array>
#include <cstddef>

#include "api/node_api.h"
#include "signature.h"

namespace napisan::cases {
namespace {

using Names = std::array<std::string_view, kParametersMax>;

// Cut out of what both compilers make of it: "… [T = int *]", "… [with T = int*; …]".
template <class T>
constexpr std::string_view NameOf() {
  std::string_view text = __PRETTY_FUNCTION__;
  text.remove_prefix(text.find("T = ") + 4);
  return text.substr(0, text.find_first_of(";]"));
}

template <class Type>
struct Parameters {
  static constexpr Names Of() { return {}; }
};
template <class... Args>
struct Parameters<napi_status (*)(Args...)> {
  static constexpr Names Of() { return {NameOf<Args>()...}; }
};

constexpr Names kNames[kFunctionCount] = {
#define ABSENT(name) Names{},
#define OPENHARMONY(name, thread, pending, basic, event) Names{},
#define FUNCTION(name, since, thread, pending, basic, event) Parameters<decltype(&::name)>::Of(),
#include "api/functions.def"
};

}  // namespace

std::string_view TypeName(FunctionId function, size_t parameter) {
  return kNames[static_cast<int>(function)][parameter];
}

}  // namespace napisan::cases
