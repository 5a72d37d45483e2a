// Watchdog: a thread that looks whether an input comes to its end. A wake-up that was lost is a
// finding with words, not a time-out without.
//
// Threads: its own, for as long as the process lives; the rest is called on the main thread.
#pragma once

#include <string>

namespace napisan::agents {

class Watchdog {
 public:
  // `tell` is called on the watchdog's thread once nothing has happened for long, and must abort.
  // It sees what the main thread did until the last Note.
  explicit Watchdog(void (*tell)(void* context), void* context);
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  // Something has happened; and an input has ended.
  void Note();
  void Rest();

 private:
  struct State;
  State* state_;
};

}  // namespace napisan::agents
