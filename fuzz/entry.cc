// What engines call: the two functions that libFuzzer gave their names, for any target.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <optional>

#include "target.h"

namespace napisan::fuzz {

bool Target::FromText(std::string_view text, Bytes& bytes, std::string&) const {
  bytes.assign(text.begin(), text.end());
  return true;
}

std::string Target::ToText(const Bytes& bytes) const { return {bytes.begin(), bytes.end()}; }

bool Target::MakeRandom(uint64_t, Bytes&) const { return false; }

namespace {

// In the form of libFuzzer's own statistics.
void PrintStatistics() {
  std::optional<uint64_t> pairs = TheTarget().state_event_pairs();
  if (!pairs) return;
  std::fputs(TheTarget().receipt().c_str(), stderr);
  std::fprintf(stderr, "stat::state_event_pairs: %llu\n", static_cast<unsigned long long>(*pairs));
}

}  // namespace
}  // namespace napisan::fuzz

extern "C" int LLVMFuzzerInitialize(int* argc, char*** argv) {
  napisan::fuzz::TheTarget();
  for (int i = 1; i < *argc; ++i) {
    if (std::strcmp((*argv)[i], "-print_final_stats=1") != 0) continue;
    std::atexit(napisan::fuzz::PrintStatistics);
    break;
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  napisan::fuzz::TheTarget().Run(data, size);
  return 0;
}
