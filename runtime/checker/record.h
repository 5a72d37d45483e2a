// Records: the checker's entry for each tracked object.
//
// Ownership: a record belongs to the agent that made it, lives in a fixed slot of its pool, and is
// never unmapped. A dead one is a tombstone with its history until its slot is used again.
// Threads: the owner agent's, but for what is atomic: any thread may look a token up.
#pragma once

#include <atomic>
#include <cstdint>

#include "api/node_api.h"
#include "checker/history.h"
#include "checker/token.h"

namespace napisan::checker {

struct EnvRecord;

inline constexpr uint32_t kNoSlot = UINT32_MAX;

// What every record begins with.
struct Record {
  // Odd or even says nothing: a token is alive while the generations are equal.
  std::atomic<uint32_t> generation;
  // Counted by kind and agent, 1 upwards: "work #17".
  uint32_t id;
  uint32_t slot;
  Kind kind;
  // A row of lifecycles.def. Workers change a work's: relaxed, the last writer is right.
  std::atomic<uint8_t> state;
  // RecordFlags.
  uint8_t flags;
  Phase made_in;
  EnvRecord* env;
  // The host's handle.
  void* host;
};

// Those of kinds that have nothing in common may share a bit.
enum RecordFlags : uint8_t {
  kCancelFailed = 1 << 0,   // work: a cancel did not stop it
  kFinalizing = 1 << 0,     // thread-safe function: its finalize callback runs; it is still there
  kUnwound = 1 << 0,        // env: a C++ exception left one of its callbacks
  kSettleRefused = 1 << 1,  // deferred: the host could not settle it (env stopping)
  kHasFinalizer = 1 << 3,   // reference: made by wrap or add_finalizer, owned by the object
  kHookCalled = 1 << 4,     // cleanup hook: teardown has called it
  kUnreferenced = 1 << 5,   // thread-safe function: does not keep the loop alive
  kCallRefused = 1 << 6,    // a call on it was refused: what follows hangs on that report
  kLetGo = 1 << 7,          // nothing could be done with it when its env stopped
};

inline constexpr uint32_t kNameBytes = 24;

// What a worker reads and writes is one cache line, which comes first.
struct alignas(64) WorkRecord : Record {
  napi_async_execute_callback execute;
  void* data;
  HistoryEntryWords executed;
  // The owner's alone.
  napi_async_complete_callback complete;
  char name[kNameBytes];
  HistoryEntryWords created, queued, cancelled, completed, deleted;

  HistoryEntryWords* Entry(Event event) {
    switch (event) {
      case Event::Create:
        return &created;
      case Event::Queue:
        return &queued;
      case Event::ExecuteStart:
        return &executed;
      case Event::Cancel:
        return &cancelled;
      case Event::CompleteStart:
        return &completed;
      case Event::Delete:
        return &deleted;
      default:
        return nullptr;
    }
  }
};
static_assert(sizeof(Record) + 2 * sizeof(void*) + sizeof(HistoryEntryWords) == 64);
// "At most 256 bytes of checker memory a live work"; its links are eight.
static_assert(sizeof(WorkRecord) + 8 <= 256);

// References, deferreds, async contexts, callback scopes: made, then used up once.
struct SimpleRecord : Record {
  HistoryEntryWords created, ended;
  uint32_t count;  // references: the count as last told

  HistoryEntryWords* Entry(Event event) {
    switch (event) {
      case Event::Create:
        return &created;
      case Event::Delete:
      case Event::Settle:
      case Event::Close:
        return &ended;
      default:
        return nullptr;
    }
  }
};

struct TsfnRecord : Record {
  void* context;
  napi_threadsafe_function_call_js call_js;
  napi_finalize finalize;
  void* finalize_data;
  size_t queue_max;
  // Creation count plus acquires minus releases; relaxed, for releases from any thread.
  std::atomic<int64_t> thread_count;
  char name[kNameBytes];
  HistoryEntryWords created, released, finalized;

  HistoryEntryWords* Entry(Event event) {
    switch (event) {
      case Event::Create:
        return &created;
      case Event::Release:
        return &released;
      case Event::Delete:
        return &finalized;
      default:
        return nullptr;
    }
  }
};

struct HookRecord : Record {
  napi_async_cleanup_hook hook;
  void* argument;
  HistoryEntryWords created, ended;

  HistoryEntryWords* Entry(Event event) {
    return event == Event::Create ? &created : event == Event::Delete ? &ended : nullptr;
  }
};

// What travels in a callback's data, hint or context, and comes back unwrapped.
struct Closure : Record {
  union {
    napi_callback function;
    napi_finalize finalize;
    napi_cleanup_hook cleanup;
  };
  void* data;
  void* hint;
  char name[32];

  HistoryEntryWords* Entry(Event) { return nullptr; }
};

}  // namespace napisan::checker
