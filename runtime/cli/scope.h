// ScriptScope: what the names of a script stand for: earlier results, exports, globalThis.
//
// Ownership: results are kept by handles that the scope opens when it is made, so it must be made
// before, and outlive, every other handle scope of the run. Threads: the agent's only.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/literal_syntax.h"
#include "host/agent.h"
#include "host/handles.h"

namespace napisan::cli {

class ScriptScope {
 public:
  ScriptScope(host::Agent& agent, host::Value exports)
      : agent_(agent), handles_(agent.handles()), exports_(agent.handles().Push(exports)) {}

  // Makes a name, with undefined for a value. All of them, before anything else has a handle.
  void Declare(const std::string& name) {
    results_.emplace(name, agent_.handles().Push(host::Value::Undefined()));
  }
  void Set(const std::string& name, host::Value value) { results_.at(name)->value = value; }
  host::Value Get(const std::string& name) const { return results_.at(name)->value; }

  // Where a path leads: the value, and the object that it is a property of. Where something that is
  // no object stands in the way, or nothing, false with how much of the path is good in `reached`.
  // A getter that throws gives a hole, with the exception in the agent.
  bool Find(const Path& path, host::Value& value, host::Value& owner, size_t& reached);

  bool IsExport(const std::string& name) { return Has(exports_->value, name); }
  bool IsGlobal(const std::string& name);
  // "open, close, put", or "nothing".
  std::string PropertyNames(host::Value object);
  host::Value exports() const { return exports_->value; }

 private:
  bool Has(host::Value object, const std::string& name);
  host::Value Property(host::Value object, const std::string& name);

  host::Agent& agent_;
  host::AutoScope handles_;
  napi_value exports_;
  std::map<std::string, napi_value> results_;
};

}  // namespace napisan::cli
