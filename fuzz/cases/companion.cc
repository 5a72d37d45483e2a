#include "companion.h"

#include <fmt/format.h>

#include <algorithm>

namespace napisan::cases {
namespace {

std::string At(const std::vector<uint64_t>& trace, size_t index) {
  return index < trace.size() ? fmt::format("{:#x}", trace[index]) : "nothing more";
}

}  // namespace

Companion::Companion() : thread_([this] { Serve(); }) { answered_.acquire(); }

Companion::~Companion() {
  case_ = nullptr;
  asked_.release();
  thread_.join();
}

void Companion::Serve() {
  Runner runner(Pool::kReal, /*comparable=*/true);
  runner_ = &runner;
  for (;;) {
    answered_.release();
    asked_.acquire();
    if (case_ == nullptr) return;
    runner.Run(*case_);
  }
}

void Companion::Run(const Case& program) {
  case_ = &program;
  asked_.release();
  answered_.acquire();
}

void Companion::MustAgree(Runner& runner) const {
  const std::vector<uint64_t>& here = runner.trace();
  const std::vector<uint64_t>& there = runner_->trace();
  if (here == there) return;
  size_t at = 0;
  while (at < std::min(here.size(), there.size()) && here[at] == there[at]) ++at;
  runner.Disagree(fmt::format("the pools differ after {} events: {} here, {} with a real pool", at,
                              At(here, at), At(there, at)));
}

}  // namespace napisan::cases
