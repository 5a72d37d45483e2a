// Typing: holds a run against a module's TypeScript declarations, and tells each difference.
//
// Threads: the agent's only. Ownership: the plan, whose model it reads, outlives it.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "cli/run.h"
#include "cli/type_model.h"
#include "host/agent.h"

namespace napisan::cli {

class Typing {
 public:
  // Told of a difference, with its statement and place; or of one in the exports, without.
  using Tell = std::function<void(const std::string& text)>;
  using TellAt = std::function<void(size_t statement, size_t at, const std::string& text)>;

  // Does nothing where the plan has no types.
  Typing(const RunPlan& plan, host::Agent& agent, Tell tell, TellAt tell_at);

  void CheckExports(host::Value exports);
  // A call or construction, with its arguments; then what it returned. Which name the result has is
  // known from the statement.
  void OnCall(size_t statement, const std::vector<host::Value>& arguments);
  void OnReturned(size_t statement, host::Value value);
  void OnResolved(size_t statement, host::Value value);
  // The callback that was given as that argument is called.
  void OnCallback(size_t statement, size_t argument, const host::CallFrame& frame);
  // A statement that reads a path has a value.
  void OnRead(size_t statement, host::Value value);

 private:
  using TypeId = TypeModel::TypeId;

  TypeId TypeOf(const Path& path) const;
  bool Takes(const TypeModel::Signature& signature, const std::vector<host::Value>& arguments);
  // What is wrong with a call of the only signature there is.
  void TellOfArguments(size_t statement, const TypeModel::Signature& signature,
                       const std::vector<host::Value>& arguments);
  bool Is(TypeId type, host::Value value) const;
  std::string Show(host::Value value) const;
  // "add(…)"
  std::string CallOf(size_t statement) const;
  std::string Says(const std::string& text) const;
  void Name(size_t statement, TypeId type);

  const RunPlan& plan_;
  const TypeModel* model_;
  host::Agent& agent_;
  Tell tell_;
  TellAt tell_at_;
  // By statement: what it called, or null.
  std::vector<const TypeModel::Signature*> called_;
  std::map<std::string, TypeId> names_;
};

}  // namespace napisan::cli
