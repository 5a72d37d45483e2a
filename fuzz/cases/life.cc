// What a function answers that depends on more than its values: the lives of works, thread-safe
// functions, references, deferreds, scopes and hooks, and what they remember.
//
// Written from the documentation of Node-API and from what Node.js does.
#include <fmt/format.h>

#include <cstring>

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
      return;
    case FunctionId::napi_cancel_async_work:
      expected.known = true;
      expected.statuses = 1u << napi_ok;
      if (resource->life == Life::kNew) return expected.Misuse();
      if (resource->life != Life::kQueued && resource->life != Life::kCancelled) {
        expected.Fails(napi_generic_failure);
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

void Runner::Remember(Call& call, napi_status status) {
  Resource* resource = call.resource == kNobody ? nullptr : &world_.resources[call.resource];
  const Value* value = call.value_arg_count > 0 ? &world_.values[call.value_args[0]] : nullptr;
  if (call.function == FunctionId::napi_call_threadsafe_function && status == napi_closing) {
    --resource->count;
    resource->told_closing = true;
  }
  if (status != napi_ok) return;
  Resource* made = nullptr;
  if (call.out_handle_at >= 0) {
    made = &world_.resources[world_.resource_count];
    *made = {};
    made->kind = call.out_handle_kind;
    made->hidden = ~call.outs[call.out_handle_at][0];
    made->cell = call.cell;
    made->identity = made->probe = kNobody;
    made->no_complete = call.twist == Twist::kNullComplete;
    if (call.cell != kNobody) world_.cells[call.cell].resource = world_.resource_count;
    ++world_.resource_count;
  }
  const Signature& signature = SignatureOf(call.function);
  for (size_t i = 0; i < signature.count && call.cell != kNobody; ++i) {
    if (signature.parameters[i].parameter != Parameter::kFinalize) continue;
    Finalizer& finalizer = world_.cells[call.cell].finalizer;
    if (finalizer == Finalizer::kNone) finalizer = Finalizer::kPending;
  }
  auto index = call.resource;
  switch (call.function) {
    case FunctionId::napi_queue_async_work:
      resource->life = Life::kQueued;
      world_.queued[world_.queued_count++] = index;
      if (real_pool_ != nullptr) real_pool_->Queued();
      break;
    case FunctionId::napi_cancel_async_work: {
      // A second cancel puts its completion behind the others: libuv posts it once more.
      bool again = resource->life == Life::kCancelled;
      uint8_t* list = again ? world_.finished : world_.queued;
      uint8_t& count = again ? world_.finished_count : world_.queued_count;
      uint8_t at = 0;
      while (list[at] != index) ++at;
      --count;
      std::memmove(list + at, list + at + 1, count - at);
      resource->life = Life::kCancelled;
      world_.finished[world_.finished_count++] = index;
      break;
    }
    case FunctionId::napi_delete_async_work:
    case FunctionId::napi_delete_reference:
    case FunctionId::napi_resolve_deferred:
    case FunctionId::napi_reject_deferred:
      resource->life = Life::kEnded;
      break;
    case FunctionId::napi_create_reference:
      made->count = static_cast<uint32_t>(call.slots[2].bits);
      made->was_weak = made->count == 0;
      made->value_kind = value->kind;
      made->identity = value->identity;
      break;
    case FunctionId::napi_reference_ref:
    case FunctionId::napi_reference_unref: {
      bool refs = call.function == FunctionId::napi_reference_ref;
      auto told = static_cast<uint32_t>(call.outs[2][0]);
      // What is gone is not held again: its count stays 0.
      bool is_gone = refs && resource->was_weak && (told == 0 || resource->is_gone);
      if (is_gone) resource->is_gone = true;
      uint32_t counts = is_gone ? 0 : refs ? resource->count + 1 : resource->count - 1;
      if (told != counts) {
        Disagree(fmt::format("{} tells {}, not {}", Info(call.function).name, told, counts));
      }
      resource->count = counts;
      if (counts == 0) resource->was_weak = true;
      break;
    }
    case FunctionId::napi_get_reference_value: {
      auto* handle = reinterpret_cast<napi_value>(call.outs[call.out_value_at[0]][0]);
      bool can_be_gone = resource->was_weak || resource->value_kind == Kind::kUnknown;
      if (handle == nullptr && !can_be_gone) {
        Disagree(fmt::format("a reference that counts {} holds nothing", resource->count));
      }
      if (handle != nullptr && resource->is_gone) {
        Disagree("a reference holds what was collected");
      }
      if (handle == nullptr) resource->is_gone = true;
      AddValue(handle, resource->value_kind, resource->identity);
      break;
    }
    case FunctionId::napi_open_handle_scope:
    case FunctionId::napi_open_escapable_handle_scope:
      made->depth = ++world_.depth;
      break;
    case FunctionId::napi_open_callback_scope:
      made->opened_in = call.frame;
      break;
    case FunctionId::napi_close_callback_scope:
    case FunctionId::napi_async_destroy:
      resource->life = Life::kEnded;
      break;
    case FunctionId::napi_close_handle_scope:
    case FunctionId::napi_close_escapable_handle_scope: {
      resource->life = Life::kEnded;
      --world_.depth;
      uint8_t kept = 0;
      for (uint8_t i = 0; i < world_.value_count; ++i) {
        if (world_.values[i].depth <= world_.depth) {
          world_.values[kept++] = world_.values[i];
        } else if (case_->tier == Tier::kHostile) {
          Bury(world_.values[i], true);
        }
      }
      world_.value_count = kept;
      break;
    }
    case FunctionId::napi_escape_handle:
      resource->count = 1;
      AddValue(reinterpret_cast<napi_value>(call.outs[call.out_value_at[0]][0]), value->kind,
               value->identity, 1);
      break;
    case FunctionId::napi_wrap:
    case FunctionId::napi_remove_wrap: {
      bool wraps = call.function == FunctionId::napi_wrap;
      if (value->identity == kNobody) {
        world_.wraps_unknown = true;
        for (Cell& cell : world_.cells) {
          if (cell.finalizer == Finalizer::kPending) cell.finalizer = Finalizer::kMayRun;
        }
        break;
      }
      uint8_t& wrapped = world_.identities[value->identity].wraps;
      // What is taken out again is not finalized.
      if (!wraps && wrapped != kNobody && !world_.wraps_unknown) {
        world_.cells[wrapped].finalizer = Finalizer::kNone;
      }
      wrapped = wraps ? call.cell : kNobody;
      break;
    }
    case FunctionId::napi_unwrap:
    case FunctionId::napi_get_instance_data: {
      uint8_t expected = world_.instance_data;
      if (call.function == FunctionId::napi_unwrap) {
        if (value->identity == kNobody || world_.wraps_unknown) break;
        expected = world_.identities[value->identity].wraps;
      }
      size_t at = call.function == FunctionId::napi_unwrap ? 2 : 1;
      void* should = expected == kNobody ? nullptr : &world_.cells[expected];
      void* got = reinterpret_cast<void*>(call.outs[at][0]);
      if (got != should)
        Disagree(fmt::format("{} gives {}, not {}", Info(call.function).name, got, should));
      break;
    }
    case FunctionId::napi_set_instance_data:
      // Node drops what it replaces.
      if (world_.instance_data != kNobody) {
        world_.cells[world_.instance_data].finalizer = Finalizer::kNone;
      }
      world_.instance_data = call.cell;
      break;
    case FunctionId::napi_detach_arraybuffer:
      if (value->identity == kNobody) {
        world_.detached_unknown = true;
      } else {
        world_.identities[value->identity].detached = true;
      }
      break;
    case FunctionId::napi_is_detached_arraybuffer: {
      if (value->kind != Kind::kArraybuffer || value->identity == kNobody) break;
      bool told = static_cast<uint8_t>(call.outs[2][0]) != 0;
      bool detached = world_.identities[value->identity].detached;
      bool may_be = detached || world_.detached_unknown;
      if (told ? !may_be : detached) Disagree("a buffer is detached, or is not");
      break;
    }
    case FunctionId::napi_get_arraybuffer_info:
      if (value->identity == kNobody || !world_.identities[value->identity].detached) break;
      if (call.outs[3][0] != 0) Disagree("a detached buffer has a length");
      break;
    case FunctionId::napi_create_promise:
      AddProbe(call, *made);
      break;
    case FunctionId::napi_throw:
    case FunctionId::napi_throw_error:
    case FunctionId::napi_throw_type_error:
    case FunctionId::napi_throw_range_error:
    case FunctionId::node_api_throw_syntax_error:
      world_.pending = true;
      break;
    case FunctionId::napi_is_exception_pending: {
      bool told = static_cast<uint8_t>(call.outs[1][0]) != 0;
      if (told != world_.pending) {
        Disagree(told ? "an exception is pending" : "no exception is pending");
      }
      break;
    }
    case FunctionId::napi_get_and_clear_last_exception:
      world_.pending = false;
      break;
    case FunctionId::napi_create_threadsafe_function:
      made->queue_max = static_cast<uint8_t>(call.slots[4].bits);
      made->count = static_cast<uint32_t>(call.slots[5].bits);
      break;
    case FunctionId::napi_call_threadsafe_function:
      ++resource->pushed;
      break;
    case FunctionId::napi_acquire_threadsafe_function:
      ++resource->count;
      break;
    case FunctionId::napi_release_threadsafe_function:
      --resource->count;
      if (call.slots[1].bits == napi_tsfn_abort && resource->life == Life::kNew) {
        resource->life = Life::kClosing;
      }
      break;
    case FunctionId::napi_add_env_cleanup_hook:
      world_.hooks[world_.hook_count++] = call.cell;
      break;
    case FunctionId::napi_remove_env_cleanup_hook:
      if (call.hook == kNobody) break;
      --world_.hook_count;
      std::memmove(world_.hooks + call.hook, world_.hooks + call.hook + 1,
                   world_.hook_count - call.hook);
      break;
    case FunctionId::napi_remove_async_cleanup_hook:
      resource->life = Life::kEnded;
      break;
    default:
      break;
  }
}

}  // namespace napisan::cases
