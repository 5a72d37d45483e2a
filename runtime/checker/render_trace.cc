#include "checker/render_trace.h"

#include <nlohmann/json.hpp>

#include "checker/render_escape.h"
#include "checker/render_json.h"
#include "checker/render_words.h"

namespace napisan::checker {
namespace {

using Json = nlohmann::ordered_json;

// Threads are known by name; a trace wants numbers. FNV-1a, cut to what viewers show well.
uint32_t ThreadNumber(const std::string& name) {
  uint32_t hash = 2166136261u;
  for (char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619u;
  return hash & 0xffffff;
}

class Events {
 public:
  explicit Events(int pid) : pid_(pid) {}

  void Add(const std::string& name, const std::string& thread, uint64_t ts, Json args) {
    uint32_t tid = ThreadNumber(thread);
    Append({{"name", "thread_name"},
            {"ph", "M"},
            {"pid", pid_},
            {"tid", tid},
            {"args", {{"name", EscapeInvalidUtf8(thread)}}}});
    Append({{"name", EscapeInvalidUtf8(name)},
            {"cat", "napisan"},
            {"ph", "i"},
            {"s", "t"},
            {"ts", ts},
            {"pid", pid_},
            {"tid", tid},
            {"args", std::move(args)}});
  }

  const std::string& text() const { return text_; }

 private:
  void Append(const Json& event) { text_ += event.dump() + ",\n"; }

  int pid_;
  std::string text_;
};

std::string Subject(const Report& report) {
  if (report.object.kind[0] == '\0') return "";
  return std::string(" ") + report.object.word + " #" + std::to_string(report.object.id);
}

}  // namespace

std::string RenderTrace(const Report& report, int pid, uint64_t now_us) {
  Events events(pid);
  uint64_t back = report.history.size();
  for (const HistoryEntry& entry : report.history) {
    Json args = {{"order_only", true}};
    if (entry.duration_ns != 0) args["duration_ns"] = entry.duration_ns;
    if (!entry.at.empty()) args["at"] = EscapeInvalidUtf8(ShortPlace(entry.at[0]));
    uint64_t ts = now_us > back ? now_us - back : 0;
    events.Add(EventWord(entry.event) + Subject(report), entry.situation.thread, ts,
               std::move(args));
    --back;
  }
  Json args = {{"report", ReportToJson(report)}};
  events.Add(Get(report.rule).slug, report.situation.thread, now_us, std::move(args));
  return events.text();
}

}  // namespace napisan::checker
