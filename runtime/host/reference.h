// References and finalizers: what an env links so that teardown finds it.
//
// A Reference is a napi_ref, the invisible owner of a wrap's or external's finalizer, or both. It
// is strong while its count is above 0, weak at 0; the collector clears a weak one and queues its
// finalizer.
//
// Ownership: kUserland ones are deleted by napi_delete_reference, kRuntime ones by the host when
// they have finalized. Threads: the agent's only.
#pragma once

#include <cstdint>

#include "api/node_api.h"
#include "host/value.h"

namespace napisan::host {
class Agent;
}

struct napi_ref__;

namespace napisan::host {

struct RefList {
  napi_ref__* first = nullptr;
};

enum class Ownership : uint8_t { kRuntime, kUserland };

// Instance data is just another entry of the finalizing list.
using InstanceData = napi_ref__;

}  // namespace napisan::host

struct napi_ref__ {
  napi_env env;
  // Undefined once the collector took a weakly held object.
  napisan::host::Value value;
  uint32_t count;
  napisan::host::Ownership ownership;
  bool weak_dead;
  // The finalizer of external bytes.
  bool of_bytes;
  // The finalize callback and its arguments, or null.
  napi_finalize finalize;
  void* data;
  void* hint;
  // Its place in one of the env's lists; previous_link points at what points here, or is null.
  napi_ref__* next;
  napi_ref__** previous_link;
};

namespace napisan::host {

using Reference = napi_ref__;

void Link(RefList& list, Reference& reference);
void Unlink(Reference& reference);

Reference* NewReference(napi_env env, Value value, uint32_t count, Ownership ownership,
                        napi_finalize finalize, void* data, void* hint);
// Unlinks and frees; runs nothing.
void DeleteReference(Reference& reference);
// Unlinks, runs the finalize callback if there is one, and frees a kRuntime reference.
void FinalizeReference(Reference& reference);
// Runs every finalizer of a list, newest first, but for those of external strings: these outlive
// their env, come last, and get a null one.
void FinalizeAll(RefList& list, RefList& texts);
void FinalizeWithoutEnv(RefList& texts);
// Runs those whose object is dead already.
void FinalizePending(napi_env env);
// Links an unlinked reference among the pending finalizers of its env, which a native SetImmediate
// runs: a later turn of the loop, or teardown.
void EnqueueFinalizer(Reference& reference);
// The array buffer has let go of its external bytes: their finalizer, whichever env's it is, runs
// first thing on the loop's next turn.
void EnqueueFinalizerOfBytes(Agent& agent, Value array_buffer);
// Runs those of all external bytes there are, newest first in each env.
void FinalizeBytes(Agent& agent);

}  // namespace napisan::host
