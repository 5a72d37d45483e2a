#include "host/backing_store.h"

#include <cstring>
#include <iterator>

#include "api/defect.h"
#include "host/objects.h"
#include "host/store_pages.h"

namespace napisan::host {
namespace {

struct ElementType {
  const char* name;
  size_t size;
};

// In the order of napi_typedarray_type.
constexpr ElementType kElementTypes[] = {
    {"Int8Array", 1},    {"Uint8Array", 1},    {"Uint8ClampedArray", 1}, {"Int16Array", 2},
    {"Uint16Array", 2},  {"Int32Array", 4},    {"Uint32Array", 4},       {"Float32Array", 4},
    {"Float64Array", 8}, {"BigInt64Array", 8}, {"BigUint64Array", 8},    {"Float16Array", 2},
};
static_assert(std::size(kElementTypes) == napi_float16_array + 1);

BackingStore* NewStore(Agent& agent, void* data, size_t length, uint32_t place) {
  auto* store = static_cast<BackingStore*>(agent.heap().Allocate(sizeof(BackingStore)));
  *store = {static_cast<uint8_t*>(data), length, agent.store_pages().NewId(), place};
  return store;
}

bool HasPages(const BackingStore& store) {
  return store.place != kInHeap && store.place != kExternal;
}

void FreeHeapBytes(Agent& agent, BackingStore& store) {
  if (store.place == kInHeap && store.length > 0) agent.heap().Free(store.data, store.length);
}

Object* NewView(Agent& agent, CellKind kind, napi_typedarray_type type, Object* buffer,
                size_t offset, size_t length) {
  Object* view = NewObject(agent, kind);
  view->view.buffer = buffer;
  view->view.offset = offset;
  view->view.length = length & ((uint64_t{1} << 56) - 1);
  view->view.type = type;
  return view;
}

}  // namespace

BackingStore* NewBackingStore(Agent& agent, size_t length) {
  if (length > kStoreBytesMax) return nullptr;
  BackingStore* store = NewStore(agent, nullptr, length, kInHeap);
  if (length == 0) return store;
  if (length > Heap::kLargeBytes || agent.collector().zealous()) {
    agent.store_pages().Map(*store);
  } else {
    store->data = static_cast<uint8_t*>(agent.heap().Allocate(length));
    std::memset(store->data, 0, length);
  }
  return store;
}

BackingStore* NewExternalStore(Agent& agent, void* data, size_t length) {
  agent.collector().AddExternal(static_cast<int64_t>(length));
  return NewStore(agent, data, length, kExternal);
}

void ReleaseStore(Agent& agent, BackingStore* store) {
  if (HasPages(*store)) agent.store_pages().Release(*store);
  FreeHeapBytes(agent, *store);
  agent.heap().Free(store, sizeof(BackingStore));
}

Object* NewArrayBuffer(Agent& agent, BackingStore* store) {
  Object* buffer = NewObject(agent, CellKind::kArrayBuffer);
  buffer->buffer = {store, nullptr, 0};
  if (store != nullptr) buffer->buffer = {store, store->data, store->length};
  return buffer;
}

Object* NewTypedArray(Agent& agent, napi_typedarray_type type, Object* buffer, size_t offset,
                      size_t length) {
  return NewView(agent, CellKind::kTypedArray, type, buffer, offset, length);
}

Object* NewDataView(Agent& agent, Object* buffer, size_t offset, size_t length) {
  return NewView(agent, CellKind::kDataView, napi_uint8_array, buffer, offset, length);
}

Object* NewBuffer(Agent& agent, Object* array_buffer, size_t offset, size_t length) {
  Object* view = NewTypedArray(agent, napi_uint8_array, array_buffer, offset, length);
  view->flags |= kIsBuffer;
  return view;
}

size_t ElementSize(napi_typedarray_type type) { return kElementTypes[type].size; }

const char* TypedArrayName(napi_typedarray_type type) {
  auto index = static_cast<size_t>(type);
  return index < std::size(kElementTypes) ? kElementTypes[index].name : nullptr;
}

void Detach(Agent& agent, Object* array_buffer) {
  BackingStore* store = array_buffer->buffer.store;
  if (store == nullptr) return;
  if (HasPages(*store)) agent.store_pages().Unmap(*store);
  FreeHeapBytes(agent, *store);
  agent.heap().Free(store, sizeof(BackingStore));
  size_t length = array_buffer->buffer.length;
  array_buffer->buffer = {nullptr, nullptr, 0};
  if (HAS_DEFECT(detached_keeps_its_length)) array_buffer->buffer.length = length;
}

ViewExtent ExtentOf(const Object& view) {
  const Object& buffer = *view.view.buffer;
  if (IsDetached(buffer)) return {nullptr, 0, 0, 0};
  size_t offset = view.view.offset;
  size_t elements = view.view.length;
  uint8_t* data = buffer.buffer.data;
  return {data == nullptr ? nullptr : data + offset, elements * ElementSize(view.view.type),
          elements, offset};
}

}  // namespace napisan::host
