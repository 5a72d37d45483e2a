// What a call that has returned changes in the model: lives, values, and what finalizers owe.
//
// Written from the documentation of Node-API and from what Node.js does.
#include <fmt/format.h>

#include "runner.h"

namespace napisan::cases {

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
      resource->was_cancelled = true;
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
