// Backing stores: the bytes of array buffers, and what looks at them: typed arrays and data views.
//
// Ownership: the array buffer's; a module may hold the pointer as long as it keeps the buffer
// alive. External bytes are the module's. Its finalizer is a reference of the env's to the array
// buffer, so that the collector and env teardown find it; the store knows nothing of it.
// Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>

#include "api/node_api.h"
#include "host/agent.h"
#include "host/cell.h"

namespace napisan::host {

struct BackingStore {
  uint8_t* data;  // null where the length is 0 and the bytes are our own
  size_t length;
  // Counted by agent, 1 upwards: "buffer #3".
  uint32_t id;
  // Where the bytes are: among the pages of StorePages, or one of these.
  uint32_t place;
};
inline constexpr uint32_t kInHeap = UINT32_MAX;
inline constexpr uint32_t kExternal = UINT32_MAX - 1;

// More than this the host does not try to allocate.
inline constexpr size_t kStoreBytesMax = size_t{1} << 34;

// A zeroed store of its own; null when the length is beyond kStoreBytesMax.
BackingStore* NewBackingStore(Agent& agent, size_t length);
BackingStore* NewExternalStore(Agent& agent, void* data, size_t length);
// For the collector, whose array buffer has died: bytes with pages of their own become inaccessible
// (store_pages.h), others are free for the next. External bytes stay as they are.
void ReleaseStore(Agent& agent, BackingStore* store);

// An array buffer without a store is detached.
Object* NewArrayBuffer(Agent& agent, BackingStore* store);
// length in elements.
Object* NewTypedArray(Agent& agent, napi_typedarray_type type, Object* buffer, size_t offset,
                      size_t length);
Object* NewDataView(Agent& agent, Object* buffer, size_t offset, size_t length);
// A Uint8Array made as node::Buffer.
Object* NewBuffer(Agent& agent, Object* array_buffer, size_t offset, size_t length);
// Of a valid type.
size_t ElementSize(napi_typedarray_type type);
// "Int8Array" …; null for what is no type.
const char* TypedArrayName(napi_typedarray_type type);
// Every view of it is empty from now on. Who detaches an external one sees to its finalizer, too:
// EnqueueFinalizerOfBytes.
void Detach(Agent& agent, Object* array_buffer);

inline bool IsArrayBuffer(Value value) {
  return Is(value, CellKind::kArrayBuffer) && (AsObject(value)->flags & kShared) == 0;
}
inline bool IsSharedBuffer(Value value) {
  return Is(value, CellKind::kArrayBuffer) && (AsObject(value)->flags & kShared) != 0;
}
inline bool IsDetached(const Object& array_buffer) { return array_buffer.buffer.store == nullptr; }

// What a typed array or data view shows: all zero once its buffer is detached.
struct ViewExtent {
  uint8_t* data;
  size_t bytes;
  size_t elements;
  size_t offset;
};
ViewExtent ExtentOf(const Object& view);

}  // namespace napisan::host
