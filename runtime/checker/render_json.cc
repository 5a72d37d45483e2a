#include "checker/render_json.h"

#include <string_view>

#include "checker/render_escape.h"
#include "checker/render_words.h"

namespace napisan::checker {
namespace {

using Json = nlohmann::ordered_json;

Json OrNull(const char* text) { return text == nullptr ? Json() : Json(EscapeInvalidUtf8(text)); }

Json OrNull(const std::string& text) {
  return text.empty() ? Json() : Json(EscapeInvalidUtf8(text));
}

// "main" for the main agent, as Node's users say; other threads by their names for people.
std::string ThreadForMachines(const std::string& thread) {
  return thread == "main agent" ? "main" : EscapeInvalidUtf8(thread);
}

Json Locations(const std::vector<CodeLocation>& locations) {
  Json list = Json::array();
  for (const CodeLocation& location : locations) {
    list.push_back({{"function", OrNull(location.function)},
                    {"file", OrNull(location.file)},
                    {"line", location.line == 0 ? Json() : Json(location.line)},
                    {"image", OrNull(location.image)},
                    {"offset", location.image.empty() ? Json() : Json(location.offset)}});
  }
  return list;
}

Json History(const Report& report) {
  Json list = Json::array();
  for (const HistoryEntry& entry : report.history) {
    Json row = {{"event", EventWord(entry.event)},
                {"function", OrNull(entry.function)},
                {"thread", ThreadForMachines(entry.situation.thread)},
                {"phase", PhaseName(entry.situation.phase)}};
    if (entry.duration_ns != 0) row["duration_ns"] = entry.duration_ns;
    row["at"] = Locations(entry.at);
    list.push_back(std::move(row));
  }
  return list;
}

}  // namespace

nlohmann::ordered_json ReportToJson(const Report& report) {
  const Rule& rule = Get(report.rule);
  Json also = Json::array();
  for (RuleId id : report.also) also.push_back(Get(id).slug);
  Json object;
  if (report.object.kind[0] != '\0') {
    object = {{"kind", report.object.kind},
              {"id", report.object.id},
              {"name", EscapeInvalidUtf8(report.object.name)}};
  }
  return {{"v", 1},
          {"rule", rule.slug},
          {"kind", KindName(rule.kind)},
          {"side", SideName(rule.side)},
          {"message", EscapeInvalidUtf8(FullMessage(report))},
          {"function", OrNull(report.function)},
          {"argument", OrNull(report.argument)},
          {"module", OrNull(report.module)},
          {"env", report.env == 0 ? Json() : Json(report.env)},
          {"thread", ThreadForMachines(report.situation.thread)},
          {"phase", PhaseName(report.situation.phase)},
          {"action", ActionName(report.action)},
          {"object", std::move(object)},
          {"also", std::move(also)},
          {"count", report.count},
          {"profile", report.profile},
          {"schedule", OrNull(report.schedule)},
          {"at", Locations(report.at)},
          {"history", History(report)}};
}

std::string RenderJsonLine(const Report& report) { return ReportToJson(report).dump() + "\n"; }

}  // namespace napisan::checker
