// The interpreter as an addon of the real Node.js. Loaded without a program selected it exports
// what the driver needs; loaded again with one selected, that load is the program's module: every
// load has an env of its own.

#include <node_api.h>

#include "session.h"
#include "trace.h"

namespace napisan::conformance {
namespace {

std::string TextArgument(napi_env env, napi_value value) {
  char text[4096];
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, text, sizeof(text), &length) != napi_ok) return "";
  return std::string(text, length);
}

// The arguments of a call; absent ones are undefined.
std::vector<napi_value> ArgumentsOf(napi_env env, napi_callback_info info, size_t count) {
  std::vector<napi_value> values(count);
  napi_get_cb_info(env, info, &count, values.data(), nullptr, nullptr);
  return values;
}

// open(programs, trace)
napi_value Open(napi_env env, napi_callback_info info) {
  auto values = ArgumentsOf(env, info, 2);
  std::string error;
  if (!LoadPrograms(TextArgument(env, values[0]), error)) {
    napi_throw_error(env, nullptr, error.c_str());
  } else if (!OpenTrace(TextArgument(env, values[1]))) {
    napi_throw_error(env, nullptr, "the trace cannot be written");
  }
  return nullptr;
}

void SetText(napi_env env, napi_value object, const char* name, const std::string& text) {
  napi_value value = nullptr;
  napi_create_string_utf8(env, text.data(), text.size(), &value);
  napi_set_named_property(env, object, name, value);
}

// programs(): what the driver must know of each.
napi_value List(napi_env env, napi_callback_info) {
  napi_value list = nullptr;
  napi_create_array(env, &list);
  uint32_t count = 0;
  for (const Program& program : Programs()) {
    napi_value entry = nullptr;
    napi_create_object(env, &entry);
    SetText(env, entry, "name", program.name);
    SetText(env, entry, "teardown",
            program.teardown == TeardownAt::kNever  ? "never"
            : program.teardown == TeardownAt::kIdle ? "at idle"
                                                    : "after main");
    SetText(env, entry, "profile", program.profile);
    SetText(env, entry, "since", std::to_string(program.since));
    SetText(env, entry, "ends", program.ends ? "yes" : "");
    SetText(env, entry, "undefined", program.undefined);
    napi_set_element(env, list, count++, entry);
  }
  return list;
}

// select(index): the next load on this thread is that program's.
napi_value SelectProgram(napi_env env, napi_callback_info info) {
  uint32_t index = 0;
  napi_get_value_uint32(env, ArgumentsOf(env, info, 1)[0], &index);
  Select(index < Programs().size() ? &Programs()[index] : nullptr);
  return nullptr;
}

// note(line)
napi_value Note(napi_env env, napi_callback_info info) {
  WriteTrace(TextArgument(env, ArgumentsOf(env, info, 1)[0]));
  return nullptr;
}

napi_value Control(napi_env env, napi_value exports) {
  const napi_property_descriptor properties[] = {
      {"open", nullptr, Open, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"programs", nullptr, List, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"select", nullptr, SelectProgram, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"note", nullptr, Note, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_define_properties(env, exports, sizeof(properties) / sizeof(properties[0]), properties);
  return exports;
}

}  // namespace
}  // namespace napisan::conformance

// Asked before each init, on the same thread.
extern "C" __attribute__((visibility("default"))) int32_t node_api_module_get_api_version_v1() {
  const auto* program = napisan::conformance::Selected();
  return program != nullptr ? program->version : 8;
}

extern "C" __attribute__((visibility("default"))) napi_value napi_register_module_v1(
    napi_env env, napi_value exports) {
  using namespace napisan::conformance;
  return Selected() != nullptr ? BeginProgram(env, exports) : Control(env, exports);
}
