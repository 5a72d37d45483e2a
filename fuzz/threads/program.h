// A program of free threads: up to 24 operations of the main agent, of producers on threads of
// their own, and of works on the pool's; the schedule that says which of them goes on when; and
// faults.
//
// Every byte string decodes to a program, and every program has a text form that parses back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace napisan::threads {

inline constexpr size_t kWorks = 4;
inline constexpr size_t kProducers = 3;
inline constexpr size_t kOperationsMax = 24;
inline constexpr uint8_t kBounds = 2;

enum class OpKind : uint8_t {
#define OPERATION(name, ...) k_##name,
#include "threads/operations.def"
};
enum class Place : uint8_t { kMain, kProducer, kExecute };

struct OpInfo {
  const char* name;
  uint8_t parts;
  Place place;
  uint8_t slots;
};
const OpInfo& InfoOf(OpKind kind);

struct Operation {
  OpKind kind;
  uint8_t slot;
};

// Whose behaviour the host has. The last: its cancel always says ok.
inline constexpr const char* kProfiles[] = {"node24", "openharmony",
                                            "openharmony:cancel_status=guide"};
// Who goes on: a strategy of schedule/strategies.def each.
inline constexpr const char* kStrategies[] = {"usual", "random5", "random20", "random100",
                                              "pct2",  "pct3",    "pct5",     "starve"};

struct Program {
  uint8_t profile;
  // With a thread-safe function: none without, and none in OpenHarmony's profiles, which neither
  // drain nor finalize one when an env ends.
  uint8_t producers;
  // Of the function's queue, below kBounds; 0 is without bound, and more than one there is not: the
  // host does as Node, which then leaves producers asleep (docs/findings.md, 4).
  uint8_t bound;
  // The first callback of the function throws.
  bool throws;
  uint8_t strategy;
  uint16_t seed;
  uint8_t count;
  Operation operations[kOperationsMax];
};

inline constexpr size_t kHeaderBytes = 5;
inline constexpr size_t kOperationBytes = 2;
inline constexpr size_t kBytesMax = kHeaderBytes + kOperationsMax * kOperationBytes;

// Total: missing bytes are zero, and bytes past the last operation are ignored.
void Decode(const uint8_t* data, size_t size, Program& program);
std::vector<uint8_t> Encode(const Program& program);

std::string ToText(const Program& program);
// False with one line that says where and why.
bool Parse(std::string_view text, Program& program, std::string& error);

// The same seed makes the same input.
std::vector<uint8_t> RandomInput(uint64_t seed);
// Changes it a little, or its schedule alone.
void Mutate(uint64_t seed, Program& program);
// The beginning of one and the end of the other.
void Cross(uint64_t seed, const Program& first, const Program& second, Program& child);

}  // namespace napisan::threads
