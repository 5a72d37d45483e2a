// The same case once more with a real pool, by a runner on a thread of its own: an agent has its
// thread. The caller waits meanwhile.
#pragma once

#include <semaphore>
#include <thread>

#include "runner.h"

namespace napisan::cases {

class Companion {
 public:
  Companion();
  ~Companion();
  Companion(const Companion&) = delete;
  Companion& operator=(const Companion&) = delete;

  void Run(const Case& program);
  // Stops the process with both, where the companion saw something else than `runner` did.
  void MustAgree(Runner& runner) const;

 private:
  void Serve();

  std::binary_semaphore asked_{0};
  std::binary_semaphore answered_{0};
  const Case* case_ = nullptr;  // null: no more are coming
  const Runner* runner_ = nullptr;
  std::thread thread_;
};

}  // namespace napisan::cases
