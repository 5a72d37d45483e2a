// Lets a C++ exception leave a callback. The author trusts std::stod with what JavaScript passes,
// and nothing between it and the host catches.
#include "module.h"

#include <string>

namespace {

napi_value Parse(napi_env env, napi_callback_info info) {
  char text[64] = {};
  size_t length = 0;
  napi_value argument = misuse::Argument(env, info, 0);
  napi_get_value_string_utf8(env, argument, text, sizeof(text), &length);
  double const number = std::stod(std::string(text, length));  // BUG: throws where it is no number.
  return misuse::NewNumber(env, number);
}

}  // namespace

MISUSE_MODULE("parse", Parse);
