#include "cli/fuzz/shared.h"

#include <sys/mman.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace napisan::cli::fuzz {

Shared& Shared::Map() {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::fprintf(stderr, "napisan: no shared memory: %s\n", std::strerror(errno));
    std::exit(2);
  }
  // Zero is what its members begin with.
  return *static_cast<Shared*>(memory);
}

void Shared::BeginChild() {
  logged_ = 0;
  log_used_ = 0;
  child_inputs.store(0, std::memory_order_relaxed);
  output_seen.store(0, std::memory_order_relaxed);
  statement.store(0, std::memory_order_relaxed);
  phase.store("before the module was loaded", std::memory_order_relaxed);
  crash_place[0] = '\0';
}

void Shared::ResetCounts() {
  inputs.store(0, std::memory_order_relaxed);
  calls.store(0, std::memory_order_relaxed);
  threw.store(0, std::memory_order_relaxed);
  settled.store(0, std::memory_order_relaxed);
}

bool Shared::Log(std::string_view text) {
  auto length = static_cast<uint32_t>(text.size());
  if (log_used_ + sizeof(length) + length > kLogBytes) return false;
  std::memcpy(log_ + log_used_, &length, sizeof(length));
  std::memcpy(log_ + log_used_ + sizeof(length), text.data(), length);
  log_used_ += sizeof(length) + length;
  ++logged_;
  return true;
}

std::vector<std::string> Shared::LoggedInputs() const {
  std::vector<std::string> logged;
  size_t at = 0;
  for (uint32_t i = 0; i < logged_; ++i) {
    uint32_t length = 0;
    std::memcpy(&length, log_ + at, sizeof(length));
    logged.emplace_back(log_ + at + sizeof(length), length);
    at += sizeof(length) + length;
  }
  return logged;
}

}  // namespace napisan::cli::fuzz
