// Makes a handle out of a number. The author gives works to JavaScript as numbers, and trusts what
// comes back: any number is taken for a work.
#include "module.h"

#include <cstdint>

namespace {

napi_value Cancel(napi_env env, napi_callback_info info) {
  int64_t id = 0;
  napi_get_value_int64(env, misuse::Argument(env, info, 0), &id);
  auto work = reinterpret_cast<napi_async_work>(static_cast<intptr_t>(id));
  napi_status const status = napi_cancel_async_work(env, work);  // BUG: nobody made this handle.
  return misuse::NewNumber(env, status);
}

}  // namespace

MISUSE_MODULE("cancel", Cancel);
