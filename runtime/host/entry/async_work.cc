#include "host/async_work.h"

#include "host/call.h"
#include "host/entry.h"
#include "host/entry/to_object.h"
#include "host/objects.h"

namespace napisan::host {
namespace {

void Execute(WorkRequest& request) {
  auto& work = static_cast<napi_async_work__&>(request);
  try {
    work.on_execute(work.env, work.data);
  } catch (const std::exception& exception) {
    OnNativeUnwind(work.env, exception.what());
  } catch (...) {
    OnNativeUnwind(work.env, "an object that is no std::exception");
  }
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
  if (work.on_complete == nullptr) return;
  AutoScope scope(agent.handles());
  bool in_scope = agent.traits().complete_in_callback_scope;
  if (in_scope) agent.OpenCallbackScope();
  CallIntoModule(env, ExceptionPolicy::kUncaught,
                 [&] { work.on_complete(env, StatusOf(uv_status), work.data); });
  // The work was likely deleted by the callback; it is not touched from here on.
  if (in_scope) agent.CloseCallbackScope();
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
  work->WorkRequest::execute = Execute;
  work->WorkRequest::complete = Complete;
  // Cancelling a work that was never queued reads these: zero is libuv's "no such request".
  work->uv.type = UV_UNKNOWN_REQ;
  work->step.place = 0;
  work->env = env;
  work->on_execute = execute;
  work->on_complete = complete;
  work->data = data;
  *result = work;
  return ClearLastError(env);
}

napi_status napi_delete_async_work(napi_env env, napi_async_work work) {
  CHECK_ENV(env);
  CHECK_ARG(env, work);
  env->agent.heap().Free(work, sizeof(napi_async_work__));
  return ClearLastError(env);
}

napi_status napi_queue_async_work(napi_env env, napi_async_work work) {
  CHECK_ENV(env);
  CHECK_ARG(env, work);
  // As in Node, the env that is passed does not matter: the work knows its own.
  Agent& agent = work->env->agent;
  agent.IncreaseWaiting();
  int error = agent.executor().Queue(*work);
  if (error != 0) agent.DecreaseWaiting();
  if (error != 0 && !agent.traits().queue_always_ok) {
    std::fprintf(stderr, "napisan: uv_queue_work failed: %s; Node aborts here\n",
                 uv_strerror(error));
    std::abort();
  }
  return ClearLastError(env);
}

napi_status napi_cancel_async_work(napi_env env, napi_async_work work) {
  CHECK_ENV(env);
  CHECK_ARG(env, work);
  int error = work->env->agent.executor().Cancel(*work);
  if (error == 0 || env->agent.traits().cancel_always_ok) return ClearLastError(env);
  return SetLastError(env, StatusOf(error), static_cast<uint32_t>(error));
}

}  // namespace napisan::host
