// AsyncWork: one unit of work that executes on a worker thread and completes on the loop thread.
//
// Ownership: made by napi_create_async_work, freed by napi_delete_async_work, never by the host.
// The module may delete it inside complete, so nothing here touches it after that call.
// Threads: execute on a worker thread; everything else on the loop thread.
#pragma once

#include <cstdint>

#include "api/node_api.h"
#include "host/executor.h"
#include "host/reference.h"

namespace napisan::host {

class WorkLane;

// Of a work with a task id, under the lane's mutex.
enum class LanePlace : uint8_t { kWaiting, kBegun, kCancelled };

}  // namespace napisan::host

// By cache lines: what libuv keeps from the worker, what it shares with it, what the worker reads,
// and the rest. A line more that goes to the worker and back is time on both threads.
struct alignas(64) napi_async_work__ : napisan::host::WorkRequest {
  napi_env env;
  napi_async_execute_callback on_execute;
  void* data;
  // The lane it was queued in, until it completes; null without a task id.
  napisan::host::WorkLane* lane;
  napi_async_complete_callback on_complete;
  // Holds the async_resource as long as the work lives; null without one.
  napisan::host::Reference* resource;
  // How often a zealous agent had collected in its loop when this was queued.
  uint64_t collections;
  // libuv's answer to a cancel that failed, in the profile that hands it to complete.
  int cancel_error;
  napisan::host::LanePlace lane_place;
};
