#include "threads/program.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "parts.h"
#include "random.h"

namespace napisan::threads {
namespace {

constexpr OpInfo kInfos[] = {
#define OPERATION(name, parts, place, slots) {#name, parts, Place::place, slots},
#include "threads/operations.def"
};

static_assert(fuzz::PartsOf(kInfos) <= 256);

OpKind KindOf(uint8_t byte) { return static_cast<OpKind>(fuzz::RowOf(kInfos, byte)); }
uint8_t FirstPart(OpKind kind) { return fuzz::FirstPartOf(kInfos, static_cast<size_t>(kind)); }

Operation OperationOf(uint8_t kind, uint8_t slot) {
  Operation operation{KindOf(kind), 0};
  uint8_t slots = InfoOf(operation.kind).slots;
  if (slots > 0) operation.slot = slot % slots;
  return operation;
}

// The parts of the header's second byte.
constexpr uint8_t kThrowsBit = 0x80;

// Of a program's kinds of operations: half of them, by chance. What needs many of one kind is rare
// where all kinds are there.
using Swarm = uint32_t;
static_assert(std::size(kInfos) <= 32);

Swarm RandomSwarm(fuzz::Random& random, const Program& program) {
  auto swarm = static_cast<Swarm>(random.Next());
  for (size_t kind = 0; kind < std::size(kInfos); ++kind) {
    bool producers = kInfos[kind].place == Place::kProducer;
    if (producers && program.producers == 0) swarm &= ~(Swarm{1} << kind);
  }
  return swarm;
}

Operation RandomOperation(fuzz::Random& random, Swarm swarm = ~Swarm{0}) {
  constexpr int kTries = 16;
  Operation operation = OperationOf(random.Byte(), random.Byte());
  for (int i = 0; i < kTries && (swarm >> static_cast<int>(operation.kind) & 1) == 0; ++i) {
    operation = OperationOf(random.Byte(), random.Byte());
  }
  return operation;
}

void RandomSchedule(fuzz::Random& random, Program& program) {
  program.strategy = static_cast<uint8_t>(random.Below(std::size(kStrategies)));
  program.seed = static_cast<uint16_t>(random.Next());
}

void RandomHeader(fuzz::Random& random, Program& program) {
  // Most of what there is needs producers.
  uint32_t profile = random.Below(6);
  program.profile = static_cast<uint8_t>(profile < 2 ? profile + 1 : 0);
  // As many as there may be in half of them: what is rare takes three.
  uint32_t producers = std::min<uint32_t>(random.Below(2 * kProducers), kProducers);
  program.producers = static_cast<uint8_t>(program.profile == 0 ? producers : 0);
  program.bound = static_cast<uint8_t>(random.Below(kBounds));
  program.throws = random.Below(8) == 0;
  RandomSchedule(random, program);
}

}  // namespace

const OpInfo& InfoOf(OpKind kind) { return kInfos[static_cast<size_t>(kind)]; }

void Decode(const uint8_t* data, size_t size, Program& program) {
  auto byte = [&](size_t at) -> uint8_t { return at < size ? data[at] : 0; };
  program = {};
  program.profile = byte(0) % std::size(kProfiles);
  program.producers =
      program.profile == 0 ? static_cast<uint8_t>(byte(0) / 16 % (kProducers + 1)) : 0;
  if (program.producers > 0) {
    program.bound = (byte(1) & ~kThrowsBit) % kBounds;
    program.throws = (byte(1) & kThrowsBit) != 0;
  }
  program.strategy = byte(2) % std::size(kStrategies);
  program.seed = static_cast<uint16_t>(byte(3) << 8 | byte(4));
  for (size_t at = kHeaderBytes; at < size && program.count < kOperationsMax;
       at += kOperationBytes) {
    program.operations[program.count++] = OperationOf(byte(at), byte(at + 1));
  }
}

std::vector<uint8_t> Encode(const Program& program) {
  std::vector<uint8_t> bytes{
      static_cast<uint8_t>(program.profile + 16 * program.producers),
      static_cast<uint8_t>(program.bound | (program.throws ? kThrowsBit : 0)),
      program.strategy,
      static_cast<uint8_t>(program.seed >> 8),
      static_cast<uint8_t>(program.seed),
  };
  // 16 is no multiple of the profiles: the first remainder that gives both.
  while (bytes[0] % std::size(kProfiles) != program.profile) ++bytes[0];
  for (size_t i = 0; i < program.count; ++i) {
    bytes.push_back(FirstPart(program.operations[i].kind));
    bytes.push_back(program.operations[i].slot);
  }
  return bytes;
}

std::vector<uint8_t> RandomInput(uint64_t seed) {
  fuzz::Random random(seed);
  Program program{};
  RandomHeader(random, program);
  uint32_t count = 2 + random.Below(kOperationsMax - 2);
  Swarm swarm = RandomSwarm(random, program);
  while (program.count < count) {
    program.operations[program.count++] = RandomOperation(random, swarm);
  }
  return Encode(program);
}

void Mutate(uint64_t seed, Program& program) {
  fuzz::Random random(seed);
  // Coverage leads to few of the orders that threads can take: the same program in another one, or
  // another program, is as good as a small change.
  switch (random.Below(8)) {
    case 0:
    case 1:
      return RandomSchedule(random, program);
    case 2: {
      std::vector<uint8_t> bytes = RandomInput(random.Next());
      return Decode(bytes.data(), bytes.size(), program);
    }
    default:
      break;
  }
  Operation* begin = program.operations;
  uint32_t at = program.count > 0 ? random.Below(program.count) : 0;
  switch (program.count > 0 ? random.Below(6) : 0) {
    case 0:
      // What is behind it is put aside for others.
      if (program.count == kOperationsMax) program.count = static_cast<uint8_t>(at);
      for (uint32_t more = 1 + random.Below(6); more > 0 && program.count < kOperationsMax;
           --more) {
        begin[program.count++] = RandomOperation(random);
      }
      return;
    case 1:
      begin[at] = RandomOperation(random);
      return;
    case 2:
      std::copy(begin + at + 1, begin + program.count, begin + at);
      --program.count;
      return;
    case 3:
      if (program.count == kOperationsMax) return;
      std::copy_backward(begin + at, begin + program.count, begin + program.count + 1);
      begin[at] = random.Below(2) == 0 ? RandomOperation(random) : begin[at + 1];
      ++program.count;
      return;
    case 4:
      std::swap(begin[at], begin[random.Below(program.count)]);
      return;
    default:
      return RandomHeader(random, program);
  }
}

void Cross(uint64_t seed, const Program& first, const Program& second, Program& child) {
  fuzz::Random random(seed);
  child = first;
  uint32_t kept = random.Below(first.count + 1u);
  uint32_t from = random.Below(second.count + 1u);
  child.count = static_cast<uint8_t>(kept);
  for (; from < second.count && child.count < kOperationsMax; ++from) {
    child.operations[child.count++] = second.operations[from];
  }
}

}  // namespace napisan::threads
