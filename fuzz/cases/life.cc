// What a function answers that depends on more than its values: the lives of works, thread-safe
// functions, references, deferreds, scopes and hooks.
//
// Written from the documentation of Node-API and from what Node.js does.
#include "runner.h"

namespace napisan::cases {
namespace {

constexpr Kinds kCanBeReferenced = kObject | kSymbol;

}  // namespace

void Runner::Expect(Call& call) {
  Expectation& expected = call.expectation;
  Resource* resource = call.resource == kNobody ? nullptr : &world_.resources[call.resource];
  const Value* value = call.value_arg_count > 0 ? &world_.values[call.value_args[0]] : nullptr;
  if (expected.tier == Tier::kHostile) return;
  // Nothing but a thread-safe function is for a worker.
  bool any_thread = Info(call.function).thread == CallThread::Any;
  if (call.frame->phase == Phase::kExecute && !any_thread) return expected.Misuse();
  // Nobody is left to end what is made now.
  bool makes_handle = call.out_handle_at >= 0;
  if (world_.stopping && makes_handle) return expected.Misuse();
  if (world_.no_external_buffers && MakesExternalBuffer(call.function) && !js_is_off()) {
    expected.known = true;
    return expected.Answers(napi_no_external_buffers_allowed);
  }
  switch (call.function) {
    // Node.js ends the process on another kind of prototype, and crashes on an external.
    case FunctionId::node_api_create_object_with_properties:
      if (value != nullptr && (Only(value->kind) & ((kObject & ~kExternal) | kNull)) == 0) {
        expected.Misuse();
      }
      return;
    case FunctionId::node_api_set_prototype:
      if (call.value_arg_count > 1 && world_.values[call.value_args[1]].kind == Kind::kExternal) {
        expected.Misuse();
      }
      return;
    case FunctionId::napi_queue_async_work:
      expected.known = true;
      expected.statuses = 1u << napi_ok;
      if (resource->life != Life::kNew) expected.Misuse();
      // Nobody would let it execute.
      if (one_by_one() && world_.stopping) expected.Misuse();
      // Whether hooks come before it completes depends on whose finalizer it is.
      if (world_.stopping && call.frame->phase == Phase::kFinalize) expected.Misuse();
      return;
    case FunctionId::napi_cancel_async_work:
      expected.known = true;
      expected.statuses = 1u << napi_ok;
      if (resource->life == Life::kNew) return expected.Misuse();
      if (resource->life != Life::kQueued && resource->life != Life::kCancelled) {
        expected.Fails(napi_generic_failure);
      }
      // libuv would deliver it once more, from a list that is gone: undefined, in Node.js as well.
      if (one_by_one() && resource->was_cancelled && resource->life != Life::kCancelled) {
        return expected.Misuse();
      }
      // A real pool's thread has it already.
      if (one_by_one() && resource->life == Life::kQueued && world_.queued[0] == call.resource) {
        if (comparable_) return expected.Misuse();
        if (pool_ == Pool::kReal) expected.Fails(napi_generic_failure);
      }
      return;
    case FunctionId::napi_delete_async_work:
      expected.known = true;
      expected.statuses = 1u << napi_ok;
      if (resource->life != Life::kNew && resource->life != Life::kCompleting &&
          resource->life != Life::kCompleted) {
        expected.Misuse();
      }
      return;

    case FunctionId::napi_create_reference:
      if (value->kind == Kind::kUnknown) {
        expected.known = false;
      } else if (!case_->version_10 && (Only(value->kind) & kCanBeReferenced) == 0) {
        expected.Fails(napi_invalid_arg);
      }
      return;
    case FunctionId::napi_reference_unref:
      if (resource->count == 0) expected.Misuse();
      return;

    // Only the innermost scope is closed; one that a frame outside has opened is not its own.
    case FunctionId::napi_close_handle_scope:
    case FunctionId::napi_close_escapable_handle_scope:
      if (resource->depth != world_.depth || resource->depth <= call.frame->depth) {
        expected.Misuse();
      }
      return;
    case FunctionId::napi_escape_handle:
      if (resource->count > 0 || resource->depth != world_.depth ||
          resource->depth <= call.frame->depth) {
        expected.Misuse();
      }
      return;

    case FunctionId::napi_wrap:
    case FunctionId::napi_unwrap:
    case FunctionId::napi_remove_wrap: {
      // Node.js 24 ends the process.
      bool wraps_external =
          call.function == FunctionId::napi_wrap && value->kind == Kind::kExternal;
      if (wraps_external) return expected.Misuse();
      if (expected.statuses != 1u << napi_ok || !expected.known) return;
      if (value->identity == kNobody || world_.wraps_unknown) {
        expected.known = false;
        return;
      }
      bool wrapped = world_.identities[value->identity].wraps != kNobody;
      if (wrapped == (call.function == FunctionId::napi_wrap)) expected.Fails(napi_invalid_arg);
      return;
    }
    case FunctionId::napi_add_finalizer:
      return;

    case FunctionId::napi_call_threadsafe_function:
      expected.Is(napi_ok);
      // When it closes then, is not modelled.
      if (world_.stopping) expected.known = false;
      // A worker that waits for room would wait for ever: the only other thread is itself.
      if (resource->life == Life::kFinalized || resource->told_closing) return expected.Misuse();
      if (resource->count == 0) return expected.Misuse();
      if (resource->life == Life::kClosing) return expected.Fails(napi_closing);
      if (resource->queue_max > 0 && resource->waiting() >= resource->queue_max) {
        if (call.slots[2].bits == napi_tsfn_blocking) return expected.Misuse();
        return expected.Fails(napi_queue_full);
      }
      return;
    case FunctionId::napi_acquire_threadsafe_function:
      expected.Is(napi_ok);
      if (world_.stopping) expected.known = false;
      if (resource->life == Life::kFinalized || resource->told_closing || resource->count == 0) {
        return expected.Misuse();
      }
      if (resource->life == Life::kClosing) expected.Fails(napi_closing);
      return;
    case FunctionId::napi_release_threadsafe_function:
    case FunctionId::napi_get_threadsafe_function_context:
    case FunctionId::napi_ref_threadsafe_function:
    case FunctionId::napi_unref_threadsafe_function:
      expected.Is(napi_ok);
      if (resource->life == Life::kFinalized || resource->told_closing || resource->count == 0) {
        expected.Misuse();
      }
      return;

    case FunctionId::napi_async_init:
      // Nothing is left then that would destroy it.
      if (world_.stopping) return expected.Misuse();
      [[fallthrough]];
    case FunctionId::napi_create_async_work:
      if ((Only(world_.values[call.value_args[1]].kind) & kObject) != 0) expected.Either(napi_ok);
      return;
    case FunctionId::napi_create_threadsafe_function:
      if ((Only(world_.values[call.value_args[2]].kind) & kObject) != 0) expected.Either(napi_ok);
      // One that nobody has acquired is refused.
      if (call.slots[5].bits == 0) expected.Fails(napi_invalid_arg);
      return;

    case FunctionId::napi_set_instance_data:
    case FunctionId::napi_add_env_cleanup_hook:
    case FunctionId::napi_add_async_cleanup_hook:
      if (world_.stopping) return expected.Misuse();
      expected.known = true;
      return;
    case FunctionId::napi_remove_env_cleanup_hook:
      // With the hook and the argument of one that was added.
      if (world_.stopping || world_.hook_count == 0) return expected.Misuse();
      expected.known = true;
      return;
    case FunctionId::napi_remove_async_cleanup_hook:
      expected.known = true;
      return;

    // What reactions do with an exception that is pending here is not modelled.
    case FunctionId::napi_open_callback_scope:
      if (world_.pending || world_.stopping) expected.Misuse();
      return;
    case FunctionId::napi_close_callback_scope:
      if (world_.pending || resource->opened_in != call.frame) expected.Misuse();
      return;
    default:
      return;
  }
}

}  // namespace napisan::cases
