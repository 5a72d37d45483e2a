// Literals of statements as values of the host.
#pragma once

#include <string>

#include "cli/literal_syntax.h"
#include "host/agent.h"

namespace napisan::cli {

// What only the statement's own surroundings know.
class LiteralContext {
 public:
  virtual ~LiteralContext() = default;
  // The function that stands for callback, or for callback(name).
  virtual host::Value Callback(const std::string& name) = 0;
  // The value that a path leads to. A hole where it leads nowhere: it has told why.
  virtual host::Value Resolve(const Path& path) = 0;
};

// Whether there is no callback and no path in it, so that it is the same in every agent.
bool IsData(const Literal& literal);

// A hole where a path in it leads nowhere. The result is no handle: the caller keeps it where the
// collector finds it.
host::Value MakeValue(host::Agent& agent, const Literal& literal, LiteralContext& context);

}  // namespace napisan::cli
