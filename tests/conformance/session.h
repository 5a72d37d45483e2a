// What the addon and the host's runner share: the programs, and how one begins in an env.
//
// Ownership: programs and machines live until the process ends.
// Threads: programs are loaded before any begins; one program runs at a time, on any thread.
#pragma once

#include <node_api.h>

#include <string>
#include <vector>

#include "machine.h"
#include "program.h"

namespace napisan::conformance {

// Adds the programs of a file. False with what is wrong.
bool LoadPrograms(const std::string& path, std::string& error);
const std::vector<Program>& Programs();

// The program whose env this thread's next init makes; null for none.
void Select(const Program* program);
const Program* Selected();

// Init of a module that is a program: runs its init block, and exports its main blocks as an array
// `mains`, `threw(exception)` which shows what one of them threw, and `close()` which ends it.
napi_value BeginProgram(napi_env env, napi_value exports);

// The machine of the last BeginProgram on this thread.
Machine* Begun();

// The line that an exception is shown with which left a main block.
void ShowThrown(napi_env env, napi_value exception);

}  // namespace napisan::conformance
