// Watch: stands between the checker and the host, and sees each call of Node-API: it learns what
// arguments are read as, adds features, and lets calls fail where an input has faults.
//
// Threads: calls come from any; what is learnt is of the agent's thread only.
#pragma once

#include <vector>

#include "cli/fuzz/features.h"
#include "cli/fuzz/input.h"
#include "cli/fuzz/knowledge.h"
#include "host/value.h"

namespace napisan::host {
struct Object;
}

namespace napisan::cli::fuzz {

// Once a process, before a module is loaded.
void BeginWatch(Knowledge& knowledge, Features& features);

// The functions that a fault may be of: those that make something, or begin it, and may fail.
const std::vector<std::string>& FaultyFunctions();
void SetFaults(const std::vector<Fault>& faults);

// What is being called now: its arguments are learnt, but of null, which is nobody.
class WatchedCall {
 public:
  WatchedCall(host::Object* function, Node* node);
  ~WatchedCall();
  WatchedCall(const WatchedCall&) = delete;
  WatchedCall& operator=(const WatchedCall&) = delete;
};

}  // namespace napisan::cli::fuzz
