#include "host/entry.h"
#include "host/entry/to_object.h"
#include "host/env.h"
#include "host/objects.h"

// Async ids have no reader without async_hooks; what counts is the pairing.
struct napi_async_context__ {
  // Weak, as in Node: the module keeps the resource that it gave. Null where it gave none.
  napisan::host::Reference* resource;
};

struct napi_callback_scope__ {
  napi_env env;
};

namespace napisan::host {

napi_status napi_async_init(napi_env env, napi_value async_resource, napi_value async_resource_name,
                            napi_async_context* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, async_resource_name);
  CHECK_ARG(env, result);
  Value resource;
  TAKE_OR_RETURN(TakeResource(env, async_resource, async_resource_name, resource));
  auto* context =
      static_cast<napi_async_context>(env->agent.heap().Allocate(sizeof(napi_async_context__)));
  // Not the collector's to delete: userland.
  context->resource = async_resource == nullptr
                          ? nullptr
                          : NewReference(env, async_resource->value, 0, Ownership::kUserland,
                                         nullptr, nullptr, nullptr);
  *result = context;
  return ClearLastError(env);
}

napi_status napi_async_destroy(napi_env env, napi_async_context async_context) {
  CHECK_ENV(env);
  CHECK_ARG(env, async_context);
  if (async_context->resource != nullptr) DeleteReference(*async_context->resource);
  env->agent.heap().Free(async_context, sizeof(napi_async_context__));
  return ClearLastError(env);
}

napi_status napi_open_callback_scope(napi_env env, napi_value, napi_async_context context,
                                     napi_callback_scope* result) {
  // The resource object is ignored, as in Node.
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  (void)context;
  auto* scope =
      static_cast<napi_callback_scope>(env->agent.heap().Allocate(sizeof(napi_callback_scope__)));
  scope->env = env;
  env->agent.OpenCallbackScope();
  ++env->open_callback_scopes;
  *result = scope;
  return ClearLastError(env);
}

napi_status napi_close_callback_scope(napi_env env, napi_callback_scope scope) {
  CHECK_ENV(env);
  CHECK_ARG(env, scope);
  if (env->open_callback_scopes == 0) return napi_callback_scope_mismatch;
  --env->open_callback_scopes;
  env->agent.heap().Free(scope, sizeof(napi_callback_scope__));
  env->agent.CloseCallbackScope();
  return ClearLastError(env);
}

napi_status napi_make_callback(napi_env env, napi_async_context async_context, napi_value recv,
                               napi_value func, size_t argc, const napi_value* argv,
                               napi_value* result) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, recv);
  if (argc > 0) CHECK_ARG(env, argv);
  (void)async_context;
  Object* receiver;
  TAKE_OR_RETURN(TakeObject(env, recv, receiver));
  CHECK_ARG(env, func);
  RETURN_STATUS_IF_FALSE(env, IsFunction(func->value), napi_invalid_arg);
  env->agent.OpenCallbackScope();
  napi_status status =
      host::napi_call_function(env, Handle(env, Value::Of(receiver)), func, argc, argv, result);
  env->agent.CloseCallbackScope();
  return status;
}

napi_status napi_fatal_exception(napi_env env, napi_value err) {
  NAPI_PREAMBLE(env);
  CHECK_ARG(env, err);
  env->agent.Uncaught(err->value);
  return ClearLastError(env);
}

napi_status napi_get_uv_event_loop(napi_env env, struct uv_loop_s** loop) {
  CHECK_ENV(env);
  CHECK_ARG(env, loop);
  *loop = env->agent.executor().loop();
  return ClearLastError(env);
}

}  // namespace napisan::host
