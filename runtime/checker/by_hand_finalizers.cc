// Functions that take a finalize callback: the callback's hint becomes a closure, the data passes
// as it is, so that unwrapping needs no help.

#include "checker/by_hand.h"
#include "checker/closure.h"

namespace napisan::checker::by_hand {
namespace {

napi_finalize TrampolineFor(const Closure* closure) {
  return closure != nullptr ? FinalizeTrampoline : nullptr;
}

// napi_wrap and napi_add_finalizer have one shape.
template <FunctionId F, auto HostMember>
napi_status AttachFinalizer(Call& call, napi_env env, napi_value object, void* data,
                            napi_finalize finalize_cb, void* hint, napi_ref* result) {
  if (!EnterEnv<F>(call, env)) return call.refused;
  napi_value host_object;
  Arg<F, napi_ref*> out;
  if (!FindValue(call, object, host_object, "js_object") || !out.In(call, result, "result")) {
    return Refused(call, result);
  }
  Closure* closure = FinalizerFor(call, finalize_cb, data, hint);
  napi_status status = (host.*HostMember)(static_cast<napi_env>(call.env->host), host_object, data,
                                          TrampolineFor(closure), closure, out.host);
  if (status != napi_ok && closure != nullptr) FreeClosure(*closure);
  // The reference that one may ask for belongs to the object: no leak of its own.
  if (SimpleRecord* record = out.Make(call, status)) record->flags |= kHasFinalizer;
  return Leave<F>(call, status, result);
}

// External memory and text: make(env, finalize, hint, result) calls the host.
template <FunctionId F, class Make>
napi_status MakeExternal(Call& call, napi_env env, napi_finalize finalize_cb, void* data,
                         void* hint, napi_value* result, Make make) {
  if (!EnterEnv<F>(call, env)) return call.refused;
  Arg<F, napi_value*> out;
  if (!out.In(call, result, "result")) return Refused(call, result);
  Closure* closure = FinalizerFor(call, finalize_cb, data, hint);
  napi_status status =
      make(static_cast<napi_env>(call.env->host), TrampolineFor(closure), closure, out.host);
  if (status != napi_ok && closure != nullptr) FreeClosure(*closure);
  out.Out(call, status);
  return Leave<F>(call, status, result);
}

}  // namespace

napi_status napi_wrap(napi_env env, napi_value js_object, void* native_object,
                      node_api_basic_finalize finalize_cb, void* finalize_hint, napi_ref* result) {
  Call call{FunctionId::napi_wrap, NAPISAN_CALLER(), CurrentState()};
  return AttachFinalizer<FunctionId::napi_wrap, &HostTable::napi_wrap>(
      call, env, js_object, native_object, finalize_cb, finalize_hint, result);
}

napi_status napi_add_finalizer(napi_env env, napi_value js_object, void* finalize_data,
                               node_api_basic_finalize finalize_cb, void* finalize_hint,
                               napi_ref* result) {
  Call call{FunctionId::napi_add_finalizer, NAPISAN_CALLER(), CurrentState()};
  return AttachFinalizer<FunctionId::napi_add_finalizer, &HostTable::napi_add_finalizer>(
      call, env, js_object, finalize_data, finalize_cb, finalize_hint, result);
}

napi_status napi_create_external(napi_env env, void* data, node_api_basic_finalize finalize_cb,
                                 void* finalize_hint, napi_value* result) {
  Call call{FunctionId::napi_create_external, NAPISAN_CALLER(), CurrentState()};
  return MakeExternal<FunctionId::napi_create_external>(
      call, env, finalize_cb, data, finalize_hint, result,
      [&](napi_env host_env, napi_finalize finalize, void* closure, napi_value* value) {
        return host.napi_create_external(host_env, data, finalize, closure, value);
      });
}

napi_status napi_create_external_arraybuffer(napi_env env, void* external_data, size_t byte_length,
                                             node_api_basic_finalize finalize_cb,
                                             void* finalize_hint, napi_value* result) {
  Call call{FunctionId::napi_create_external_arraybuffer, NAPISAN_CALLER(), CurrentState()};
  return MakeExternal<FunctionId::napi_create_external_arraybuffer>(
      call, env, finalize_cb, external_data, finalize_hint, result,
      [&](napi_env host_env, napi_finalize finalize, void* closure, napi_value* value) {
        return host.napi_create_external_arraybuffer(host_env, external_data, byte_length, finalize,
                                                     closure, value);
      });
}

napi_status napi_create_external_buffer(napi_env env, size_t length, void* data,
                                        node_api_basic_finalize finalize_cb, void* finalize_hint,
                                        napi_value* result) {
  Call call{FunctionId::napi_create_external_buffer, NAPISAN_CALLER(), CurrentState()};
  return MakeExternal<FunctionId::napi_create_external_buffer>(
      call, env, finalize_cb, data, finalize_hint, result,
      [&](napi_env host_env, napi_finalize finalize, void* closure, napi_value* value) {
        return host.napi_create_external_buffer(host_env, length, data, finalize, closure, value);
      });
}

napi_status node_api_create_external_string_latin1(napi_env env, char* str, size_t length,
                                                   node_api_basic_finalize finalize_callback,
                                                   void* finalize_hint, napi_value* result,
                                                   bool* copied) {
  constexpr auto kId = FunctionId::node_api_create_external_string_latin1;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  return MakeExternal<kId>(
      call, env, finalize_callback, str, finalize_hint, result,
      [&](napi_env host_env, napi_finalize finalize, void* closure, napi_value* value) {
        return host.node_api_create_external_string_latin1(host_env, str, length, finalize, closure,
                                                           value, copied);
      });
}

napi_status node_api_create_external_string_utf16(napi_env env, char16_t* str, size_t length,
                                                  node_api_basic_finalize finalize_callback,
                                                  void* finalize_hint, napi_value* result,
                                                  bool* copied) {
  constexpr auto kId = FunctionId::node_api_create_external_string_utf16;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  return MakeExternal<kId>(
      call, env, finalize_callback, str, finalize_hint, result,
      [&](napi_env host_env, napi_finalize finalize, void* closure, napi_value* value) {
        return host.node_api_create_external_string_utf16(host_env, str, length, finalize, closure,
                                                          value, copied);
      });
}

napi_status napi_set_instance_data(node_api_basic_env env, void* data, napi_finalize finalize_cb,
                                   void* finalize_hint) {
  constexpr auto kId = FunctionId::napi_set_instance_data;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  Closure* closure = FinalizerFor(call, finalize_cb, data, finalize_hint);
  napi_status status = host.napi_set_instance_data(static_cast<napi_env>(call.env->host), data,
                                                   TrampolineFor(closure), closure);
  if (status == napi_ok) call.env->instance_data = data;
  return Leave<kId>(call, status);
}

napi_status node_api_post_finalizer(node_api_basic_env env, napi_finalize finalize_cb,
                                    void* finalize_data, void* finalize_hint) {
  constexpr auto kId = FunctionId::node_api_post_finalizer;
  Call call{kId, NAPISAN_CALLER(), CurrentState()};
  if (!EnterEnv<kId>(call, env)) return call.refused;
  Closure* closure = FinalizerFor(call, finalize_cb, finalize_data, finalize_hint);
  napi_status status = host.node_api_post_finalizer(static_cast<napi_env>(call.env->host),
                                                    TrampolineFor(closure), finalize_data, closure);
  if (status != napi_ok && closure != nullptr) FreeClosure(*closure);
  return Leave<kId>(call, status);
}

}  // namespace napisan::checker::by_hand
