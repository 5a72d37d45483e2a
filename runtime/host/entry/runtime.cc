// What a module asks about the runtime it is in, and the two things it can ask of the whole of it.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "host/entry.h"
#include "host/env.h"
#include "host/text_codec.h"

namespace napisan::host {

napi_status napi_get_version(node_api_basic_env env, uint32_t* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  *result = env->agent.traits().api_version;
  return ClearLastError(env);
}

napi_status napi_get_node_version(node_api_basic_env env, const napi_node_version** result) {
  CHECK_ENV(env);
  if (env->agent.traits().node_version_unset) return napi_ok;
  CHECK_ARG(env, result);
  static constexpr napi_node_version kVersions[] = {
      {20, 0, 0, "node"},
      {22, 0, 0, "node"},
      {24, 0, 0, "node"},
      {26, 0, 0, "node"},
  };
  for (const napi_node_version& version : kVersions) {
    if (version.major == env->agent.traits().node_major) *result = &version;
  }
  return ClearLastError(env);
}

napi_status node_api_get_module_file_name(node_api_basic_env env, const char** result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  // The URL has to live as long as the env, which keeps the path only. An agent's thread outlives
  // its envs, and loads few modules.
  thread_local std::map<std::string, std::string> urls;
  auto [entry, added] = urls.try_emplace(env->filename);
  if (added) entry->second = FileUrl(env->filename);
  *result = entry->second.c_str();
  return ClearLastError(env);
}

napi_status napi_adjust_external_memory(node_api_basic_env env, int64_t change_in_bytes,
                                        int64_t* adjusted_value) {
  CHECK_ENV(env);
  CHECK_ARG(env, adjusted_value);
  // The engine counts for all modules of a thread together. Unsigned, so that nonsense wraps.
  auto own = static_cast<uint64_t>(env->external_memory) + static_cast<uint64_t>(change_in_bytes);
  env->external_memory = static_cast<int64_t>(own);
  env->agent.collector().AddExternal(change_in_bytes);
  uint64_t sum = 0;
  for (napi_env each : env->agent.envs()) sum += static_cast<uint64_t>(each->external_memory);
  *adjusted_value = static_cast<int64_t>(sum);
  return ClearLastError(env);
}

napi_status napi_run_script(napi_env env, napi_value script, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, script);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, IsString(script->value), napi_string_expected);
  // There is no engine: every script is answered with napi_cannot_run_js, and nothing is thrown.
  return SetLastError(env, napi_cannot_run_js);
}

void napi_fatal_error(const char* location, size_t location_len, const char* message,
                      size_t message_len) {
  auto text = [](const char* data, size_t length) {
    if (data == nullptr) return std::string();
    return std::string(data, length == NAPI_AUTO_LENGTH ? std::strlen(data) : length);
  };
  std::fprintf(stderr, "FATAL ERROR: %s %s\n", text(location, location_len).c_str(),
               text(message, message_len).c_str());
  std::fflush(stderr);
  std::abort();
}

}  // namespace napisan::host
