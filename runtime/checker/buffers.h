// Buffers: where modules took pointers into array buffers, and which of those the host's collector
// has taken back.
//
// Ownership: a pointer's place is kept by its agent, the newest few of them; a collected buffer has
// a slot in a table of the process as long as its pages stay inaccessible.
// Threads: TakenPointers is its agent's only. Of the table, a slot is written by the agent whose
// buffer it is, and read by any thread that faults, inside of a signal handler: no lock, and no
// order between agents.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

#include "api/functions.h"
#include "api/host_events.h"
#include "checker/history.h"

namespace napisan::checker {

// One pointer that a call gave to the module.
struct TakenPointer {
  const void* data = nullptr;
  Moment moment{};
  FunctionId function{};
};

class TakenPointers {
 public:
  void Note(const void* data, FunctionId function, const Moment& moment) {
    // Who asks for one buffer again and again pushes out no other.
    if (entries_[newest_].data == data) {
      entries_[newest_] = {data, moment, function};
      return;
    }
    newest_ = (newest_ + 1) % kKept;
    entries_[newest_] = {data, moment, function};
  }
  // The newest one into these bytes, or null.
  const TakenPointer* Find(const void* begin, size_t bytes) const;
  // The bytes are someone else's from here on.
  void Forget(const void* begin, size_t bytes);
  void Reset();

 private:
  static constexpr uint32_t kKept = 512;

  TakenPointer entries_[kKept];
  uint32_t newest_ = 0;
};

// Hands out a pointer into a buffer's bytes.
constexpr bool TakesBytes(FunctionId function) {
  switch (function) {
    case FunctionId::napi_create_arraybuffer:
    case FunctionId::napi_create_buffer:
    case FunctionId::napi_create_buffer_copy:
    case FunctionId::napi_get_arraybuffer_info:
    case FunctionId::napi_get_buffer_info:
    case FunctionId::napi_get_typedarray_info:
    case FunctionId::napi_get_dataview_info:
      return true;
    default:
      return false;
  }
}

// A buffer that was collected.
struct CollectedBuffer {
  uintptr_t begin = 0;
  size_t bytes = 0;
  size_t length = 0;
  uint32_t id = 0;
  // Where the module took the pointer that it may still use; a null one where that is not known.
  TakenPointer taken;
  // The end of it: the thread that collected, in no callback of its module's or in one.
  Moment collected{};
};

// The host's announcements (api/host_events.h).
bool OnStoreReleased(const ReleasedStore& store);
void OnStoreForgotten(const void* data);

// Copies the collected buffer that this address is in. False for any other address. For signal
// handlers, too.
bool FindCollected(uintptr_t address, CollectedBuffer& found);

}  // namespace napisan::checker
