#include "host/reference.h"

#include <utility>

#include "host/call.h"
#include "host/env.h"
#include "host/objects.h"

namespace napisan::host {
namespace {

// Node leaves the object pointing at the freed reference; what follows there is undefined.
void ForgetWrap(Reference& reference) {
  if (!IsObject(reference.value)) return;
  Extras* extras = AsObject(reference.value)->extras;
  if (extras != nullptr && extras->wrap == &reference) extras->wrap = nullptr;
}

}  // namespace

void Link(RefList& list, Reference& reference) {
  reference.next = list.first;
  reference.previous_link = &list.first;
  if (list.first != nullptr) list.first->previous_link = &reference.next;
  list.first = &reference;
}

void Unlink(Reference& reference) {
  if (reference.previous_link == nullptr) return;
  *reference.previous_link = reference.next;
  if (reference.next != nullptr) reference.next->previous_link = reference.previous_link;
  reference.next = nullptr;
  reference.previous_link = nullptr;
}

Reference* NewReference(napi_env env, Value value, uint32_t count, Ownership ownership,
                        napi_finalize finalize, void* data, void* hint) {
  auto* reference = static_cast<Reference*>(env->agent.heap().Allocate(sizeof(Reference)));
  *reference = {.env = env,
                .value = value,
                .count = count,
                .ownership = ownership,
                .weak_dead = false,
                .of_bytes = false,
                .finalize = finalize,
                .data = data,
                .hint = hint,
                .next = nullptr,
                .previous_link = nullptr};
  Link(finalize != nullptr ? env->finalizing_list : env->reference_list, *reference);
  return reference;
}

void DeleteReference(Reference& reference) {
  ForgetWrap(reference);
  Unlink(reference);
  reference.env->agent.heap().Free(&reference, sizeof(Reference));
}

void FinalizeReference(Reference& reference) {
  ForgetWrap(reference);
  Unlink(reference);
  napi_env env = reference.env;
  napi_finalize finalize = reference.finalize;
  void* data = reference.data;
  void* hint = reference.hint;
  reference.finalize = nullptr;
  if (env->instance_data == &reference) env->instance_data = nullptr;
  // The callback may delete a userland reference; a runtime one is nobody's but ours.
  if (reference.ownership == Ownership::kRuntime) {
    env->agent.heap().Free(&reference, sizeof(Reference));
  } else {
    // Still the module's to delete, and found by teardown no more.
    reference.value = Value::Undefined();
    reference.weak_dead = true;
  }
  if (finalize == nullptr) return;
  AutoScope scope(env->agent.handles());
  CallIntoModule(env, ExceptionPolicy::kUncaught, [&] { finalize(env, data, hint); });
}

void FinalizeAll(RefList& list, RefList& texts) {
  while (Reference* reference = list.first) {
    // A module's own reference to a string has no finalizer, and stays the module's.
    if (!IsString(reference->value) || reference->ownership == Ownership::kUserland) {
      FinalizeReference(*reference);
      continue;
    }
    Unlink(*reference);
    Link(texts, *reference);
  }
}

void FinalizeWithoutEnv(RefList& texts) {
  while (Reference* reference = texts.first) {
    napi_finalize finalize = reference->finalize;
    void* data = reference->data;
    void* hint = reference->hint;
    DeleteReference(*reference);
    if (finalize != nullptr) finalize(nullptr, data, hint);
  }
}

void FinalizePending(napi_env env) {
  while (env->pending_finalizers.first != nullptr) {
    FinalizeReference(*env->pending_finalizers.first);
  }
}

void EnqueueFinalizer(Reference& reference) {
  napi_env env = reference.env;
  Link(env->pending_finalizers, reference);
  if (env->finalization_scheduled) return;
  env->finalization_scheduled = true;
  env->agent.RefEnv(env);
  env->agent.SetImmediate(
      [](Agent& agent, void* data) {
        auto* scheduled = static_cast<napi_env>(data);
        scheduled->finalization_scheduled = false;
        FinalizePending(scheduled);
        agent.UnrefEnv(scheduled);
      },
      env);
}

void FinalizeBytes(Agent& agent) {
  for (napi_env env : agent.envs()) {
    // Linking turns them round, so it is done twice.
    RefList oldest_first;
    RefList newest_first;
    for (Reference* at = env->finalizing_list.first; at != nullptr;) {
      Reference& reference = *std::exchange(at, at->next);
      if (!reference.of_bytes) continue;
      Unlink(reference);
      Link(oldest_first, reference);
    }
    while (Reference* reference = oldest_first.first) {
      Unlink(*reference);
      Link(newest_first, *reference);
    }
    while (newest_first.first != nullptr) FinalizeReference(*newest_first.first);
  }
}

void EnqueueFinalizerOfBytes(Agent& agent, Value array_buffer) {
  for (napi_env env : agent.envs()) {
    for (Reference* at = env->finalizing_list.first; at != nullptr; at = at->next) {
      if (!at->of_bytes || !at->value.IsCell() || at->value.AsCell() != array_buffer.AsCell())
        continue;
      at->value = Value::Undefined();
      Unlink(*at);
      Link(env->pending_finalizers, *at);
      agent.RefEnv(env);
      agent.SetEarlyImmediate(
          [](Agent& its, void* data) {
            auto* scheduled = static_cast<napi_env>(data);
            FinalizePending(scheduled);
            its.UnrefEnv(scheduled);
          },
          env);
      return;
    }
  }
}

}  // namespace napisan::host
