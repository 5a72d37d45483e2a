// The main of programs without a fuzzing engine: replays inputs, makes random ones, checks that the
// same input gives the same run, and writes the seed corpus. What an input means is its target's.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "replay/inputs.h"
#include "replay/progress.h"
#include "replay/stability.h"
#include "target.h"

namespace napisan::fuzz {
namespace {

struct Options {
  std::vector<std::string> paths;
  bool text = false;
  bool print = false;
  uint64_t random = 0;
  uint64_t seed = 1;
  uint64_t stability = 0;
  std::string seeds_folder;
};

void Print(const Target& target, const Input& input) {
  std::fputs(fmt::format("# {}\n{}\n", input.name, target.ToText(input.bytes)).c_str(), stdout);
}

void RunAll(Target& target, const Options& options, const std::vector<Input>& inputs) {
  Progress progress(inputs.size() + options.random);
  for (size_t i = 0; i < inputs.size(); ++i) {
    target.Run(inputs[i].bytes.data(), inputs[i].bytes.size());
    progress.Tell(i + 1);
  }
  for (uint64_t i = 0; i < options.random; ++i) {
    Bytes bytes = RandomInput(target, options.seed + i);
    target.Run(bytes.data(), bytes.size());
    progress.Tell(inputs.size() + i + 1);
  }
  double seconds = progress.seconds();
  std::fputs(fmt::format("{}{:.0f} inputs a second\n", target.receipt(),
                         static_cast<double>(target.inputs()) / std::max(seconds, 1e-9))
                 .c_str(),
             stdout);
}

int Main(const Options& options) {
  // Made before anything is measured.
  Target& target = TheTarget();
  if (!options.seeds_folder.empty()) {
    size_t written = WriteSeeds(target, options.seeds_folder);
    std::fputs(fmt::format("{} seeds written to {}\n", written, options.seeds_folder).c_str(),
               stdout);
    return 0;
  }
  if (options.random > 0) {
    std::fputs(fmt::format("replay: seed {}; input i alone: --random 1 --seed {}+i\n", options.seed,
                           options.seed)
                   .c_str(),
               stderr);
  }
  std::vector<Input> inputs = ReadInputs(options.paths, options.text);
  if (options.print || options.stability > 0) {
    for (uint64_t i = 0; i < options.random; ++i) {
      uint64_t seed = options.seed + i;
      inputs.push_back({fmt::format("random input of seed {}", seed), RandomInput(target, seed)});
    }
  }
  if (inputs.empty() && options.random == 0) Refuse("there is no input: name files or folders");
  if (options.print) {
    for (const Input& input : inputs) Print(target, input);
    return 0;
  }
  uint64_t unstable = 0;
  if (options.stability > 0) {
    unstable = TellStability(target, inputs, options.stability);
  } else {
    RunAll(target, options, inputs);
  }
  if (target.work_done() == 0) Refuse("no operation was performed");
  return unstable == 0 ? 0 : 1;
}

}  // namespace
}  // namespace napisan::fuzz

int main(int argc, char** argv) {
  napisan::fuzz::Options options;
  CLI::App app("Replays inputs of a fuzz target, and makes random ones");
  app.add_option("paths", options.paths, "files, or folders of files");
  app.add_flag("--text", options.text, "the files hold the text form of inputs");
  app.add_flag("--print", options.print, "print the inputs as text and run nothing");
  app.add_option("--random", options.random, "also run so many random inputs");
  app.add_option("--seed", options.seed, "of the first random input; the next have the next");
  app.add_option("--stability", options.stability,
                 "run each input so many times, and compare what was seen and the edges taken");
  app.add_option("--write-seeds", options.seeds_folder, "write the seed corpus to a folder");
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp& help) {
    return app.exit(help);
  } catch (const CLI::ParseError& error) {
    napisan::fuzz::Refuse(error.what());
  }
  return napisan::fuzz::Main(options);
}
