// Profiles: which runtime's behaviour the host reproduces, and whose differences reports name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace napisan {

enum class Profile : uint8_t {
  kNode20,
  kNode22,
  kNode24,
  kNode26,
  kOpenHarmony,
  // A variant: where OpenHarmony's guide and its source differ, what the guide says.
  kOpenHarmonyGuide,
};

inline constexpr Profile kDefaultProfile = Profile::kNode24;

// What of a profile comes from its engine: values, properties, text. As Node 24 where nothing else
// is said.
struct EngineTraits {
  // A property function in which a getter, a setter or a key's toString threw answers
  // napi_generic_failure (else napi_pending_exception).
  bool thrown_in_property_is_failure = false;
  // Typed arrays with elements may be sealed.
  bool views_may_be_sealed = false;
  bool has_float16_arrays = true;
  // The room for text that is copied out is cast to int.
  bool room_for_text_is_int = false;
  // A module's functions have own properties `arguments` and `caller`.
  bool functions_own_caller = true;
  // The most bytes that a Buffer holds.
  uint64_t buffer_bytes_max = 0x1fffffffffffff;
};

// One row of behaviour a profile; every member is something a C module can observe.
struct ProfileTraits {
  // "node24", or with what a variant changes: "openharmony:cancel_status=guide".
  const char* name;
  // The version napi_get_node_version reports.
  uint32_t node_major;
  // The Node-API version that napi_get_version reports.
  uint32_t api_version;
  // A module that declares a higher one, and is not experimental, is not loaded.
  int32_t api_version_max;
  // From this version on a module is held to what Node-API 10 brought: napi_cannot_run_js while the
  // env is stopping, references to any value, exceptions of every callback uncaught.
  int32_t strict_since;
  // OpenHarmony's own functions are there.
  bool openharmony_functions;

  // --- Async work ---
  // napi_cancel_async_work returns napi_ok whatever libuv answered.
  bool cancel_always_ok;
  // What libuv answered to a cancel that failed is the status that complete gets.
  bool cancel_error_in_complete;
  // napi_queue_async_work returns napi_ok even where nothing was queued.
  bool queue_always_ok;
  // napi_create_async_work refuses a null complete callback.
  bool complete_required;
  // A complete callback runs in a callback scope: ticks and microtasks run right after it.
  bool complete_in_callback_scope;
  // A work that is queued or cancelled with another env's is left alone, and napi_ok answered.
  bool foreign_work_ignored;
  // async_resource may be anything, and so may the name.
  bool async_resource_ignored;
  // Functions of async work and thread-safe functions that succeed leave the last error as it was.
  bool async_keeps_last_error;

  // --- Thread-safe functions ---
  // A closing one drains its queue with a null env before it finalizes.
  bool tsfn_drains_before_finalize;
  // Limits and answers as OpenHarmony's source has them (semantics.md).
  bool tsfn_openharmony;
  // Env teardown closes, drains and finalizes live ones.
  bool tsfn_finalized_at_teardown;
  // The loop turns once before the first cleanup hook, whatever keeps it alive: items are
  // delivered.
  bool loop_turns_at_teardown;

  // --- Exceptions and promises ---
  // One that call_js or a finalizer leaves pending is uncaught, whatever version is declared.
  bool exceptions_always_uncaught;
  // napi_throw refuses what is no Error.
  bool throw_wants_error;
  // Settling a deferred runs the reactions before it returns.
  bool settle_runs_microtasks;
  // A null deferred is napi_invalid_arg; else it is followed.
  bool null_deferred_refused;

  // --- Scopes, references and instance data ---
  // Unbalanced handle scopes when a callback returns abort the process.
  bool unbalanced_scopes_abort;
  // napi_reference_unref at zero is napi_generic_failure (else napi_ok).
  bool unref_at_zero_fails;
  // A reference may be made to a primitive, whatever version the module declares.
  bool reference_any_value;
  // A weak reference that is deleted lives on until its value is finalized, which it still is.
  bool weak_delete_deferred;
  // napi_set_instance_data runs the finalizer of the data that it replaces.
  bool instance_data_overwrite_finalizes;
  // Instance data is finalized after everything else, whenever it was set.
  bool instance_data_last;

  // --- Garbage collection ---
  // Works and thread-safe functions keep the async_resource that they were made with.
  bool keeps_async_resource;
  // In modules that declare the experimental version, finalizers run in the collection itself.
  bool basic_finalizers_in_collection;
  // So do all finalizers of agents other than the main one.
  bool worker_finalizers_in_collection;
  // External bytes are finalized when their array buffer is detached, on the loop's next turn, and
  // at teardown before the first cleanup hook, whichever env's they are.
  bool bytes_finalized_apart;

  // --- Teardown and the rest ---
  // A cleanup hook is identified by its argument alone, and a duplicate is dropped, not fatal.
  bool hook_keyed_by_arg;
  // JavaScript may still run while an env is torn down.
  bool js_while_stopping;
  // napi_get_buffer_info answers napi_arraybuffer_expected to what is no buffer, and
  // napi_get_arraybuffer_info refuses a null byte_length.
  bool buffer_info_openharmony;
  // napi_get_node_version answers napi_ok and leaves its result as it was.
  bool node_version_unset;
  EngineTraits engine = {};
};

const ProfileTraits& Traits(Profile profile);
// By the name in its traits; nothing for what is none.
std::optional<Profile> ParseProfile(std::string_view name);
// All names, for messages and help: "node20, node22, …".
const char* ProfileNames();
// A variant counts as what it varies.
constexpr bool IsOpenHarmony(Profile profile) {
  return profile == Profile::kOpenHarmony || profile == Profile::kOpenHarmonyGuide;
}

}  // namespace napisan
