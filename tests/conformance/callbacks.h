// The functions that a program's blocks are for the host: one C function a kind and block, so that
// data, hint and context stay the program's own, null included.
#pragma once

#include <node_api.h>

#include "program.h"

namespace napisan::conformance {

// A program may have this many blocks.
inline constexpr size_t kBlocksMax = 40;

template <class Callback>
Callback CallbackFor(const Block& block);

template <>
napi_callback CallbackFor(const Block& block);
template <>
napi_finalize CallbackFor(const Block& block);
template <>
napi_async_execute_callback CallbackFor(const Block& block);
template <>
napi_async_complete_callback CallbackFor(const Block& block);
template <>
napi_threadsafe_function_call_js CallbackFor(const Block& block);
template <>
napi_cleanup_hook CallbackFor(const Block& block);
template <>
napi_async_cleanup_hook CallbackFor(const Block& block);

}  // namespace napisan::conformance
