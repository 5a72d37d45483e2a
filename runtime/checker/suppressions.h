// Suppressions: reports that a user does not want to see, in the manner of the sanitizers' files.
//
// A line is a rule ("async-work/leaked", "reference/*"), or a rule and a place
// ("async-work/leaked:libfoo.node"). The place matches a function, a file or an image anywhere in
// its name, unless ^ or $ holds it to an end; * stands for any text. # starts a comment.
//
// Threads: one at a time (the sink's lock).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/report.h"

namespace napisan::checker {

struct Suppression {
  std::string rule;
  std::string place;  // or empty: everywhere
  uint64_t hits = 0;
};

// Appends what `text` says to `suppressions`. Returns what is wrong, as one line with its number.
std::optional<std::string> ParseSuppressions(std::string_view text,
                                             std::vector<Suppression>& suppressions);

// Counts and returns the first one that matches a symbolized report, or null.
Suppression* FindSuppression(std::vector<Suppression>& suppressions, const Report& report);

// Reads a file. One that is missing or wrong ends the process with one line and status 2.
std::vector<Suppression> LoadSuppressions(const std::string& path);

// What print_suppressions says at exit: each with its hits, and which were not used.
std::string DescribeSuppressions(const std::vector<Suppression>& suppressions);

}  // namespace napisan::checker
