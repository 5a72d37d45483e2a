// Ends the process from a callback. The author carried a command-line tool over into a module, and
// kept its way of dealing with errors.
#include "module.h"

#include <cstdio>
#include <cstdlib>

namespace {

napi_value Open(napi_env env, napi_callback_info info) {
  char path[256] = {};
  size_t length = 0;
  napi_get_value_string_utf8(env, misuse::Argument(env, info, 0), path, sizeof(path), &length);
  FILE* file = std::fopen(path, "rb");
  if (file == nullptr) {
    std::fprintf(stderr, "cannot open '%s'\n", path);
    std::exit(7);  // BUG: the whole process ends, with what every other module had in flight.
  }
  std::fclose(file);
  return nullptr;
}

}  // namespace

MISUSE_MODULE("open", Open);
