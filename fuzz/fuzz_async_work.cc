// fuzz_async_work: async work in one agent, driven step by step, against the reference model.

#include <cstdio>
#include <cstdlib>
#include <string>

#include "model_async_work.h"
#include "program.h"
#include "program_text.h"
#include "run_async_work.h"
#include "script.h"
#include "target.h"

namespace napisan::fuzz {
namespace {

// One agent serves all inputs, and nothing is allocated for an input.
struct Session {
  Runner runner;
  Program program;
  Script script;
  Tally tally;
};

// The checker keeps the records of what has died for a while. Until it has as many as it keeps,
// an input now and then takes another way through it: that is over before the first that counts.
void WarmUp(Session& session) {
  constexpr int kTimes = 500;
  // As many works at once as an input can have.
  constexpr const char* kText =
      "hostile; create 0; create 1; create 2; create 3; create 4; create 5; create 6; create 7;"
      "delete 0 reference; delete 0 reference; delete 0 reference; delete 0 reference;"
      "delete 0; delete 1; delete 2; delete 3; delete 4; delete 5; delete 6; delete 7";
  std::string error;
  if (!Parse(kText, session.program, error)) {
    std::fprintf(stderr, "fuzz: warming up: %s\n", error.c_str());
    std::abort();
  }
  Predict(session.program, session.script);
  for (int i = 0; i < kTimes; ++i) session.runner.Run(session.program, session.script);
}

// Never destroyed: libFuzzer leaves by exit handlers that it shares with the checker.
Session& TheSession() {
  static Session* session = [] {
    auto* made = new Session{};
    WarmUp(*made);
    return made;
  }();
  return *session;
}

}  // namespace

void RunInput(const uint8_t* data, size_t size) {
  Session& session = TheSession();
  Decode(data, size, session.program);
  Predict(session.program, session.script);
  session.runner.Run(session.program, session.script);
  Count(session.script, session.tally);
}

uint64_t LastTraceHash() { return TheSession().runner.trace_hash(); }
const Tally& TallySoFar() { return TheSession().tally; }

}  // namespace napisan::fuzz

// Where a leak is looked for in all of this program's globals an input takes milliseconds, and what
// is found there depends on the inputs before. Of a report only the rule is compared.
extern "C" const char* __napisan_default_options() { return "use_globals=0:history=0:symbolize=0"; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  napisan::fuzz::RunInput(data, size);
  return 0;
}
