// Says every second how far a replay is, on stderr.
#pragma once

#include <fmt/format.h>

#include <chrono>
#include <cstdint>
#include <cstdio>

namespace napisan::fuzz {

class Progress {
 public:
  explicit Progress(uint64_t total) : total_(total) {}
  void Tell(uint64_t done) {
    // The clock is not free, compared with an input.
    if (done % 1024 != 0) return;
    auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::seconds(1);
    std::fputs(fmt::format("replay: {} of {} inputs\n", done, total_).c_str(), stderr);
  }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  uint64_t total_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point next_ = begun_ + std::chrono::seconds(1);
};

}  // namespace napisan::fuzz
