// When an agent of the engine-free host collects garbage.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace napisan {

enum class GcMode : uint8_t {
  // Only where the embedder asks for it.
  kOff,
  // Between turns of the loop, when enough has been allocated since the last time.
  kIdle,
  // Wherever an engine could: when a callback has returned to the loop, when a handle scope is
  // closed, and in every call of Node-API that may allocate. What a module forgot to keep is gone
  // at once.
  kZeal,
};

// "off", "idle", "zeal".
inline std::optional<GcMode> ParseGcMode(std::string_view name) {
  if (name == "off") return GcMode::kOff;
  if (name == "idle") return GcMode::kIdle;
  if (name == "zeal") return GcMode::kZeal;
  return std::nullopt;
}

}  // namespace napisan
