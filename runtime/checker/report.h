// Report: one violation, as data. Renderers make text, JSON lines, SARIF and trace events of it;
// nothing here formats anything.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "api/functions.h"
#include "checker/rules.h"

namespace napisan::checker {

// What the module was running when something happened.
enum class Phase : uint8_t {
  kNone,
  kInit,
  kCall,
  kExecute,
  kComplete,
  kCallJs,
  kFinalize,
  kCleanup,
  kMicrotask,
};
const char* PhaseName(Phase phase);

// A place in code. The image and offset are always there when known; function, file and line are
// filled in when a report is rendered (Symbolize).
struct CodeLocation {
  std::string function;
  std::string file;
  int line = 0;
  std::string image;
  uint64_t offset = 0;
  // What symbolizing needs: the running address, and the images as they were then.
  uintptr_t pc = 0;
  uint16_t image_epoch = 0;
};

// What a phase was about, in words: "asyncWork()" for a call, "work #17" for a complete, or empty.
struct Situation {
  std::string thread;
  Phase phase = Phase::kNone;
  std::string subject;
};

struct HistoryEntry {
  Event event;
  // The Node-API function that did it, or null for a callback of the host's.
  const char* function = nullptr;
  Situation situation;
  // For executed: how long execute ran. 0 when not known.
  uint64_t duration_ns = 0;
  std::vector<CodeLocation> at;
};

struct ObjectSummary {
  // "async_work", "reference", …; empty when the report is about no object.
  const char* kind = "";
  // "work", "reference", …: the word for people.
  const char* word = "";
  uint32_t id = 0;
  std::string name;
};

enum class Action : uint8_t { kRefused, kForwarded, kRepaired, kNone };
const char* ActionName(Action action);

struct Report {
  RuleId rule;
  // One sentence with the values of this case, without a full stop: "work #17 is deleted again".
  std::string message;
  // The Node-API function in which it was seen, or null.
  const char* function = nullptr;
  // The argument at fault, or null.
  const char* argument = nullptr;
  std::string module;
  uint32_t env = 0;
  Situation situation;
  Action action = Action::kNone;
  ObjectSummary object;
  std::vector<RuleId> also;
  const char* profile = "";
  // The schedule that led here, or empty.
  std::string schedule;
  std::vector<CodeLocation> at;
  std::vector<HistoryEntry> history;
  uint32_t count = 1;
};

}  // namespace napisan::checker
