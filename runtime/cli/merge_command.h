// napisan merge: the summaries of shards, as one.
#pragma once

#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace napisan::cli {

struct MergeOptions {
  std::vector<std::string> summaries;
  std::string json;
  std::string junit;
};

CLI::App* AddMerge(CLI::App& app, MergeOptions& options);
// The exit status: 1 where one of them has a finding, did nothing or did not come to its end.
int Merge(const MergeOptions& options);

}  // namespace napisan::cli
