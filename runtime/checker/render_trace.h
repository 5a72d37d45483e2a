// Reports as Chrome trace events, for about:tracing and Perfetto.
#pragma once

#include <cstdint>
#include <string>

#include "checker/report.h"

namespace napisan::checker {

// What a trace file starts with. Its closing bracket may be missing, so that events are appended
// as they arise and a crash leaves a readable file.
inline constexpr char kTraceStart[] = "[\n";

// One instant event for the report at `now_us`, and one for each event of its history just before
// it. When those happened is not known, only in which order: they stand a microsecond apart, and
// say so ("order_only").
std::string RenderTrace(const Report& report, int pid, uint64_t now_us);

}  // namespace napisan::checker
