#include "checker/violate.h"

#include <atomic>
#include <cinttypes>
#include <cstdio>

#include "api/defect.h"
#include "checker/options.h"
#include "checker/sink.h"
#include "checker/symbolize.h"

namespace napisan::checker {

CodeLocation LocationOf(uintptr_t pc, uint16_t epoch) {
  CodeLocation location;
  location.pc = pc;
  location.image_epoch = epoch;
  return location;
}

Situation SituationOf(const Moment& moment) {
  return {.thread = NameOf(moment.thread_kind, moment.thread_number).text,
          .phase = moment.phase,
          .subject = SubjectOf(moment.phase, moment.subject)};
}

namespace {

// A copy of a record's memory of an event; false where it did not happen.
bool EntryOf(const Record& record, Event event, Moment& moment) {
  auto load = [&](auto& typed) {
    auto* entry = typed.Entry(event);
    if (entry == nullptr || !entry->happened()) return false;
    moment = entry->Load();
    return true;
  };
  // Entry() hands out what is written; a report only reads it.
  auto& mutable_record = const_cast<Record&>(record);
  switch (record.kind) {
    case Kind::kWork:
      return load(static_cast<WorkRecord&>(mutable_record));
    case Kind::kReference:
    case Kind::kDeferred:
    case Kind::kAsyncContext:
    case Kind::kCallbackScope:
      return load(static_cast<SimpleRecord&>(mutable_record));
    case Kind::kThreadSafeFunction:
      return load(static_cast<TsfnRecord&>(mutable_record));
    case Kind::kCleanupHook:
      return load(static_cast<HookRecord&>(mutable_record));
    default:
      return false;
  }
}

// Which function made an event, where the event alone does not say it.
const char* FunctionOf(Kind kind, Event event) {
  switch (kind) {
    case Kind::kWork:
      switch (event) {
        case Event::Create:
          return "napi_create_async_work";
        case Event::Queue:
          return "napi_queue_async_work";
        case Event::Cancel:
          return "napi_cancel_async_work";
        case Event::Delete:
          return "napi_delete_async_work";
        default:
          return nullptr;
      }
    case Kind::kReference:
      return event == Event::Create ? "napi_create_reference" : "napi_delete_reference";
    case Kind::kDeferred:
      return event == Event::Create ? "napi_create_promise" : nullptr;
    case Kind::kThreadSafeFunction:
      return event == Event::Create ? "napi_create_threadsafe_function" : nullptr;
    default:
      return nullptr;
  }
}

void TellHistory(const Record& record, Report& report) {
  for (Event event : kRemembered) {
    // A simple record keeps one end for what its kind calls by different names.
    if (event == Event::Delete && record.kind == Kind::kDeferred) continue;
    if (event == Event::Settle && record.kind != Kind::kDeferred) continue;
    Moment moment;
    if (!EntryOf(record, event, moment)) continue;
    HistoryEntry entry;
    entry.event = event == Event::ExecuteStart    ? Event::ExecuteEnd
                  : event == Event::CompleteStart ? Event::CompleteEnd
                                                  : event;
    entry.function = FunctionOf(record.kind, event);
    if (event == Event::ExecuteStart) {
      // Its subject is the time it took: unknown while it runs.
      entry.event = StateOf(record) == State::WorkExecuting ? Event::ExecuteStart : entry.event;
      entry.duration_ns = ExecuteNs(moment.subject);
      moment.subject = 0;
    }
    entry.situation = SituationOf(moment);
    entry.at.push_back(LocationOf(moment.pc, moment.image_epoch));
    report.history.push_back(std::move(entry));
  }
}

Action ActionOf(const Rule& rule) {
  switch (rule.action) {
    case RuleAction::Refuse:
      return Action::kRefused;
    case RuleAction::Forward:
      return Action::kForwarded;
    case RuleAction::Repair:
      return Action::kRepaired;
  }
  return Action::kNone;
}

}  // namespace

Report MakeReport(ThreadState& thread, EnvRecord* env, const Violation& violation) {
  Report report;
  report.rule = violation.rule;
  report.message = violation.message;
  report.argument = violation.argument;
  report.also = violation.also;
  if (env == nullptr && violation.object != nullptr) env = violation.object->env;
  PhaseFrame* top = thread.top();
  if (env == nullptr && top != nullptr) env = top->env;
  if (env != nullptr) {
    report.module = env->module;
    report.env = env->id;
  }
  report.profile = ProfileName();
  report.situation = {.thread = NameOf(*thread.thread).text,
                      .phase = top != nullptr ? top->phase : Phase::kNone,
                      .subject = top != nullptr ? SubjectOf(top->phase, top->subject) : ""};
  if (const Record* object = violation.object; object != nullptr) {
    report.object = {
        .kind = KindId(object->kind), .word = KindWord(object->kind), .id = object->id, .name = {}};
    if (object->kind == Kind::kWork) {
      report.object.name = static_cast<const WorkRecord*>(object)->name;
    } else if (object->kind == Kind::kThreadSafeFunction) {
      report.object.name = static_cast<const TsfnRecord*>(object)->name;
    }
    if (GetOptions().history) TellHistory(*object, report);
  }
  return report;
}

namespace {
// Written when a module is loaded, by any agent: all of a process have the same.
std::atomic<Profile> current_profile{kDefaultProfile};

Profile CurrentProfile() { return current_profile.load(std::memory_order_relaxed); }
}  // namespace

const char* ProfileName() { return Traits(CurrentProfile()).name; }
bool CancelIsUnreliable() { return Traits(CurrentProfile()).cancel_always_ok; }
bool CompleteIsRequired() { return Traits(CurrentProfile()).complete_required; }
bool HookIsItsArgument() { return Traits(CurrentProfile()).hook_keyed_by_arg; }
bool TsfnOutlivesClosing() { return Traits(CurrentProfile()).tsfn_drains_before_finalize; }
void SetProfile(Profile profile) { current_profile.store(profile, std::memory_order_relaxed); }

void Refuse(Call& call, napi_status status) {
  call.refused = status;
  if (call.env == nullptr || call.env->owner != &call.thread) return;
  call.env->refused = status;
  call.env->refused_info = {};
  call.env->refused_info.error_code = status;
}

bool Violate(Call& call, const Violation& violation) {
  const Rule& rule = Get(violation.rule);
  Report report = MakeReport(call.thread, call.env, violation);
  report.function = Info(call.function).name;
  report.action = ActionOf(rule);
  if (GetOptions().stack == Stack::kFull) {
    constexpr int kFramesMax = 32;
    CodeLocation frames[kFramesMax];
    int count = CaptureStack(frames, kFramesMax);
    for (int i = 0; i < count; ++i) report.at.push_back(std::move(frames[i]));
  }
  if (report.at.empty()) report.at.push_back(LocationOf(call.pc, CurrentImageEpoch()));
  Emit(report);
  if (rule.action != RuleAction::Refuse) return false;
  Refuse(call, HAS_DEFECT(refused_call_says_ok) ? napi_ok : rule.status);
  // Only the owner writes flags; elsewhere the leak that may follow is told as well.
  if (violation.object != nullptr && violation.object->env->owner == &call.thread) {
    const_cast<Record*>(violation.object)->flags |= kCallRefused;
  }
  return true;
}

void ViolateOutside(ThreadState& thread, EnvRecord* env, const Violation& violation, uintptr_t pc,
                    Action action) {
  Report report = MakeReport(thread, env, violation);
  report.action = action;
  if (pc != 0) report.at.push_back(LocationOf(pc, CurrentImageEpoch()));
  Emit(report);
}

std::string SubjectOf(Phase phase, uint32_t subject) {
  if (subject == 0) return {};
  switch (phase) {
    case Phase::kCall:
    case Phase::kFinalize: {
      // Slot 0 belongs to the first closure ever made: subjects of calls are slot + 1.
      const Closure& closure = pools.closures.At(subject - 1);
      std::string name = closure.name[0] != '\0' ? closure.name : "anonymous";
      return phase == Phase::kCall ? name + "()" : std::string();
    }
    case Phase::kComplete:
    case Phase::kExecute:
      return "work #" + std::to_string(subject);
    case Phase::kCallJs:
      return "thread-safe function #" + std::to_string(subject);
    default:
      return {};
  }
}

std::string DescribePhase(Phase phase, uint32_t subject) {
  std::string about = SubjectOf(phase, subject);
  switch (phase) {
    case Phase::kNone:
      return "outside of any callback";
    case Phase::kCall:
      return about.empty() ? "a call" : about;
    default:
      return about.empty() ? PhaseName(phase) : std::string(PhaseName(phase)) + " of " + about;
  }
}

std::string WhereOpened(const Scope& scope) {
  const char* in = scope.phase == Phase::kNone ? "opened " : "opened in ";
  return in + DescribePhase(scope.phase, scope.subject);
}

std::string Describe(const Record& record) {
  std::string text = std::string(KindWord(record.kind)) + " #" + std::to_string(record.id);
  const char* name = record.kind == Kind::kWork ? static_cast<const WorkRecord&>(record).name
                     : record.kind == Kind::kThreadSafeFunction
                         ? static_cast<const TsfnRecord&>(record).name
                         : "";
  if (name[0] != '\0') text += std::string(" \"") + name + "\"";
  return text;
}

std::string DescribeState(const Record& record) {
  switch (StateOf(record)) {
    case State::WorkQueued:
      return "queued";
    case State::WorkExecuting:
      return "executing";
    case State::WorkExecuted:
      return "executed, and its complete has not run";
    case State::WorkCancelled:
      return "cancelled, and its complete has not run";
    default:
      return StateName(StateOf(record));
  }
}

// Ids are counted by agent.
std::string NameOfEnv(const EnvRecord& env) {
  std::string of = env.owner != CurrentThread().checker_state
                       ? std::string(" on ") + NameOf(*env.owner->thread).text
                       : std::string();
  return "env #" + std::to_string(env.id) + " of " + env.module + of;
}

std::string HexOf(Token token) {
  char text[24];
  std::snprintf(text, sizeof(text), "0x%" PRIx64, token);
  return text;
}

}  // namespace napisan::checker
