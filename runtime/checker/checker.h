// The checker: a layer between modules and any host that can fill a HostTable.
//
// Threads: PutInFront once, before the first module is loaded and before other threads are.
#pragma once

#include "api/host_table.h"
#include "api/profile.h"

namespace napisan::checker {

// From here on the napi_* symbols of the checked front go through the checker to `host`. Reads
// NAPISAN_OPTIONS; a mistake there ends the process with one line and status 2.
void PutInFront(const HostTable& host);

// Whose behaviour reports are judged by; the host's own.
void SetProfile(Profile profile);

// An env the host has made for a module, before the module's init; and its end, after the last
// finalizer: leaks are judged there.
napi_env AdmitEnv(napi_env host_env, const char* module, int32_t api_version);
void DismissEnv(napi_env host_env);

}  // namespace napisan::checker
