// Growth: whether memory stays allocated each time that an input has run. One allocation that stays
// is LeakSanitizer's to tell; here it is told what grows for as long as a process lives.
#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "cli/fuzz/input.h"

namespace napisan::cli::fuzz {

// What an input that can be looked at calls: one function of the module, and it is not torn down on
// the way. Empty for another.
std::string GrowthName(const Input& input);

// The bytes that stay each time that `run` is called, which is done 100 times; 0 where it does not
// grow, or where that takes too long.
size_t GrowthOf(const std::function<void()>& run);

}  // namespace napisan::cli::fuzz
