// What the exported program and the exported addon have in common.
#pragma once

#include <string>
#include <vector>

#include "recording.h"

namespace napisan::cases {

// A text with each @ replaced by the next value.
std::string Filled(std::string text, const std::vector<std::string>& values);

// "napi_ok".
std::string StatusName(int status);

// The case as comments, and what became of its run.
std::string CaseAsComment(const Case& program, const Recording& recording);

// The cells, and the variables that values and handles are kept in.
std::string Definitions(const Recording& recording);

// "JavaScript calls the module", "complete, of cell 3".
std::string TitleOf(const RecordedBody& body);
// "Body4".
std::string BodyName(size_t index);

// A line for a fault: what asks the host for it; or else why nothing asks a real Node.js.
std::string FaultLine(FaultKind kind, bool repeatable_only);

// A function for the body. `macro` makes a call and looks at its status; what a real Node.js cannot
// repeat is a comment where `repeatable_only`.
std::string BodyFunction(const Recording& recording, size_t index, const char* macro,
                         bool repeatable_only);

// The functions that are passed as callbacks. Each calls Play(callback, cell, env, info).
extern const char* const kCallbackFunctions;

}  // namespace napisan::cases
