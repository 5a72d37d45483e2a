// Runs the benchmark programs that lie beside the driver, and reads what they measured.
#pragma once

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace napisan::bench {

// What Google Benchmark tells of one benchmark: its numbers by name, counters and times alike.
using Numbers = std::map<std::string, double>;

struct ChildResult {
  // By name, without what Google Benchmark appends ("/real_time").
  std::map<std::string, Numbers> benchmarks;
  std::map<std::string, std::string> context;
  nlohmann::json json;
};

// 0 of none.
double Median(std::vector<double> values);

// The folder of the running program.
std::string OwnFolder();

// Runs the program with UV_THREADPOOL_SIZE=1. Its JSON is kept in `json_path`, and what it prints
// in the same with ".log".
// False and one line when it cannot be run, fails, or measures nothing.
bool RunChild(const std::string& program, const std::vector<std::string>& arguments,
              const std::string& json_path, ChildResult& result, std::string& error);

}  // namespace napisan::bench
