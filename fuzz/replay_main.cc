// The main of programs without libFuzzer: replays inputs, makes random ones, checks that the same
// input gives the same run, and writes the seed corpus.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "edge_counters.h"
#include "program.h"
#include "program_text.h"
#include "random_programs.h"
#include "seeds.h"
#include "target.h"

namespace napisan::fuzz {
namespace {

using Bytes = std::vector<uint8_t>;

struct Input {
  std::string name;
  Bytes bytes;
};

struct Options {
  std::vector<std::string> paths;
  bool text = false;
  bool print = false;
  uint64_t random = 0;
  uint64_t seed = 1;
  uint64_t stability = 0;
  std::string seeds_folder;
};

// What the command line asks for cannot be done: one line, and status 2.
[[noreturn]] void Refuse(const std::string& why) {
  std::fflush(stdout);
  std::fputs(fmt::format("replay: {}\n", why).c_str(), stderr);
  std::exit(2);
}

Bytes ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) Refuse("cannot read " + path);
  Bytes bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) Refuse("cannot read " + path);
  return bytes;
}

Bytes FromText(const std::string& path, const Bytes& text) {
  Program program;
  std::string error;
  if (!Parse({reinterpret_cast<const char*>(text.data()), text.size()}, program, error)) {
    Refuse(path + ": " + error);
  }
  Bytes bytes(kBytesMax);
  bytes.resize(Encode(program, bytes.data()));
  return bytes;
}

std::vector<Input> ReadInputs(const Options& options) {
  namespace fs = std::filesystem;
  std::vector<std::string> files;
  for (const std::string& path : options.paths) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      files.push_back(path);
      continue;
    }
    size_t before = files.size();
    for (fs::recursive_directory_iterator at(path, error), end; !error && at != end;
         at.increment(error)) {
      if (at->is_regular_file()) files.push_back(at->path().string());
    }
    if (error) Refuse("cannot read " + path + ": " + error.message());
    std::sort(files.begin() + static_cast<ptrdiff_t>(before), files.end());
  }
  std::vector<Input> inputs;
  for (const std::string& path : files) {
    Bytes bytes = ReadFile(path);
    if (options.text) bytes = FromText(path, bytes);
    inputs.push_back({path, std::move(bytes)});
  }
  return inputs;
}

void Print(const Input& input) {
  Program program;
  Decode(input.bytes.data(), input.bytes.size(), program);
  std::fputs(fmt::format("# {}\n{}\n", input.name, ToText(program)).c_str(), stdout);
}

// Says every second how far it is, on stderr.
class Progress {
 public:
  explicit Progress(uint64_t total) : total_(total) {}
  void Tell(uint64_t done) {
    // The clock is not free, compared with an input.
    if (done % 1024 != 0) return;
    auto now = std::chrono::steady_clock::now();
    if (now < next_) return;
    next_ = now + std::chrono::seconds(1);
    std::fputs(fmt::format("replay: {} of {} inputs\n", done, total_).c_str(), stderr);
  }
  double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  }

 private:
  uint64_t total_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point next_ = begun_ + std::chrono::seconds(1);
};

struct Trace {
  uint64_t events;
  std::vector<uint8_t> edges;
};

void RunTraced(const Bytes& bytes, Trace& trace) {
  ClearEdges();
  RunInput(bytes.data(), bytes.size());
  CopyEdges(trace.edges);
  trace.events = LastTraceHash();
}

// How many inputs do not run the same way each time: other events, or edges taken more or less
// often. `edges` counts the inputs that each edge was different for.
uint64_t CountUnstable(const std::vector<Input>& inputs, uint64_t times,
                       std::map<size_t, uint64_t>& edges) {
  uint64_t unstable = 0;
  Trace first;
  Trace again;
  // Room for the copies is made outside of what is compared.
  first.edges.resize(EdgeCount());
  again.edges.resize(EdgeCount());
  Progress progress(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    RunTraced(inputs[i].bytes, first);
    bool alike = true;
    for (uint64_t run = 1; run < times && alike; ++run) {
      RunTraced(inputs[i].bytes, again);
      alike = again.events == first.events && again.edges == first.edges;
      if (again.events != first.events) {
        std::fputs(fmt::format("{}: run {} sees other events\n", inputs[i].name, run + 1).c_str(),
                   stderr);
      }
      for (size_t edge = 0; edge < first.edges.size() && !alike; ++edge) {
        if (first.edges[edge] != again.edges[edge]) ++edges[edge];
      }
    }
    unstable += !alike;
    progress.Tell(i + 1);
  }
  return unstable;
}

uint64_t TellStability(const std::vector<Input>& inputs, uint64_t times) {
  // What happens once a process is no instability.
  for (const Input& input : inputs) RunInput(input.bytes.data(), input.bytes.size());
  std::map<size_t, uint64_t> edges;
  uint64_t unstable = CountUnstable(inputs, times, edges);
  constexpr size_t kToldMax = 80;
  std::string text;
  for (auto [edge, count] : edges) {
    text += fmt::format("  edge at {:#x} differs in {} inputs\n", PcOfEdge(edge), count);
    if (std::count(text.begin(), text.end(), '\n') >= static_cast<ptrdiff_t>(kToldMax)) break;
  }
  size_t alike = inputs.size() - unstable;
  text += fmt::format(
      "stability: {} of {} inputs ran alike {} times ({:.2f} %); {}\n", alike, inputs.size(), times,
      100.0 * static_cast<double>(alike) / static_cast<double>(std::max<size_t>(inputs.size(), 1)),
      EdgeCount() > 0 ? fmt::format("{} edges compared, {} differed", EdgeCount(), edges.size())
                      : "events compared, edges are not counted in this build");
  std::fputs(text.c_str(), stdout);
  return unstable;
}

void RunAll(const Options& options, const std::vector<Input>& inputs) {
  // Made when first asked for: that is not what is measured.
  const Tally& tally = TallySoFar();
  Progress progress(inputs.size() + options.random);
  for (size_t i = 0; i < inputs.size(); ++i) {
    RunInput(inputs[i].bytes.data(), inputs[i].bytes.size());
    progress.Tell(i + 1);
  }
  for (uint64_t i = 0; i < options.random; ++i) {
    Bytes bytes = RandomInput(options.seed + i);
    RunInput(bytes.data(), bytes.size());
    progress.Tell(inputs.size() + i + 1);
  }
  double seconds = progress.seconds();
  std::fputs(fmt::format("{}{:.0f} inputs a second\n", ToText(tally),
                         static_cast<double>(tally.programs) / std::max(seconds, 1e-9))
                 .c_str(),
             stdout);
}

int Main(const Options& options) {
  if (!options.seeds_folder.empty()) {
    size_t written = 0;
    std::string error;
    if (!WriteSeeds(options.seeds_folder, written, error)) Refuse(error);
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
  std::vector<Input> inputs = ReadInputs(options);
  if (options.print || options.stability > 0) {
    for (uint64_t i = 0; i < options.random; ++i) {
      uint64_t seed = options.seed + i;
      inputs.push_back({fmt::format("random input of seed {}", seed), RandomInput(seed)});
    }
  }
  if (inputs.empty() && options.random == 0) Refuse("there is no input: name files or folders");
  if (options.print) {
    for (const Input& input : inputs) Print(input);
    return 0;
  }
  uint64_t unstable = 0;
  if (options.stability > 0) {
    unstable = TellStability(inputs, options.stability);
  } else {
    RunAll(options, inputs);
  }
  if (TallySoFar().operations == 0) Refuse("no operation was performed");
  return unstable == 0 ? 0 : 1;
}

}  // namespace
}  // namespace napisan::fuzz

int main(int argc, char** argv) {
  napisan::fuzz::Options options;
  CLI::App app("Replays inputs of a fuzz target, and makes random ones");
  app.add_option("paths", options.paths, "files, or folders of files");
  app.add_flag("--text", options.text, "the files hold programs in their text form");
  app.add_flag("--print", options.print, "print the programs as text and run nothing");
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
