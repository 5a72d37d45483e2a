// Tokens: what a module gets instead of a pointer. A token is never dereferenced; it is looked up.
//
//   bits 63..60   kind, 1 upwards: no pointer of a 64-bit process has them
// A value:
//   bits 59..54   tag of the agent, so that another agent's value is never taken for one's own
//   bits 53..32   index in the agent's value table
//   bits 31..0    epoch of the scope it was made in
// Everything else:
//   bits 59..32   slot of the record
//   bits 31..0    generation of the record
#pragma once

#include <cstdint>

#include "api/node_api.h"

namespace napisan::checker {

enum class Kind : uint8_t {
  kNone,
  kValue,
  kEnv,
  kCallbackInfo,
  kHandleScope,
  kEscapableScope,
  kWork,
  kReference,
  kDeferred,
  kThreadSafeFunction,
  kAsyncContext,
  kCallbackScope,
  kCleanupHook,
  // No handles of the API: what the checker keeps of a function or a finalizer, and of a sync
  // cleanup hook.
  kClosure,
  kSyncHook,
  kCount
};

// "async_work" for machines and "work" for people.
const char* KindId(Kind kind);
const char* KindWord(Kind kind);

using Token = uint64_t;

inline constexpr int kKindShift = 60;
inline constexpr int kTagShift = 54;
inline constexpr int kIndexBits = 22;
inline constexpr uint32_t kSlotMask = (uint32_t{1} << 28) - 1;

constexpr Kind KindOf(Token token) { return static_cast<Kind>(token >> kKindShift); }

constexpr Token MakeToken(Kind kind, uint32_t slot, uint32_t generation) {
  return static_cast<uint64_t>(kind) << kKindShift | static_cast<uint64_t>(slot) << 32 | generation;
}
constexpr uint32_t SlotOf(Token token) { return static_cast<uint32_t>(token >> 32) & kSlotMask; }
constexpr uint32_t GenerationOf(Token token) { return static_cast<uint32_t>(token); }

// `tagged` is kind and tag, as ValueTag makes it.
constexpr Token MakeValueToken(Token tagged, uint32_t index, uint32_t epoch) {
  return tagged | static_cast<uint64_t>(index) << 32 | epoch;
}
constexpr Token ValueTag(uint32_t agent) {
  return static_cast<uint64_t>(Kind::kValue) << kKindShift | static_cast<uint64_t>(agent & 63)
                                                                 << kTagShift;
}
constexpr Token TagOf(Token token) { return token >> kTagShift << kTagShift; }
constexpr uint32_t IndexOf(Token token) {
  return static_cast<uint32_t>(token >> 32) & ((uint32_t{1} << kIndexBits) - 1);
}
constexpr uint32_t EpochOf(Token token) { return static_cast<uint32_t>(token); }

// The one place where a handle of the API and a token are the same bits.
template <class Handle>
Token TokenOf(Handle handle) {
  static_assert(sizeof(Handle) == sizeof(Token));
  return reinterpret_cast<Token>(handle);
}
template <class Handle>
Handle HandleOf(Token token) {
  static_assert(sizeof(Handle) == sizeof(Token));
  return reinterpret_cast<Handle>(token);
}

// The kind that each handle type of the API stands for.
template <class Handle>
inline constexpr Kind kKindOf = Kind::kNone;
template <>
inline constexpr Kind kKindOf<napi_handle_scope> = Kind::kHandleScope;
template <>
inline constexpr Kind kKindOf<napi_escapable_handle_scope> = Kind::kEscapableScope;
template <>
inline constexpr Kind kKindOf<napi_async_work> = Kind::kWork;
template <>
inline constexpr Kind kKindOf<napi_ref> = Kind::kReference;
template <>
inline constexpr Kind kKindOf<napi_deferred> = Kind::kDeferred;
template <>
inline constexpr Kind kKindOf<napi_threadsafe_function> = Kind::kThreadSafeFunction;
template <>
inline constexpr Kind kKindOf<napi_async_context> = Kind::kAsyncContext;
template <>
inline constexpr Kind kKindOf<napi_callback_scope> = Kind::kCallbackScope;
template <>
inline constexpr Kind kKindOf<napi_async_cleanup_hook_handle> = Kind::kCleanupHook;

}  // namespace napisan::checker
