// A report as one line of JSON, version 1: the contract for machines.
#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "checker/report.h"

namespace napisan::checker {

// An object with the contract's fields, in the contract's order.
nlohmann::ordered_json ReportToJson(const Report& report);

// The same as a line, with its line feed. Bytes that are not UTF-8 are escaped.
std::string RenderJsonLine(const Report& report);

}  // namespace napisan::checker
