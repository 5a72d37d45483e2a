// What one line of a block does: a Node-API function, or a verb of the interpreter's own.
#pragma once

#include "machine.h"

namespace napisan::conformance {

void RunLine(Frame& frame, const Line& line);

// A function called with the words of a line, from the second on.
using Operation = void (*)(Frame& frame, const Line& line, const std::vector<Word>& words);

// The operation of a row of functions.def; null where there is none of this name.
Operation FindOperation(const std::string& name);

// What is no function of Node-API: verbs.cc. Null where there is none of this name.
Operation FindVerb(const std::string& name);

// "napi_ok".
const char* StatusName(napi_status status);

}  // namespace napisan::conformance
