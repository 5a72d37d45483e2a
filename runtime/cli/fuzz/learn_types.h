// What TypeScript declarations say of a module, as knowledge.
#pragma once

#include "cli/fuzz/knowledge.h"
#include "cli/type_model.h"

namespace napisan::cli::fuzz {

void LearnTypes(const TypeModel& model, Knowledge& knowledge);

}  // namespace napisan::cli::fuzz
