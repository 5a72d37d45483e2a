// napisan check: the options of one check, and the check itself.
#pragma once

#include <string>
#include <vector>

namespace napisan::cli {

struct CheckOptions {
  std::string module;
  // Of these two at most one.
  std::vector<std::string> calls;
  std::string script;
  std::string types;
  std::string profile = "node24";
  std::string agent = "main";
  std::string gc = "idle";
  double timeout_seconds = 30;
  bool orders = false;
  size_t orders_max = 2000;
  std::string json;
  bool in_process = false;
  bool quiet = false;
};

// The exit status.
int Check(const CheckOptions& options);

}  // namespace napisan::cli
