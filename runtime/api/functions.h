// What the table of functions says, as data.
#pragma once

#include <cstdint>

namespace napisan {

// One enumerator a row of functions.def.
enum class FunctionId : uint8_t {
#define FUNCTION(name, since, thread, pending, basic, event) name,
#include "api/functions.def"
  kCount
};

inline constexpr int kFunctionCount = static_cast<int>(FunctionId::kCount);

enum class CallThread : uint8_t { Env, Any };
enum class WhilePending : uint8_t { Allowed, Refused };
enum class InBasicFinalizer : uint8_t { No, Yes };
// The profiles in which the host has it; in the others it answers napi_generic_failure.
enum class Support : uint8_t { Everywhere, OpenHarmony, Nowhere };

// `since` of a function that no version has yet; a module that declares it is held to everything.
inline constexpr int32_t Experimental = 2147483647;

// What a function does to the tracked object that it makes or takes; the columns of lifecycles.def.
enum class Event : uint8_t {
  None,
  Create,
  Queue,
  Cancel,
  Delete,
  Use,
  Ref,
  Unref,
  Settle,
  Close,
  Escape,
  Call,
  Acquire,
  Release,
  // Events that no function makes: the host's callbacks and the end of an env.
  ExecuteStart,
  ExecuteEnd,
  CompleteStart,
  CompleteEnd,
  Finalize,
  Teardown,
  // A pointer into a buffer was given out; the buffer was collected.
  Take,
  Collect,
  kCount
};

struct FunctionInfo {
  const char* name;
  int32_t since;
  CallThread thread;
  WhilePending pending;
  InBasicFinalizer basic;
  Event event;
  Support support;
};

inline constexpr FunctionInfo kFunctions[kFunctionCount] = {
#define NAPISAN_ROW(name, since, thread, pending, basic, event, support) \
  {#name,                                                                \
   since,                                                                \
   CallThread::thread,                                                   \
   WhilePending::pending,                                                \
   InBasicFinalizer::basic,                                              \
   Event::event,                                                         \
   Support::support},
#define FUNCTION(name, since, thread, pending, basic, event) \
  NAPISAN_ROW(name, since, thread, pending, basic, event, Everywhere)
#define OPENHARMONY(name, thread, pending, basic, event) \
  NAPISAN_ROW(name, 8, thread, pending, basic, event, OpenHarmony)
#define ABSENT(name) NAPISAN_ROW(name, 8, Env, Allowed, No, None, Nowhere)
#include "api/functions.def"
#undef NAPISAN_ROW
};

constexpr const FunctionInfo& Info(FunctionId id) { return kFunctions[static_cast<int>(id)]; }

// "queued", "deleted": the word for an event in a history.
const char* EventWord(Event event);

}  // namespace napisan
