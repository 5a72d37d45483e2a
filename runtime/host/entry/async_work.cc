#include "host/async_work.h"

#include "api/defect.h"
#include "host/call.h"
#include "host/entry.h"
#include "host/entry/c_enum.h"
#include "host/entry/to_object.h"
#include "host/objects.h"
#include "host/work_lane.h"

namespace napisan::host {
namespace {

void Execute(WorkRequest& request) {
  auto& work = static_cast<napi_async_work__&>(request);
  WorkLane* lane = work.lane;
  if (lane != nullptr && !lane->Begin(work)) return;
  try {
    work.on_execute(work.env, work.data);
  } catch (const std::exception& exception) {
    OnNativeUnwind(work.env, WhatOf(exception).c_str());
  } catch (...) {
    OnNativeUnwind(work.env, "an object that is no std::exception");
  }
  if (lane != nullptr) lane->End(work);
}

// In a zealous agent: once what the queueing callback did not keep is gone.
void ExecuteCollected(WorkRequest& request) {
  auto& work = static_cast<napi_async_work__&>(request);
  work.env->agent.collector().AwaitCollection(work.collections);
  Execute(request);
}

napi_status StatusOf(int uv_status) {
  switch (uv_status) {
    case 0:
      return napi_ok;
    case UV_EINVAL:
      return napi_invalid_arg;
    case UV_ECANCELED:
      return napi_cancelled;
    default:
      return napi_generic_failure;
  }
}

void Complete(WorkRequest& request, int uv_status) {
  auto& work = static_cast<napi_async_work__&>(request);
  napi_env env = work.env;
  Agent& agent = env->agent;
  agent.DecreaseWaiting();
  if (work.lane != nullptr) {
    if (work.lane_place == LanePlace::kCancelled) uv_status = UV_ECANCELED;
    agent.lanes().Complete(work);
  }
  if (uv_status == 0) uv_status = work.cancel_error;
  if (HAS_DEFECT(cancelled_completes_ok)) uv_status = 0;
  if (work.on_complete == nullptr) return;
  LoopScope scope(agent);
  bool in_scope = agent.traits().complete_in_callback_scope;
  if (HAS_DEFECT(complete_without_callback_scope)) in_scope = false;
  if (in_scope) agent.OpenCallbackScope();
  CallIntoModule(env, ExceptionPolicy::kUncaught,
                 [&] { work.on_complete(env, StatusOf(uv_status), work.data); });
  // The work was likely deleted by the callback; it is not touched from here on.
  if (HAS_DEFECT(work_touched_after_complete)) work.cancel_error = 0;
  if (in_scope) agent.CloseCallbackScope();
}

// The end of a function that succeeded.
napi_status Succeed(napi_env env) {
  if (HAS_DEFECT(last_error_not_cleared)) return napi_ok;
  return env->agent.traits().async_keeps_last_error ? napi_ok : ClearLastError(env);
}

// Counted before the pool has it: a worker may be fast.
template <class Queue>
int QueueCounted(Agent& agent, napi_async_work__& work, Queue queue) {
  work.cancel_error = 0;
  agent.IncreaseWaiting();
  int error = queue();
  if (error != 0) agent.DecreaseWaiting();
  return error;
}

// What OpenHarmony's libuv takes: its own five, of which one is reserved.
bool IsQos(const napi_qos_t& qos) {
  uint32_t number = NumberOf(qos);
  return number <= 5 && number != 4;
}

// As in Node, the env that is passed does not matter: the work knows its own. OpenHarmony looks.
bool LeftAlone(napi_env env, napi_async_work work) {
  return work->env != env && env->agent.traits().foreign_work_ignored;
}

}  // namespace

napi_status napi_create_async_work(napi_env env, napi_value async_resource,
                                   napi_value async_resource_name,
                                   napi_async_execute_callback execute,
                                   napi_async_complete_callback complete, void* data,
                                   napi_async_work* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, execute);
  CHECK_ARG(env, result);
  Agent& agent = env->agent;
  RETURN_STATUS_IF_FALSE(env, complete != nullptr || !agent.traits().complete_required,
                         napi_invalid_arg);
  Value resource;
  TAKE_OR_RETURN(TakeResource(env, async_resource, async_resource_name, resource));
  auto* work = static_cast<napi_async_work__*>(agent.heap().Allocate(sizeof(napi_async_work__)));
  bool awaits = agent.collector().zealous() && !agent.executor().plays_threads();
  work->WorkRequest::execute = awaits ? ExecuteCollected : Execute;
  work->WorkRequest::complete = Complete;
  // Cancelling a work that was never queued reads these: zero is libuv's "no such request".
  work->uv.type = UV_UNKNOWN_REQ;
  work->step.place = 0;
  work->env = env;
  work->on_execute = execute;
  work->on_complete = complete;
  work->data = data;
  work->cancel_error = 0;
  work->lane = nullptr;
  work->resource = nullptr;
  if (async_resource != nullptr && agent.traits().keeps_async_resource) {
    work->resource = NewReference(env, resource, 1, Ownership::kRuntime, nullptr, nullptr, nullptr);
  }
  *result = work;
  return Succeed(env);
}

napi_status napi_delete_async_work(napi_env env, napi_async_work work) {
  CHECK_ENV(env);
  CHECK_ARG(env, work);
  if (work->resource != nullptr) DeleteReference(*work->resource);
  env->agent.heap().Free(work, sizeof(napi_async_work__));
  return Succeed(env);
}

napi_status napi_queue_async_work(napi_env env, napi_async_work work) {
  CHECK_ENV(env);
  CHECK_ARG(env, work);
  if (LeftAlone(env, work)) return napi_ok;
  Agent& agent = work->env->agent;
  work->collections = agent.collector().collections_in_loop();
  int error = QueueCounted(agent, *work, [&] { return agent.executor().Queue(*work); });
  if (error != 0 && !agent.traits().queue_always_ok) {
    std::fprintf(stderr, "napisan: uv_queue_work failed: %s; Node aborts here\n",
                 uv_strerror(error));
    std::abort();
  }
  return Succeed(env);
}

napi_status napi_cancel_async_work(napi_env env, napi_async_work work) {
  CHECK_ENV(env);
  CHECK_ARG(env, work);
  if (LeftAlone(env, work)) return napi_ok;
  const ProfileTraits& traits = env->agent.traits();
  int error =
      work->lane != nullptr ? work->lane->Cancel(*work) : work->env->agent.executor().Cancel(*work);
  if (HAS_DEFECT(cancel_of_running_says_ok) && error == UV_EBUSY) error = 0;
  if (error != 0 && traits.cancel_error_in_complete) work->cancel_error = error;
  if (error == 0 || traits.cancel_always_ok) return Succeed(env);
  return SetLastError(env, StatusOf(error), static_cast<uint32_t>(error));
}

napi_status napi_queue_async_work_with_qos(napi_env env, napi_async_work work, napi_qos_t qos) {
  CHECK_ENV(env);
  RETURN_STATUS_IF_FALSE(env, env->agent.traits().openharmony_functions, napi_generic_failure);
  CHECK_ARG(env, work);
  if (LeftAlone(env, work)) return napi_ok;
  // One pool serves all, in the order of queueing: any order is right. What libuv refuses is not
  // queued, and nobody is told.
  if (!IsQos(qos)) return napi_ok;
  Agent& agent = work->env->agent;
  QueueCounted(agent, *work, [&] { return agent.executor().Queue(*work); });
  return napi_ok;
}

napi_status napi_queue_async_work_with_queue(napi_env env, napi_async_work work, napi_qos_t qos,
                                             uintptr_t task_id) {
  CHECK_ENV(env);
  RETURN_STATUS_IF_FALSE(env, env->agent.traits().openharmony_functions, napi_generic_failure);
  CHECK_ARG(env, work);
  RETURN_STATUS_IF_FALSE(env, task_id != 0, napi_invalid_arg);
  if (LeftAlone(env, work)) return napi_ok;
  RETURN_STATUS_IF_FALSE(env, IsQos(qos), napi_generic_failure);
  Agent& agent = work->env->agent;
  int error = QueueCounted(agent, *work, [&] { return agent.lanes().Queue(*work, task_id); });
  RETURN_STATUS_IF_FALSE(env, error == 0, napi_generic_failure);
  return napi_ok;
}

}  // namespace napisan::host
