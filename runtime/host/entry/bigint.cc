#include "host/bigint.h"

#include <climits>

#include "host/entry.h"
#include "host/entry/pending.h"
#include "host/env.h"

namespace napisan::host {
namespace {

template <class T>
napi_status GetBits(napi_env env, napi_value value, T* result, bool* lossless,
                    bool (*fits)(const BigInt&)) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, result);
  CHECK_ARG(env, lossless);
  RETURN_STATUS_IF_FALSE(env, Is(value->value, CellKind::kBigInt), napi_bigint_expected);
  const BigInt& bigint = *AsBigInt(value->value);
  *result = static_cast<T>(LowBits(bigint));
  *lossless = fits(bigint);
  return ClearLastError(env);
}

}  // namespace

napi_status napi_create_bigint_int64(napi_env env, int64_t value, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  *result = Handle(env, Value::Of(NewBigIntInt64(env->agent, value)));
  return ClearLastError(env);
}

napi_status napi_create_bigint_uint64(napi_env env, uint64_t value, napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  *result = Handle(env, Value::Of(NewBigIntUint64(env->agent, value)));
  return ClearLastError(env);
}

napi_status napi_create_bigint_words(napi_env env, int sign_bit, size_t word_count,
                                     const uint64_t* words, napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, words);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, word_count <= INT_MAX, napi_invalid_arg);
  // Before a word is read.
  if (word_count > kBigIntWordsMax) {
    return Throw(env, "RangeError", "Maximum BigInt size exceeded", {}, napi_pending_exception);
  }
  *result = Handle(env, Value::Of(NewBigInt(env->agent, sign_bit != 0, words, word_count)));
  return napi_ok;
}

napi_status napi_get_value_bigint_int64(napi_env env, napi_value value, int64_t* result,
                                        bool* lossless) {
  return GetBits(env, value, result, lossless, FitsInt64);
}

napi_status napi_get_value_bigint_uint64(napi_env env, napi_value value, uint64_t* result,
                                         bool* lossless) {
  return GetBits(env, value, result, lossless, FitsUint64);
}

napi_status napi_get_value_bigint_words(napi_env env, napi_value value, int* sign_bit,
                                        size_t* word_count, uint64_t* words) {
  CHECK_ENV(env);
  CHECK_ARG(env, value);
  CHECK_ARG(env, word_count);
  RETURN_STATUS_IF_FALSE(env, Is(value->value, CellKind::kBigInt), napi_bigint_expected);
  const BigInt& bigint = *AsBigInt(value->value);
  if (sign_bit != nullptr || words != nullptr) {
    CHECK_ARG(env, sign_bit);
    CHECK_ARG(env, words);
    *sign_bit = (bigint.flags & kNegative) != 0 ? 1 : 0;
    for (size_t i = 0; i < bigint.count && i < *word_count; ++i) words[i] = bigint.words()[i];
  }
  // All that there are, however many found room.
  *word_count = bigint.count;
  return ClearLastError(env);
}

}  // namespace napisan::host
