#include "replay/stability.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <string>

#include "replay/edge_counters.h"
#include "replay/progress.h"

namespace napisan::fuzz {
namespace {

struct Trace {
  uint64_t events;
  std::vector<uint8_t> edges;
};

void RunTraced(Target& target, const Bytes& bytes, Trace& trace) {
  ClearEdges();
  target.Run(bytes.data(), bytes.size());
  if (target.edges_are_alike()) CopyEdges(trace.edges);
  trace.events = target.last_trace();
}

// How many inputs do not run the same way each time: other events, or edges taken more or less
// often. `edges` counts the inputs that each edge was different for.
uint64_t CountUnstable(Target& target, const std::vector<Input>& inputs, uint64_t times,
                       std::map<size_t, uint64_t>& edges) {
  uint64_t unstable = 0;
  Trace first;
  Trace again;
  // Room for the copies is made outside of what is compared.
  first.edges.resize(EdgeCount());
  again.edges.resize(EdgeCount());
  Progress progress(inputs.size());
  for (size_t i = 0; i < inputs.size(); ++i) {
    RunTraced(target, inputs[i].bytes, first);
    bool alike = true;
    for (uint64_t run = 1; run < times && alike; ++run) {
      RunTraced(target, inputs[i].bytes, again);
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

}  // namespace

uint64_t TellStability(Target& target, const std::vector<Input>& inputs, uint64_t times) {
  // What happens once a process is no instability.
  for (const Input& input : inputs) target.Run(input.bytes.data(), input.bytes.size());
  std::map<size_t, uint64_t> edges;
  uint64_t unstable = CountUnstable(target, inputs, times, edges);
  constexpr size_t kToldMax = 80;
  std::string text;
  for (auto [edge, count] : edges) {
    text += fmt::format("  edge at {:#x} differs in {} inputs\n", PcOfEdge(edge), count);
    if (std::count(text.begin(), text.end(), '\n') >= static_cast<ptrdiff_t>(kToldMax)) break;
  }
  size_t alike = inputs.size() - unstable;
  // Cut, not rounded: what is not all is not 100 %.
  double percent = std::floor(1e4 * static_cast<double>(alike) /
                              static_cast<double>(std::max<size_t>(inputs.size(), 1))) /
                   100;
  text += fmt::format("stability: {} of {} inputs ran alike {} times ({:.2f} %); {}\n", alike,
                      inputs.size(), times, percent,
                      !target.edges_are_alike()
                          ? "events compared; which edges are taken is a matter of its threads"
                      : EdgeCount() > 0
                          ? fmt::format("{} edges compared, {} differed", EdgeCount(), edges.size())
                          : "events compared, edges are not counted in this build");
  std::fputs(text.c_str(), stdout);
  return unstable;
}

}  // namespace napisan::fuzz
