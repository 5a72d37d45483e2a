// Whether a value is what TypeScript says that it is.
#pragma once

#include "cli/type_model.h"
#include "host/agent.h"

namespace napisan::cli {

// True also where the type says nothing that can be looked at. No getter is run: what one would
// give is not looked at.
bool Matches(host::Agent& agent, const TypeModel& model, TypeModel::TypeId type, host::Value value);

}  // namespace napisan::cli
