// The uv executor: uv_queue_work on libuv's own pool, uv_async_t for wakeups. The default.
#pragma once

#include <memory>

#include "host/executor.h"

namespace napisan::host {

std::unique_ptr<Executor> NewUvExecutor();

}  // namespace napisan::host
