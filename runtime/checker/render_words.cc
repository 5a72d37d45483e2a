#include "checker/render_words.h"

#include <fmt/format.h>

#include <cstring>
#include <type_traits>

#include "api/host_table.h"
#include "api/profile.h"
#include "checker/symbolize.h"

namespace napisan::checker {
namespace {

struct Signature {
  const char* name;
  bool env_first;
  int arity;
};

// By overload resolution, because clang keeps [[noreturn]] in the type of a function pointer.
template <typename Result, typename First, typename... Rest>
constexpr Signature Describe(const char* name, Result(NAPI_CDECL*)(First, Rest...)) {
  return {name, std::is_same_v<First, napi_env>, 1 + static_cast<int>(sizeof...(Rest))};
}

// The headers give no parameter names to the compiler, but how many there are.
constexpr Signature kSignatures[] = {
#define FUNCTION(name, since, thread, pending, basic, event) \
  Describe(#name, decltype(HostTable::name){}),
#include "api/functions.def"
};

std::string WithoutFullStop(std::string_view text) {
  if (!text.empty() && text.back() == '.') text.remove_suffix(1);
  return std::string(text);
}

std::string OpenHarmonyPhrase(const Rule& rule) {
  return fmt::format("OpenHarmony: {} (from its source, not run on a device).",
                     WithoutFullStop(rule.openharmony));
}

}  // namespace

const char* PhaseName(Phase phase) {
  switch (phase) {
    case Phase::kNone:
      return "none";
    case Phase::kInit:
      return "init";
    case Phase::kCall:
      return "call";
    case Phase::kExecute:
      return "execute";
    case Phase::kComplete:
      return "complete";
    case Phase::kCallJs:
      return "call_js";
    case Phase::kFinalize:
      return "finalize";
    case Phase::kCleanup:
      return "cleanup";
    case Phase::kMicrotask:
      return "microtask";
  }
  return "?";
}

const char* ActionName(Action action) {
  switch (action) {
    case Action::kRefused:
      return "refused";
    case Action::kForwarded:
      return "forwarded";
    case Action::kRepaired:
      return "repaired";
    case Action::kNone:
      return "none";
  }
  return "?";
}

std::string FullMessage(const Report& report) {
  if (report.object.name.empty()) return report.message;
  std::string number = fmt::format("{} #{}", report.object.word, report.object.id);
  size_t at = report.message.find(number);
  if (at == std::string::npos) return report.message;
  size_t end = at + number.size();
  std::string rest = report.message.substr(end);
  bool other_number = !rest.empty() && rest[0] >= '0' && rest[0] <= '9';
  if (other_number || rest.compare(0, 2, " \"") == 0) return report.message;
  return report.message.substr(0, end) + " \"" + report.object.name + "\"" + rest;
}

std::string SituationPhrase(const Situation& situation, const ObjectSummary* object) {
  std::string subject = situation.subject;
  if (object != nullptr && subject == fmt::format("{} #{}", object->word, object->id)) {
    subject.clear();
  }
  std::string of = subject.empty() ? "" : " of " + subject;
  switch (situation.phase) {
    case Phase::kNone:
      return "";
    case Phase::kCall:
      return subject.empty() ? "in a call" : "in " + subject;
    case Phase::kCleanup:
      return subject.empty() ? "in a cleanup hook" : "in " + subject;
    case Phase::kMicrotask:
      return "in a microtask" + of;
    case Phase::kInit:
    case Phase::kExecute:
    case Phase::kComplete:
    case Phase::kCallJs:
    case Phase::kFinalize:
      return fmt::format("in {}{}", PhaseName(situation.phase), of);
  }
  return "";
}

std::string CallPhrase(const Report& report) {
  if (report.function == nullptr) return "";
  const char* argument = report.argument;
  int arity = argument == nullptr ? 1 : 2;  // of a function that is not in the table
  bool env_first = false;
  for (const Signature& signature : kSignatures) {
    if (std::strcmp(signature.name, report.function) != 0) continue;
    arity = signature.arity;
    env_first = signature.env_first;
  }
  std::string list;
  int named = 0;
  auto add = [&list](std::string_view word) {
    if (!list.empty()) list += ", ";
    list += word;
  };
  if (env_first) {
    add("env");
    ++named;
  }
  if (argument != nullptr && !(env_first && std::strcmp(argument, "env") == 0)) {
    add(argument);
    ++named;
  }
  if (named < arity) add("…");
  return fmt::format("{}({})", report.function, list);
}

std::string RulePhrase(const Report& report) {
  const Rule& rule = Get(report.rule);
  std::string text = rule.sentence;
  auto profile = ParseProfile(report.profile);
  bool openharmony = profile && IsOpenHarmony(*profile);
  if (!openharmony && rule.node[0] != '\0') text += fmt::format(" {}", rule.node);
  // A portability rule exists because the two differ, so it is told with both.
  bool both = openharmony || rule.kind == RuleKind::Portability;
  if (both && rule.openharmony[0] != '\0') text += " " + OpenHarmonyPhrase(rule);
  if (rule.side == RuleSide::Host) text += " The host is at fault here, not the module.";
  return text;
}

std::string DurationPhrase(uint64_t duration_ns) {
  auto ns = static_cast<double>(duration_ns);
  if (duration_ns < 1000) return fmt::format("{} ns", duration_ns);
  if (duration_ns < 1000000) return fmt::format("{:.1f} µs", ns / 1e3);
  if (duration_ns < 1000000000) return fmt::format("{:.1f} ms", ns / 1e6);
  return fmt::format("{:.1f} s", ns / 1e9);
}

std::string_view BaseName(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string ShortPlace(const CodeLocation& location) {
  if (location.file.empty()) return ImageAndOffset(location);
  return fmt::format("{}:{}", BaseName(location.file), location.line);
}

size_t Columns(std::string_view text) {
  size_t columns = 0;
  for (char c : text) columns += (static_cast<unsigned char>(c) & 0xc0) != 0x80 ? 1 : 0;
  return columns;
}

}  // namespace napisan::checker
