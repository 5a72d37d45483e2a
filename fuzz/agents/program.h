// A program of agents: up to 24 operations over two workers and a task pool of one main agent.
//
// Every byte string decodes to a program, and every program has a text form that parses back. Which
// of its operations can be done, and what must come of each, is the model's to say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace napisan::agents {

inline constexpr size_t kSlots = 2;
inline constexpr size_t kPriorities = 4;
inline constexpr size_t kOperationsMax = 24;

enum class OpKind : uint8_t {
#define OPERATION(name, ...) k_##name,
#include "operations.def"
};

// Where an operation is done, and which operands it has.
enum class Place : uint8_t {
  kMain,     // on the main thread; no slot
  kAbout,    // on the main thread, about the worker of a slot
  kCommand,  // by the worker of a slot, as JavaScript there; may be terminated meanwhile
  kTask,     // by a task of the pool's; its slot is its priority
};

struct OpInfo {
  const char* name;
  // How many of the values of a byte stand for it: programs need some things more than others.
  uint8_t parts;
  Place place;
  // The names of its variants; empty where it has one only.
  std::vector<const char*> variants;
};
const OpInfo& InfoOf(OpKind kind);
// How many slots it chooses from; 0 where it has none.
size_t SlotsOf(Place place);

struct Operation {
  OpKind kind;
  uint8_t slot;
  uint8_t variant;
  // A command during which the main thread terminates its worker.
  bool during;
};

struct Program {
  // At the end the main agent is torn down first, and what it has made goes after it.
  bool agent_first;
  uint8_t count;
  Operation operations[kOperationsMax];
};

inline constexpr size_t kHeaderBytes = 1;
inline constexpr size_t kOperationBytes = 3;
inline constexpr size_t kBytesMax = kHeaderBytes + kOperationsMax * kOperationBytes;

// Total: missing bytes are zero, and bytes past the last operation are ignored.
void Decode(const uint8_t* data, size_t size, Program& program);
std::vector<uint8_t> Encode(const Program& program);

// One line.
std::string ToText(const Operation& operation);
std::string ToText(const Program& program);
// False with one line that says where and why.
bool Parse(std::string_view text, Program& program, std::string& error);

// The same seed makes the same input.
std::vector<uint8_t> RandomInput(uint64_t seed);
// Changes it a little.
void Mutate(uint64_t seed, Program& program);

}  // namespace napisan::agents
