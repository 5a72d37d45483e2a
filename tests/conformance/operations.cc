#include "operations.h"

#include <map>

#include "caller.h"
#include "trace.h"

namespace napisan::conformance {
namespace {

template <FunctionId F, class Signature>
constexpr Operation OperationOf() {
  if constexpr (requires { ByHand<F>::kRun; }) {
    return ByHand<F>::kRun;
  } else {
    return Caller<F, Signature>::Run;
  }
}

const std::map<std::string, Operation>& Operations() {
  // What no release of Node exports cannot be linked there.
  static const auto* operations = new std::map<std::string, Operation>{
#define EXPERIMENTAL(name, thread, pending, basic, event)
#define OPENHARMONY(name, thread, pending, basic, event)
#define ABSENT(name)
#define FUNCTION(name, since, thread, pending, basic, event) \
  {#name, OperationOf<FunctionId::name, decltype(::name)>()},
#include "api/functions.def"
  };
  return *operations;
}

// `quiet`, `noenv` and `times N` before a function. False where the line is none.
bool TakeModifiers(Frame& frame, std::vector<Word>& words, int& times) {
  for (;;) {
    if (words.empty()) return false;
    const std::string& word = words[0].text;
    size_t taken = 1;
    if (word == "quiet") {
      frame.quiet = true;
    } else if (word == "noenv") {
      frame.without_env = true;
    } else if (word == "times" && words.size() > 1) {
      times = std::atoi(words[1].text.c_str());
      taken = 2;
    } else {
      return true;
    }
    words.erase(words.begin(), words.begin() + static_cast<ptrdiff_t>(taken));
  }
}

}  // namespace

Outcome::Outcome(Decoder& decoder, napi_status status, bool has_env) : decoder_(decoder) {
  text_ = TakePlant() ? "napi_generic_failure (planted)" : StatusName(status);
  napi_env env = decoder.frame().env;
  if (!has_env || env == nullptr) return;
  if (decoder.frame().quiet) return;
  const napi_extended_error_info* info = nullptr;
  napi_status told = napi_get_last_error_info(env, &info);
  if (told != napi_ok || info == nullptr) {
    text_ += " (no last error)";
    return;
  }
  if (info->error_code != status) text_ += std::string(" last=") + StatusName(info->error_code);
  if (info->engine_error_code != 0) {
    text_ += " engine=" + std::to_string(static_cast<int32_t>(info->engine_error_code));
  }
  bool pending = false;
  if (napi_is_exception_pending(env, &pending) != napi_ok) text_ += " (pending unknown)";
  if (pending) text_ += " pending";
}

void Outcome::Say(const Line& line) {
  decoder_.frame().Say(line.source + ": " + text_ + decoder_.outs());
}

void SaySkipped(Decoder& decoder, const Line& line) {
  decoder.frame().Say(line.source + ": skipped, " + decoder.problem());
}

void SayAbsent(Frame& frame, const Line& line) {
  frame.Say(line.source + ": there is no such function");
}

std::string Arg<const napi_extended_error_info**>::Text(const napi_extended_error_info* info) {
  std::string message = info->error_message != nullptr ? Quote(info->error_message) : "null";
  return std::string(StatusName(info->error_code)) + "/" + message + "/" +
         std::to_string(static_cast<int32_t>(info->engine_error_code));
}

Operation FindOperation(const std::string& name) {
  auto found = Operations().find(name);
  return found == Operations().end() ? nullptr : found->second;
}

void RunLine(Frame& frame, const Line& line) {
  std::vector<Word> words = line.words;
  int times = 1;
  if (!TakeModifiers(frame, words, times)) return;
  Operation operation = FindOperation(words[0].text);
  if (operation == nullptr) operation = FindVerb(words[0].text);
  if (operation == nullptr) {
    frame.Say(line.source + ": there is no such operation");
  } else {
    words.erase(words.begin());
    for (int i = 0; i < times; ++i) operation(frame, line, words);
  }
  frame.quiet = false;
  frame.without_env = false;
}

}  // namespace napisan::conformance
