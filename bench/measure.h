// What a thread has used so far: CPU time, and instructions where the kernel counts them for us.
//
// Ownership: a ThreadMeter has the file descriptor of its counter.
// Threads: a meter may be read on another thread than the one that it measures.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <string>

namespace napisan::bench {

struct Usage {
  int64_t cpu_ns = 0;
  int64_t instructions = 0;

  Usage operator-(const Usage& before) const {
    return {cpu_ns - before.cpu_ns, instructions - before.instructions};
  }
  Usage& operator+=(const Usage& more) {
    cpu_ns += more.cpu_ns;
    instructions += more.instructions;
    return *this;
  }
};

class ThreadMeter {
 public:
  // Of the calling thread.
  ThreadMeter();
  ~ThreadMeter();
  ThreadMeter(const ThreadMeter&) = delete;
  ThreadMeter& operator=(const ThreadMeter&) = delete;

  Usage Read() const;
  bool counts_instructions() const { return counter_ >= 0; }
  // Why not; empty when it does.
  const std::string& why_not() const { return why_not_; }

 private:
  clockid_t clock_;
  int counter_;
  std::string why_not_;
};

// The calling thread stays on one CPU from here on: the first that the process may use, the second,
// and so on. Nothing changes where there are not so many.
void KeepTo(int place);

int64_t WallNs();

// Keeps the CPU busy for so long.
void Spin(int64_t ns);

}  // namespace napisan::bench
