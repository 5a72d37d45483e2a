// fuzz_async_work: async work in one agent, driven step by step, against the reference model.

#include "model_async_work.h"
#include "program.h"
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

// Never destroyed: libFuzzer leaves by exit handlers that it shares with the checker.
Session& TheSession() {
  static auto* session = new Session{};
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
extern "C" const char* __napisan_default_options() {
  return "use_globals=0:history=0:symbolize=0";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  napisan::fuzz::RunInput(data, size);
  return 0;
}
