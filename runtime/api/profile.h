// Profiles: which runtime's behaviour the host reproduces, and whose differences reports name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace napisan {

enum class Profile : uint8_t { kNode20, kNode22, kNode24, kNode26, kOpenHarmony };

inline constexpr Profile kDefaultProfile = Profile::kNode24;

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
  // Works and thread-safe functions keep the async_resource that they were made with.
  bool keeps_async_resource;
  // In modules that declare the experimental version, finalizers run in the collection itself.
  bool basic_finalizers_in_collection;
  // So do all finalizers of agents other than the main one.
  bool worker_finalizers_in_collection;
  // A complete callback runs in a callback scope: ticks and microtasks run right after it.
  bool complete_in_callback_scope;
};

const ProfileTraits& Traits(Profile profile);
std::optional<Profile> ParseProfile(std::string_view name);

}  // namespace napisan
