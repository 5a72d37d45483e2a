// One call of a function: decode, call, and say what came of it.
#pragma once

#include <dlfcn.h>

#include <tuple>
#include <utility>

#include "arguments.h"
#include "operations.h"

namespace napisan::conformance {

// Looks at the env right after a call, before anything else does; says the line at last: the
// status, the last error where it is another one, the engine's code, whether an exception is
// pending, and the results.
class Outcome {
 public:
  Outcome(Decoder& decoder, napi_status status, bool has_env);
  void Say(const Line& line);

 private:
  Decoder& decoder_;
  std::string text_;
};

void SaySkipped(Decoder& decoder, const Line& line);

// The function of this name in this process; null where the host has none, as an older Node.js
// lacks some. Looked up by name, so that the addon loads wherever one is missing.
template <class Function>
Function* FunctionNamed(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_DEFAULT, name));
}

void SayAbsent(Frame& frame, const Line& line);

// Decodes `Args` and hands them to `call`, which returns the status.
template <FunctionId F, class... Args, class Call>
void CallWith(Frame& frame, const Line& line, const std::vector<Word>& words, bool has_env,
              Call call) {
  Decoder decoder(frame, words, F);
  std::tuple<Args...> args;
  std::apply(
      [&](auto&... arg) {
        if (!(arg.In(decoder) && ...)) return SaySkipped(decoder, line);
        if (!decoder.all_taken() && decoder.Refuse("too many arguments")) return;
        if (!decoder.problem().empty()) return SaySkipped(decoder, line);
        napi_status status = call(arg.value...);
        Outcome outcome(decoder, status, has_env);
        (arg.Out(decoder, status), ...);
        outcome.Say(line);
      },
      args);
}

template <FunctionId F, class Signature>
struct Caller;

template <FunctionId F, class... Rest>
struct Caller<F, napi_status(napi_env, Rest...)> {
  static void Run(Frame& frame, const Line& line, const std::vector<Word>& words) {
    static auto* function = FunctionNamed<napi_status(napi_env, Rest...)>(Info(F).name);
    if (function == nullptr) return SayAbsent(frame, line);
    napi_env env = frame.without_env ? nullptr : frame.env;
    CallWith<F, Arg<Rest>...>(frame, line, words, env != nullptr,
                              [env](auto... arguments) { return function(env, arguments...); });
  }
};

template <FunctionId F, class... Rest>
struct Caller<F, napi_status(Rest...)> {
  static void Run(Frame& frame, const Line& line, const std::vector<Word>& words) {
    static auto* function = FunctionNamed<napi_status(Rest...)>(Info(F).name);
    if (function == nullptr) return SayAbsent(frame, line);
    CallWith<F, Arg<Rest>...>(frame, line, words, false,
                              [](auto... arguments) { return function(arguments...); });
  }
};

// Functions whose arguments their types do not tell; by_hand.cc specialises this.
template <FunctionId F>
struct ByHand {};

#define NAPISAN_BY_HAND(function)                                                    \
  template <>                                                                        \
  struct ByHand<FunctionId::function> {                                              \
    static void Run(Frame& frame, const Line& line, const std::vector<Word>& words); \
    static constexpr Operation kRun = Run;                                           \
  };
NAPISAN_BY_HAND(napi_get_cb_info)
NAPISAN_BY_HAND(napi_get_value_bigint_words)
NAPISAN_BY_HAND(napi_adjust_external_memory)
NAPISAN_BY_HAND(napi_module_register)
NAPISAN_BY_HAND(napi_fatal_error)
#undef NAPISAN_BY_HAND

}  // namespace napisan::conformance
