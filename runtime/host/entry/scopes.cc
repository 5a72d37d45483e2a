#include "api/defect.h"
#include "host/entry.h"
#include "host/env.h"

// What a handle scope points at: the mark to go back to.
struct napi_handle_scope__ {
  napi_value mark;
};

struct napi_escapable_handle_scope__ {
  napi_value mark;
  // Reserved in the outer scope when this one opened.
  napi_value escape_slot;
  bool escaped;
};

namespace napisan::host {

napi_status napi_open_handle_scope(napi_env env, napi_handle_scope* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  auto* scope =
      static_cast<napi_handle_scope>(env->agent.heap().Allocate(sizeof(napi_handle_scope__)));
  scope->mark = env->agent.handles().top();
  ++env->open_handle_scopes;
  *result = scope;
  return ClearLastError(env);
}

napi_status napi_close_handle_scope(napi_env env, napi_handle_scope scope) {
  CHECK_ENV(env);
  CHECK_ARG(env, scope);
  if (env->open_handle_scopes == 0) return napi_handle_scope_mismatch;
  --env->open_handle_scopes;
  env->agent.handles().PopTo(scope->mark);
  env->agent.heap().Free(scope, sizeof(napi_handle_scope__));
  env->agent.collector().AfterScope();
  return ClearLastError(env);
}

napi_status napi_open_escapable_handle_scope(napi_env env, napi_escapable_handle_scope* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, result);
  auto* scope = static_cast<napi_escapable_handle_scope>(
      env->agent.heap().Allocate(sizeof(napi_escapable_handle_scope__)));
  scope->escape_slot = Handle(env, Value::Undefined());
  scope->mark = env->agent.handles().top();
  if (HAS_DEFECT(escape_slot_in_the_scope)) scope->mark = scope->escape_slot;
  scope->escaped = false;
  ++env->open_handle_scopes;
  *result = scope;
  return ClearLastError(env);
}

napi_status napi_close_escapable_handle_scope(napi_env env, napi_escapable_handle_scope scope) {
  CHECK_ENV(env);
  CHECK_ARG(env, scope);
  if (env->open_handle_scopes == 0) return napi_handle_scope_mismatch;
  --env->open_handle_scopes;
  env->agent.handles().PopTo(scope->mark);
  env->agent.heap().Free(scope, sizeof(napi_escapable_handle_scope__));
  env->agent.collector().AfterScope();
  return ClearLastError(env);
}

napi_status napi_escape_handle(napi_env env, napi_escapable_handle_scope scope, napi_value escapee,
                               napi_value* result) {
  CHECK_ENV(env);
  CHECK_ARG(env, scope);
  CHECK_ARG(env, escapee);
  CHECK_ARG(env, result);
  RETURN_STATUS_IF_FALSE(env, !scope->escaped, napi_escape_called_twice);
  scope->escaped = !HAS_DEFECT(escapes_more_than_once);
  scope->escape_slot->value = escapee->value;
  *result = scope->escape_slot;
  return ClearLastError(env);
}

}  // namespace napisan::host
