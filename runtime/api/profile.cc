#include "api/profile.h"

#include "api/functions.h"

namespace napisan {
namespace {

// Sources: Node v20.20, v22, v24.21 and v26.10 measured; OpenHarmony from its source (arkui_napi,
// ets_runtime), not run on a device.
constexpr ProfileTraits kNode20Traits = {
    .name = "node20",
    .node_major = 20,
    .api_version = 9,
    .api_version_max = 9,
    .strict_since = Experimental,
    .openharmony_functions = false,
    .cancel_always_ok = false,
    .cancel_error_in_complete = false,
    .queue_always_ok = false,
    .complete_required = false,
    .complete_in_callback_scope = true,
    .foreign_work_ignored = false,
    .async_resource_ignored = false,
    .async_keeps_last_error = false,
    .tsfn_drains_before_finalize = false,
    .tsfn_openharmony = false,
    .tsfn_finalized_at_teardown = true,
    .loop_turns_at_teardown = true,
    .exceptions_always_uncaught = false,
    .throw_wants_error = false,
    .settle_runs_microtasks = false,
    .null_deferred_refused = false,
    .unbalanced_scopes_abort = true,
    .unref_at_zero_fails = true,
    .reference_any_value = false,
    .weak_delete_deferred = false,
    .instance_data_overwrite_finalizes = false,
    .instance_data_last = false,
    .keeps_async_resource = true,
    .basic_finalizers_in_collection = true,
    .worker_finalizers_in_collection = false,
    .bytes_finalized_apart = true,
    .hook_keyed_by_arg = false,
    .js_while_stopping = false,
    .buffer_info_openharmony = false,
    .node_version_unset = false,
    .engine =
        {
            .thrown_in_property_is_failure = true,
            .views_may_be_sealed = true,
            .has_float16_arrays = false,
            .room_for_text_is_int = true,
            .buffer_bytes_max = 0x100000000,
        },
};

constexpr ProfileTraits WithVersion(const char* name, uint32_t major, bool drains_first) {
  ProfileTraits traits = kNode20Traits;
  traits.name = name;
  traits.node_major = major;
  traits.api_version = 10;
  traits.api_version_max = 10;
  traits.strict_since = 10;
  traits.tsfn_drains_before_finalize = drains_first;
  traits.engine = {};
  if (major < 24) traits.engine.views_may_be_sealed = true;
  if (major < 24) traits.engine.has_float16_arrays = false;
  if (major < 24) traits.engine.room_for_text_is_int = true;
  if (major >= 26) traits.engine.functions_own_caller = false;
  return traits;
}

constexpr ProfileTraits kOpenHarmonyTraits = {
    .name = "openharmony",
    .node_major = 16,
    .api_version = 8,
    // Nothing there asks a module for its version.
    .api_version_max = Experimental,
    .strict_since = Experimental,
    .openharmony_functions = true,
    .cancel_always_ok = true,
    .cancel_error_in_complete = false,
    .queue_always_ok = true,
    .complete_required = true,
    .complete_in_callback_scope = false,
    .foreign_work_ignored = true,
    .async_resource_ignored = true,
    .async_keeps_last_error = true,
    .tsfn_drains_before_finalize = false,
    .tsfn_openharmony = true,
    .tsfn_finalized_at_teardown = false,
    .loop_turns_at_teardown = false,
    .exceptions_always_uncaught = true,
    .throw_wants_error = true,
    .settle_runs_microtasks = true,
    .null_deferred_refused = true,
    .unbalanced_scopes_abort = false,
    .unref_at_zero_fails = false,
    .reference_any_value = true,
    .weak_delete_deferred = true,
    .instance_data_overwrite_finalizes = true,
    .instance_data_last = true,
    .keeps_async_resource = false,
    .basic_finalizers_in_collection = false,
    .worker_finalizers_in_collection = true,
    .bytes_finalized_apart = false,
    .hook_keyed_by_arg = true,
    .js_while_stopping = true,
    .buffer_info_openharmony = true,
    .node_version_unset = true,
};

constexpr ProfileTraits Guide() {
  ProfileTraits traits = kOpenHarmonyTraits;
  traits.name = "openharmony:cancel_status=guide";
  traits.cancel_error_in_complete = true;
  return traits;
}

// In the order of Profile.
constexpr ProfileTraits kProfiles[] = {
    kNode20Traits,
    WithVersion("node22", 22, false),
    WithVersion("node24", 24, true),
    WithVersion("node26", 26, true),
    kOpenHarmonyTraits,
    Guide(),
};

}  // namespace

const ProfileTraits& Traits(Profile profile) { return kProfiles[static_cast<int>(profile)]; }

std::optional<Profile> ParseProfile(std::string_view name) {
  for (Profile profile : {Profile::kNode20, Profile::kNode22, Profile::kNode24, Profile::kNode26,
                          Profile::kOpenHarmony, Profile::kOpenHarmonyGuide}) {
    if (name == Traits(profile).name) return profile;
  }
  return std::nullopt;
}

const char* ProfileNames() {
  return "node20, node22, node24, node26, openharmony or openharmony:cancel_status=guide";
}

}  // namespace napisan
