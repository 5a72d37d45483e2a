#include "export_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>

#include "api/status_names.h"
#include "case_text.h"

namespace napisan::cases {
namespace {

constexpr const char* kDefinitions =
    R"text(// What a callback is given as data; its memory is also what buffers are made of.
struct Cell {
  char memory[64];
};
Cell cells[@];

// As many as a size may say.
[[maybe_unused]] const uint64_t kWords[33] = {1, 2, 3, 4, 5, 6, 7, 8};

// Where a call did not return.
[[maybe_unused]] constexpr auto kUnknown = static_cast<napi_status>(-1);

)text";

std::string Commented(const std::string& text) {
  std::string lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    lines += "//   " + text.substr(at, end - at) + "\n";
    at = end + 1;
  }
  return lines;
}

// Broken behind commas.
std::string Wrapped(std::string line) {
  constexpr size_t kColumns = 100;
  constexpr const char* kIndent = "\n      ";
  for (size_t begin = 0; line.size() - begin > kColumns;) {
    size_t comma = line.rfind(", ", begin + kColumns - 1);
    if (comma == line.npos || comma <= begin + std::strlen(kIndent)) break;
    line.replace(comma + 1, 1, kIndent);
    begin = comma + 2;
  }
  return line + "\n";
}

std::string CallText(const RecordedCall& call, const char* macro, bool repeatable_only) {
  std::string name = Info(call.function).name;
  if (repeatable_only && !call.unrepeatable.empty()) {
    return fmt::format("  // Left out, as {}: {}, status {} in the host.\n", call.unrepeatable,
                       name, StatusName(call.status));
  }
  std::string text;
  if (!call.unrepeatable.empty()) text += fmt::format("  // Here {}.\n", call.unrepeatable);
  for (const std::string& line : call.before) text += Wrapped("  " + line);
  std::string made =
      fmt::format("{}({}, {}, {});", macro, StatusName(call.status), name, call.arguments);
  if (call.status < 0) text += "  // It did not return.\n";
  if (call.other_thread) made = fmt::format("std::thread([&] {{ {} }}).join();", made);
  return text + Wrapped("  " + made);
}

// What a real Node.js cannot be asked for, and why; by kind.
constexpr const char* kElsewhere[kFaultKinds] = {
    "a Node.js cannot be told to in the middle of a call, and what comes after is left out",
    "only engines with a memory cage do, and what they refuse is left out",
    "Node.js does so anyway"};
constexpr const char* kAsked[kFaultKinds] = {
#define FAULT(name, text, tier, asked) #asked,
#include "faults.def"
};

}  // namespace

std::string StatusName(int status) {
  auto index = static_cast<size_t>(status);
  if (status < 0) return "kUnknown";
  return index < std::size(kStatusNames) ? kStatusNames[index]
                                         : fmt::format("static_cast<napi_status>({})", status);
}

std::string CaseAsComment(const Case& program, const Recording& recording) {
  return Commented(ToText(program)) +
         (recording.failure.empty()
              ? "//\n// Host, checker and model agreed on it.\n"
              : fmt::format("//\n// It failed, and what follows ends there: {}\n",
                            recording.failure));
}

std::string Filled(std::string text, const std::vector<std::string>& values) {
  for (const std::string& value : values) text.replace(text.find('@'), 1, value);
  return text;
}

std::string Definitions(const Recording& recording) {
  std::string text = Filled(kDefinitions, {std::to_string(std::max(recording.cells, 1))});
  for (const RecordedVariable& variable : recording.variables) {
    text += fmt::format("[[maybe_unused]] {} {};\n", variable.type, variable.name);
  }
  return text;
}

std::string TitleOf(const RecordedBody& body) {
  switch (body.callback) {
    case Parameter::kCallback:
      return fmt::format("a function, with cell {}", body.cell);
    case Parameter::kExecute:
      return fmt::format("execute, with cell {}", body.cell);
    case Parameter::kComplete:
      return fmt::format("complete, with cell {}", body.cell);
    case Parameter::kFinalize:
      return fmt::format("a finalizer, with cell {}", body.cell);
    case Parameter::kCallJs:
      return fmt::format("call_js, with cell {}", body.cell);
    case Parameter::kHook:
      return fmt::format("a cleanup hook, with cell {}", body.cell);
    case Parameter::kAsyncHook:
      return fmt::format("an asynchronous cleanup hook, with cell {}", body.cell);
    default:
      return "JavaScript calls the module";
  }
}

std::string BodyName(size_t index) { return fmt::format("Body{}", index); }

std::string FaultLine(FaultKind kind, bool repeatable_only) {
  auto at = static_cast<size_t>(kind);
  return repeatable_only
             ? fmt::format("// Here the fault {} strikes: {}.\n", kFaultWords[at], kElsewhere[at])
             : fmt::format("host->{}();  // The fault {}.\n", kAsked[at], kFaultWords[at]);
}

std::string BodyFunction(const Recording& recording, size_t index, const char* macro,
                         bool repeatable_only) {
  const RecordedBody& body = recording.bodies[index];
  std::string text = fmt::format(
      "// {}.\nvoid {}([[maybe_unused]] napi_env env, "
      "[[maybe_unused]] napi_callback_info info) {{\n",
      TitleOf(body), BodyName(index));
  bool own = false;
  auto faults = body.faults.begin();
  auto strike = [&](size_t calls) {
    for (; faults != body.faults.end() && faults->calls == calls; ++faults) {
      text += "  " + FaultLine(faults->kind, repeatable_only);
    }
  };
  for (size_t i = 0; i < body.calls.size(); ++i) {
    const RecordedCall& call = body.calls[i];
    strike(i);
    if (call.own && !own) text += "  // To have a value, or to leave nothing behind.\n";
    if (!call.own && own) text += "  // The case again.\n";
    own = call.own;
    text += CallText(call, macro, repeatable_only);
  }
  strike(body.calls.size());
  return text + "}\n\n";
}

const char* const kCallbackFunctions =
    R"text([[maybe_unused]] napi_value OnFunction(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data);
  Play("OnFunction", data, env, info);
  return nullptr;
}
[[maybe_unused]] void OnExecute(napi_env env, void* data) { Play("OnExecute", data, env, nullptr); }
[[maybe_unused]] void OnComplete(napi_env env, napi_status, void* data) {
  Play("OnComplete", data, env, nullptr);
}
[[maybe_unused]] void OnFinalize(napi_env env, void* data, void*) {
  Play("OnFinalize", data, env, nullptr);
}
// On any thread, at any time.
[[maybe_unused]] void OnNoenvFinalize(void*, void*) {}
[[maybe_unused]] void OnCallJs(napi_env env, napi_value, void* context, void*) {
  Play("OnCallJs", context, env, nullptr);
}
[[maybe_unused]] void OnHook(void* data) { Play("OnHook", data, kept, nullptr); }
[[maybe_unused]] void OnAsyncHook(napi_async_cleanup_hook_handle, void* data) {
  Play("OnAsyncHook", data, nullptr, nullptr);
}

)text";

}  // namespace napisan::cases
