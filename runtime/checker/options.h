// Options: what NAPISAN_OPTIONS says, in the syntax of ASAN_OPTIONS.
//
// Threads: GetOptions() anywhere; the options do not change after the first call, except through
// MutableOptions(), which is for start-up code and tests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace napisan::checker {

enum class Color : uint8_t { kAuto, kAlways, kNever };
enum class Stack : uint8_t { kCallsite, kFull };

struct Options {
#define OPTION(type, name, default_value, help) type name = default_value;
#include "checker/options.def"
#undef OPTION
};

// Applies `text` (key=value, separated by colons, commas or white space; a value may be quoted) to
// `options`. Returns what is wrong as one line, and has then applied what came before it.
std::optional<std::string> ParseOptions(std::string_view text, Options& options);

// What help=1 prints: every option, its default and what it does.
std::string OptionsHelp();

// The process's options: the defaults, then __napisan_default_options(), then NAPISAN_OPTIONS.
// A mistake in either ends the process with one line and status 2.
const Options& GetOptions();
Options& MutableOptions();

// Says one line on stderr and ends the process with status 2: for bad options and the files that
// they name. Nothing else runs, because this may happen before main.
[[noreturn]] void FailUsage(const std::string& line);

// The name in `names` that is nearest to `word`, for "did you mean".
std::string_view NearestName(std::string_view word, const std::string_view* names, int count);

}  // namespace napisan::checker

// A program may define this; its options come before those of the environment.
extern "C" const char* __napisan_default_options();
