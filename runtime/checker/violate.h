// Violate: from a broken rule to a report, and back to what the call does.
//
// Threads: any. Everything here is off the path of a correct call.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>

#include "api/profile.h"
#include "checker/report.h"
#include "checker/state.h"

namespace napisan::checker {

// One call of the module's, from its thunk to its return.
struct Call {
  FunctionId function;
  uintptr_t pc;
  ThreadState& thread;
  // Null until the env argument is found good, and for functions that take none.
  EnvRecord* env = nullptr;
  // Set when a rule refuses the call.
  napi_status refused = napi_ok;

  Moment now() const { return Now(thread, pc); }
};

struct Violation {
  RuleId rule;
  // A sentence with the values, without a full stop.
  std::string message;
  const char* argument = nullptr;
  const Record* object = nullptr;
  std::initializer_list<RuleId> also = {};
};

// Emits the report. Where the rule refuses, sets call.refused and returns true: the call must
// return it. Otherwise the call goes on.
bool Violate(Call& call, const Violation& violation);

// Refuses without a report: the status is what any host would answer, or hangs on a report before.
void Refuse(Call& call, napi_status status);

// A report outside of any call of the module's: callbacks, teardown, the host's side. `pc` is the
// entry of the callback at fault, or 0.
void ViolateOutside(ThreadState& thread, EnvRecord* env, const Violation& violation, uintptr_t pc,
                    Action action);

// The parts of a report, for what is no call and no callback's fault: everything but where, and
// what was done about it.
Report MakeReport(ThreadState& thread, EnvRecord* env, const Violation& violation);
Situation SituationOf(const Moment& moment);
// The sink finds the function, file and line, if it comes to that.
CodeLocation LocationOf(uintptr_t pc, uint16_t epoch);

// The profile that reports are judged by, as reports name it.
const char* ProfileName();
// A cancel of that profile says ok whatever came of it.
bool CancelIsUnreliable();
// A work of that profile has a complete callback, or is not made.
bool CompleteIsRequired();
// A closed thread-safe function of that profile lives on for those who still hold it.
bool TsfnOutlivesClosing();
// A cleanup hook of that profile is known by its argument alone.
bool HookIsItsArgument();
void SetProfile(Profile profile);

// The time an execute took, from the subject of its moment; 0 where it runs or was not timed.
uint64_t ExecuteNs(uint32_t subject);

// Words for reports.
std::string Describe(const Record& record);  // work #17 "AsyncCallback"
std::string DescribeState(const Record& record);
std::string DescribePhase(Phase phase, uint32_t subject);
std::string WhereOpened(const Scope& scope);  // opened in complete of work #17
std::string HexOf(Token token);
std::string NameOfEnv(const EnvRecord& env);  // env #2 of addon.node
// The name of the closure a call is of, for "in asyncWork()".
std::string SubjectOf(Phase phase, uint32_t subject);

}  // namespace napisan::checker
