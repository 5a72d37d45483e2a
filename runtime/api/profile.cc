#include "api/profile.h"

namespace napisan {
namespace {

// Sources: Node v20.19, v22, v24.21 and v26.10 measured; OpenHarmony from its source
// (arkui_napi), not run on a device.
constexpr ProfileTraits kNode20Traits = {
    .name = "node20",
    .node_major = 20,
    .cancel_always_ok = false,
    .queue_always_ok = false,
    .complete_required = false,
    .hook_keyed_by_arg = false,
    .instance_data_overwrite_finalizes = false,
    .unbalanced_scopes_abort = true,
    .unref_at_zero_fails = true,
    .reference_any_value = false,
    .tsfn_drains_before_finalize = false,
    .tsfn_openharmony = false,
    .tsfn_finalized_at_teardown = true,
    .complete_in_callback_scope = true,
    .engine =
        {
            .thrown_in_property_is_failure = true,
            .views_may_be_sealed = true,
            .has_float16_arrays = false,
            .room_for_text_is_int = true,
            .buffer_bytes_max = 0x100000000,
        },
};

constexpr ProfileTraits WithVersion(ProfileTraits traits, const char* name, uint32_t major,
                                    bool drains_first) {
  traits.name = name;
  traits.node_major = major;
  traits.tsfn_drains_before_finalize = drains_first;
  traits.engine = {};
  if (major < 24) traits.engine.views_may_be_sealed = true;
  if (major < 24) traits.engine.has_float16_arrays = false;
  if (major < 24) traits.engine.room_for_text_is_int = true;
  if (major >= 26) traits.engine.functions_own_caller = false;
  return traits;
}

constexpr ProfileTraits kProfiles[] = {
    kNode20Traits,
    WithVersion(kNode20Traits, "node22", 22, false),
    WithVersion(kNode20Traits, "node24", 24, true),
    WithVersion(kNode20Traits, "node26", 26, true),
    {
        .name = "openharmony",
        .node_major = 16,
        .cancel_always_ok = true,
        .queue_always_ok = true,
        .complete_required = true,
        .hook_keyed_by_arg = true,
        .instance_data_overwrite_finalizes = true,
        .unbalanced_scopes_abort = false,
        .unref_at_zero_fails = false,
        .reference_any_value = true,
        .tsfn_drains_before_finalize = false,
        .tsfn_openharmony = true,
        .tsfn_finalized_at_teardown = false,
        .complete_in_callback_scope = false,
    },
};

}  // namespace

const ProfileTraits& Traits(Profile profile) { return kProfiles[static_cast<int>(profile)]; }

std::optional<Profile> ParseProfile(std::string_view name) {
  for (Profile profile : {Profile::kNode20, Profile::kNode22, Profile::kNode24, Profile::kNode26,
                          Profile::kOpenHarmony}) {
    if (name == Traits(profile).name) return profile;
  }
  return std::nullopt;
}

}  // namespace napisan
