// Profiles: which runtime's behaviour the host reproduces, and whose differences reports name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace napisan {

enum class Profile : uint8_t { kNode20, kNode22, kNode24, kNode26, kOpenHarmony };

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
  const char* name;
  // The version napi_get_node_version reports.
  uint32_t node_major;
  // napi_cancel_async_work returns napi_ok whatever libuv answered.
  bool cancel_always_ok;
  // napi_queue_async_work returns napi_ok even where nothing was queued.
  bool queue_always_ok;
  // napi_create_async_work refuses a null complete callback.
  bool complete_required;
  // A cleanup hook is identified by its argument alone, and a duplicate is dropped, not fatal.
  bool hook_keyed_by_arg;
  // napi_set_instance_data runs the finalizer of the data that it replaces.
  bool instance_data_overwrite_finalizes;
  // Unbalanced handle scopes when a callback returns abort the process.
  bool unbalanced_scopes_abort;
  // napi_reference_unref at zero is napi_generic_failure (else napi_ok).
  bool unref_at_zero_fails;
  // A reference may be made to a primitive, whatever version the module declares.
  bool reference_any_value;
  // A closing thread-safe function drains its queue with a null env before it finalizes.
  bool tsfn_drains_before_finalize;
  // Thread-safe function limits and answers as OpenHarmony's source has them (semantics.md).
  bool tsfn_openharmony;
  // Env teardown closes, drains and finalizes live thread-safe functions.
  bool tsfn_finalized_at_teardown;
  // A complete callback runs in a callback scope: ticks and microtasks run right after it.
  bool complete_in_callback_scope;
  EngineTraits engine = {};
};

const ProfileTraits& Traits(Profile profile);
std::optional<Profile> ParseProfile(std::string_view name);

}  // namespace napisan
