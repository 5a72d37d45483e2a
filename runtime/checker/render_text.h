// A report as text for people, in the shape that docs and tests promise.
#pragma once

#include <string>

#include "checker/report.h"

namespace napisan::checker {

struct TextStyle {
  int pid = 0;
  bool color = false;
};

// Everything but the last line, which is RenderSummary: a fatal report has a stack between the two.
std::string RenderText(const Report& report, const TextStyle& style);
std::string RenderSummary(const Report& report, const TextStyle& style);

}  // namespace napisan::checker
