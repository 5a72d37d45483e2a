// Reports as a SARIF 2.1.0 log, for code-scanning services.
//
// Ownership: the caller's; keeps a rendering of each report, not the report.
// Threads: one at a time.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "checker/report.h"

namespace napisan::checker {

class SarifLog {
 public:
  // Returns the number of the result, for SetCount.
  size_t Add(const Report& report);
  // How often a result was seen in all.
  void SetCount(size_t result, uint64_t count);
  // The whole file, valid at any time: the catalogue of rules, and the results so far.
  std::string Render() const;

 private:
  nlohmann::ordered_json results_ = nlohmann::ordered_json::array();
};

}  // namespace napisan::checker
