// Promises and deferreds.
//
// A deferred owns a strong hold on its promise until it is settled; settling frees it, unchecked,
// as in Node. Threads: the agent's only.
#pragma once

#include "api/node_api.h"
#include "host/agent.h"
#include "host/cell.h"

struct napi_deferred__ {
  napisan::host::Value promise;
  napi_deferred__* next;
  napi_deferred__** previous_link;
};

namespace napisan::host {

// What follows when a promise settles.
struct Reaction {
  Reaction* next;
  Value on_fulfilled;  // a function, or undefined: pass on
  Value on_rejected;
  Value derived;  // the promise that then() returned, or undefined
};

Object* NewPromise(Agent& agent);
// Settles with a value; a promise or thenable is followed, as resolve functions do.
void ResolvePromise(Agent& agent, Object* promise, Value value);
void RejectPromise(Agent& agent, Object* promise, Value reason);
// promise.then(on_fulfilled, on_rejected); undefined for what is not given.
Object* Then(Agent& agent, Object* promise, Value on_fulfilled, Value on_rejected);
// Fills in then and catch.
void FillPromisePrototype(Agent& agent, Object* prototype);

// A promise and the deferred that keeps it alive; TakeDeferred frees the deferred.
napi_deferred NewDeferred(Agent& agent);
Object* TakeDeferred(Agent& agent, napi_deferred deferred);

void ReleaseReactions(Agent& agent, Object& promise);

}  // namespace napisan::host
