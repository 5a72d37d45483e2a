#include "explore/timeline.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/thread.h"
#include "checker/images.h"
#include "checker/symbolize.h"
#include "checker/symbolize_file.h"

namespace napisan::explore {
namespace {

using schedule::Event;
using schedule::EventKind;
using schedule::Record;

// What is done in a stretch beyond that is counted and not told.
constexpr size_t kToldOfStretch = 5;

const char* WaitText(schedule::Wait wait) {
  switch (wait) {
#define NAPISAN_WAIT(name, text) \
  case schedule::Wait::name:     \
    return text;
    NAPISAN_WAITS(NAPISAN_WAIT)
#undef NAPISAN_WAIT
  }
  return "";
}

// "uv__work_submit, threadpool.c:161", or as much of it as is known.
std::string PlaceOf(const Shared& shared, const void* at) {
  auto pc = reinterpret_cast<uintptr_t>(at);
  if (pc == 0) return "";
  for (uint32_t i = 0; i < shared.images; ++i) {
    const ImagePlace& place = shared.image[i];
    if (pc < place.begin || pc >= place.end) continue;
    checker::Image image{};
    image.path = place.path;
    image.build_id = "";
    image.base = place.base;
    checker::FileSymbol symbol = checker::FindFileSymbol(image, pc - 1 - place.base);
    std::string function = checker::PlainName(symbol.function);
    std::string_view file = symbol.file;
    file.remove_prefix(std::min(file.rfind('/') + 1, file.size()));
    if (!function.empty() && symbol.line > 0) {
      return fmt::format("{}, {}:{}", function, file, symbol.line);
    }
    if (!function.empty()) return function;
    std::string_view path = place.path;
    path.remove_prefix(std::min(path.rfind('/') + 1, path.size()));
    return fmt::format("{}+{:#x}", path, pc - 1 - place.base);
  }
  return "";
}

std::string TextOf(const Event& event) {
  switch (event.kind) {
    case EventKind::kPoint:
    case EventKind::kEnds:
    case EventKind::kBegins:
      return event.what != nullptr ? event.what : "";
    case EventKind::kBlocks:
      return WaitText(event.wait);
    case EventKind::kTimesOut:
      return std::string(WaitText(event.wait)) + " no longer: its time is up";
    case EventKind::kOutside:
      return "comes to no point: it waits outside, or spins";
  }
  return "";
}

std::string TextAt(const Shared& shared, const Event& event) {
  std::string place = PlaceOf(shared, event.at);
  std::string text = TextOf(event);
  return place.empty() ? text : fmt::format("{} ({})", text, place);
}

struct Stretch {
  uint16_t strand;
  std::vector<const Event*> events;
};

std::vector<Stretch> StretchesOf(const Record& record) {
  std::vector<Stretch> stretches;
  uint32_t count = std::min(record.event_count, schedule::kEventsMax);
  for (uint32_t i = 0; i < count; ++i) {
    const Event& event = record.events[i];
    // It is another thread's doing that it begins.
    if (event.kind == EventKind::kBegins) continue;
    if (stretches.empty() || stretches.back().strand != event.strand) {
      stretches.push_back({event.strand, {}});
    }
    stretches.back().events.push_back(&event);
  }
  return stretches;
}

}  // namespace

std::string NameOfStrand(const Record& record, int strand) {
  const schedule::StrandName& name = record.names[strand];
  if (name.number != 0) {
    return NameOf(static_cast<ThreadKind>(name.kind), name.number).text;
  }
  return strand == 0 ? "main thread" : fmt::format("thread {}", strand);
}

std::string DescribeWaiting(const Shared& shared) {
  const Record& record = shared.record;
  std::string text;
  for (int id = 0; id < schedule::kStrandsMax; ++id) {
    const schedule::Waiting& waiting = record.waiting[id];
    if (waiting.state == schedule::StrandState::kFree ||
        waiting.state == schedule::StrandState::kDone) {
      continue;
    }
    // Where nobody comes to an end, some of them do not wait.
    bool goes_on = waiting.state == schedule::StrandState::kRunning ||
                   waiting.state == schedule::StrandState::kRunnable;
    std::string does = !goes_on                  ? WaitText(waiting.wait)
                       : waiting.what != nullptr ? waiting.what
                                                 : "goes on";
    if (waiting.state == schedule::StrandState::kOutside) does = "waits outside";
    std::string place = PlaceOf(shared, waiting.at);
    if (!text.empty()) text += "; ";
    text += fmt::format("{} {}", NameOfStrand(record, id), does);
    if (waiting.holder != schedule::kNobody) {
      text += waiting.holder == id ? " that it has itself"
                                   : " of " + NameOfStrand(record, waiting.holder) + "'s";
    }
    if (!place.empty()) text += fmt::format(" ({})", place);
  }
  return text;
}

std::string DescribeDifference(const Shared& shared) {
  const auto& [first, second] = shared.difference;
  if (first.at == nullptr && second.at == nullptr) return "";
  return fmt::format("at event {} {} {}, and the next time {} {}", shared.difference_at,
                     NameOfStrand(shared.record, first.strand), TextAt(shared, first),
                     NameOfStrand(shared.record, second.strand), TextAt(shared, second));
}

std::string TimelineText(const Shared& shared) {
  const Record& record = shared.record;
  std::vector<Stretch> stretches = StretchesOf(record);
  size_t width = 0;
  for (const Stretch& stretch : stretches) {
    width = std::max(width, NameOfStrand(record, stretch.strand).size());
  }
  std::string text;
  for (size_t i = 0; i < stretches.size(); ++i) {
    const Stretch& stretch = stretches[i];
    std::string name = NameOfStrand(record, stretch.strand);
    size_t count = stretch.events.size();
    for (size_t at = 0; at < count; ++at) {
      const Event& event = *stretch.events[at];
      if (count > kToldOfStretch && at == kToldOfStretch / 2) {
        size_t skipped = count - kToldOfStretch + 1;
        text += fmt::format("  {:{}}  … {} more points\n", "", width, skipped);
        at += skipped - 1;
        continue;
      }
      // What it comes to is still to be done where it is stopped.
      bool stopped = at + 1 == count && i + 1 < stretches.size() && event.kind == EventKind::kPoint;
      text += fmt::format("  {:{}}  {}{}\n", at == 0 ? name : "", width,
                          stopped ? "STOPS where it " : "", TextAt(shared, event));
    }
  }
  return text;
}

std::string TimelineTrace(const Shared& shared) {
  const Record& record = shared.record;
  nlohmann::json events = nlohmann::json::array();
  std::vector<bool> named(schedule::kStrandsMax);
  uint32_t count = std::min(record.event_count, schedule::kEventsMax);
  for (uint32_t i = 0; i < count; ++i) {
    const Event& event = record.events[i];
    if (!named[event.strand]) {
      named[event.strand] = true;
      events.push_back({{"ph", "M"},
                        {"name", "thread_name"},
                        {"pid", 1},
                        {"tid", event.strand},
                        {"args", {{"name", NameOfStrand(record, event.strand)}}}});
    }
    events.push_back({{"ph", "X"},
                      {"name", TextOf(event)},
                      {"pid", 1},
                      {"tid", event.strand},
                      {"ts", i},
                      {"dur", 1},
                      {"args", {{"at", PlaceOf(shared, event.at)}}}});
  }
  return nlohmann::json({{"traceEvents", events}}).dump();
}

}  // namespace napisan::explore
