// What a fuzz target is for whoever feeds it: a fuzzing engine, or the replay program. Each
// target's program defines one.
//
// Threads: one at a time, the main thread's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace napisan::fuzz {

using Bytes = std::vector<uint8_t>;

struct NamedText {
  const char* name;
  const char* text;
};

// With a seeded defect nothing warms up: what is found there would be no input's.
#if defined(NAPISAN_DEFECTS)
inline constexpr bool kWarmsUp = false;
#else
inline constexpr bool kWarmsUp = true;
#endif

class Target {
 public:
  virtual ~Target() = default;

  // Runs one input. Returns only where the oracle is content; else the process has printed what is
  // wrong, and aborts.
  virtual void Run(const uint8_t* data, size_t size) = 0;
  // Everything that was seen during the last input, as one number.
  virtual uint64_t last_trace() const = 0;
  // Whether each input takes the same edges each time. Where threads wait for each other, how often
  // one looks is a matter of time; the trace must be the same all the same.
  virtual bool edges_are_alike() const { return true; }

  // Of all inputs so far: how many, how much they did, and that in words, a line each.
  virtual uint64_t inputs() const = 0;
  virtual uint64_t work_done() const = 0;
  virtual std::string receipt() const = 0;
  // How many pairs of an object's state and an event were seen; none for a target without objects.
  virtual std::optional<uint64_t> state_event_pairs() const { return std::nullopt; }

  // Inputs are text already, unless a target says otherwise. False with one line that says why.
  virtual bool FromText(std::string_view text, Bytes& bytes, std::string& error) const;
  virtual std::string ToText(const Bytes& bytes) const;
  // The same seed makes the same input. False for a target that makes none.
  virtual bool MakeRandom(uint64_t seed, Bytes& bytes) const;
  // The seed corpus in its text form, for targets whose corpus is not text itself.
  virtual std::vector<NamedText> seeds() const { return {}; }
};

// Made when first asked for, never destroyed: engines leave by exit handlers.
Target& TheTarget();

}  // namespace napisan::fuzz
