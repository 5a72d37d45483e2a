#include "host/promise.h"

#include "api/defect.h"
#include "host/atoms.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::host {
namespace {

// The handler's result settles the derived promise.
void RunReaction(Agent& agent, Value handler, Value argument, Value derived) {
  Value result = agent.Call(handler, Value::Undefined(), &argument, 1);
  if (!IsObject(derived)) {
    if (result.IsHole()) agent.Uncaught(agent.TakeException());
    return;
  }
  if (result.IsHole()) {
    RejectPromise(agent, AsObject(derived), agent.TakeException());
  } else {
    ResolvePromise(agent, AsObject(derived), result);
  }
}

void Schedule(Agent& agent, const Reaction& reaction, bool fulfilled, Value result) {
  Value handler = fulfilled ? reaction.on_fulfilled : reaction.on_rejected;
  if (IsFunction(handler)) {
    agent.Enqueue({RunReaction, handler, result, reaction.derived});
  } else if (IsObject(reaction.derived)) {
    // No handler: the derived promise follows.
    auto pass = fulfilled ? [](Agent& a, Value value, Value promise,
                               Value) { ResolvePromise(a, AsObject(promise), value); }
                          : [](Agent& a, Value value, Value promise, Value) {
                              RejectPromise(a, AsObject(promise), value);
                            };
    agent.Enqueue({pass, result, reaction.derived, Value::Undefined()});
  }
}

void Settle(Agent& agent, Object* promise, PromiseState state, Value result) {
  if (promise->promise.state != PromiseState::kPending) return;
  promise->promise.state = state;
  promise->promise.result = result;
  // Newest first in the list; they run in the order they were added.
  Reaction* oldest = nullptr;
  for (Reaction* reaction = promise->promise.reactions; reaction != nullptr;) {
    Reaction* next = reaction->next;
    reaction->next = oldest;
    oldest = reaction;
    reaction = next;
  }
  if (HAS_DEFECT(rejection_fulfils)) state = PromiseState::kFulfilled;
  promise->promise.reactions = nullptr;
  while (oldest != nullptr) {
    Reaction* next = oldest->next;
    Schedule(agent, *oldest, state == PromiseState::kFulfilled, result);
    agent.heap().Free(oldest, sizeof(Reaction));
    oldest = next;
  }
}

Value ResolveFunction(Agent& agent, CallFrame& frame) {
  ResolvePromise(agent, AsObject(frame.function->builtin.slots[0]), frame.argument(0));
  return Value::Undefined();
}

Value RejectFunction(Agent& agent, CallFrame& frame) {
  RejectPromise(agent, AsObject(frame.function->builtin.slots[0]), frame.argument(0));
  return Value::Undefined();
}

// A thenable is followed in a microtask of its own.
void FollowThenable(Agent& agent, Value thenable, Value then, Value promise) {
  Value functions[] = {Value::Of(NewBuiltin(agent, "", ResolveFunction, promise)),
                       Value::Of(NewBuiltin(agent, "", RejectFunction, promise))};
  Value result = agent.Call(then, thenable, functions, 2);
  if (result.IsHole()) RejectPromise(agent, AsObject(promise), agent.TakeException());
}

Value ThenFunction(Agent& agent, CallFrame& frame) {
  if (!Is(frame.receiver, CellKind::kPromise)) {
    return ThrowError(agent, "TypeError", "then is called on something that is no promise");
  }
  return Value::Of(Then(agent, AsObject(frame.receiver), frame.argument(0), frame.argument(1)));
}

Value CatchFunction(Agent& agent, CallFrame& frame) {
  if (!Is(frame.receiver, CellKind::kPromise)) {
    return ThrowError(agent, "TypeError", "catch is called on something that is no promise");
  }
  return Value::Of(Then(agent, AsObject(frame.receiver), Value::Undefined(), frame.argument(0)));
}

}  // namespace

Object* NewPromise(Agent& agent) {
  Object* promise = NewObject(agent, CellKind::kPromise);
  promise->promise = {Value::Undefined(), nullptr, PromiseState::kPending, false};
  return promise;
}

void ResolvePromise(Agent& agent, Object* promise, Value value) {
  if (value == Value::Of(promise)) {
    ThrowError(agent, "TypeError",
               "Chaining cycle detected for promise " + NameInError(agent, promise));
    Settle(agent, promise, PromiseState::kRejected, agent.TakeException());
    return;
  }
  if (!IsObject(value)) {
    Settle(agent, promise, PromiseState::kFulfilled, value);
    return;
  }
  // A getter is the module's code, and nothing else may hold the promise by now.
  AutoScope scope(agent.handles());
  agent.handles().Push(Value::Of(promise));
  Value then = Get(agent, value, AsObject(value), AtomKey(Atom::k_then));
  if (then.IsHole()) {
    Settle(agent, promise, PromiseState::kRejected, agent.TakeException());
  } else if (IsFunction(then)) {
    agent.Enqueue({FollowThenable, value, then, Value::Of(promise)});
  } else {
    Settle(agent, promise, PromiseState::kFulfilled, value);
  }
}

void RejectPromise(Agent& agent, Object* promise, Value reason) {
  Settle(agent, promise, PromiseState::kRejected, reason);
}

Object* Then(Agent& agent, Object* promise, Value on_fulfilled, Value on_rejected) {
  Object* derived = NewPromise(agent);
  promise->promise.handled = true;
  Reaction reaction{nullptr, on_fulfilled, on_rejected, Value::Of(derived)};
  if (promise->promise.state != PromiseState::kPending) {
    Schedule(agent, reaction, promise->promise.state == PromiseState::kFulfilled,
             promise->promise.result);
    return derived;
  }
  auto* kept = static_cast<Reaction*>(agent.heap().Allocate(sizeof(Reaction)));
  *kept = reaction;
  kept->next = promise->promise.reactions;
  promise->promise.reactions = kept;
  return derived;
}

void FillPromisePrototype(Agent& agent, Object* prototype) {
  Define(agent, prototype, AtomKey(Atom::k_then),
         Value::Of(NewBuiltin(agent, "then", ThenFunction)), kHiddenProperty);
  Define(agent, prototype, AtomKey(Atom::k_catch),
         Value::Of(NewBuiltin(agent, "catch", CatchFunction)), kHiddenProperty);
}

napi_deferred NewDeferred(Agent& agent) {
  auto* made = static_cast<napi_deferred>(agent.heap().Allocate(sizeof(napi_deferred__)));
  napi_deferred& first = agent.deferreds();
  *made = {Value::Of(NewPromise(agent)), first, &first};
  if (first != nullptr) first->previous_link = &made->next;
  first = made;
  return made;
}

// The deferred is not checked, as in Node: one that was settled before is freed memory.
Object* TakeDeferred(Agent& agent, napi_deferred deferred) {
  Object* promise = AsObject(deferred->promise);
  *deferred->previous_link = deferred->next;
  if (deferred->next != nullptr) deferred->next->previous_link = deferred->previous_link;
  agent.heap().Free(deferred, sizeof(napi_deferred__));
  return promise;
}

void ReleaseReactions(Agent& agent, Object& promise) {
  while (Reaction* reaction = promise.promise.reactions) {
    promise.promise.reactions = reaction->next;
    agent.heap().Free(reaction, sizeof(Reaction));
  }
}

}  // namespace napisan::host
