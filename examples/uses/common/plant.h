// Planted mistakes: a build with USES_PLANT=NAME has the one of that name, so that tests can show
// what napisan says of it. ../plants.json tells each one's module and rule.
#pragma once

namespace uses {

// As in plants.json.
enum class Plant {
  none,
  work_never_deleted,
  function_never_released,
  env_in_execute,
  reference_leaked,
  deferred_never_settled,
  buffer_unreferenced,
};

#ifndef USES_PLANT
#define USES_PLANT none
#endif

constexpr bool Planted(Plant plant) { return plant == Plant::USES_PLANT; }

}  // namespace uses
