#include "checker/render_sarif.h"

#include <fmt/format.h>

#include <cctype>

#include "checker/render_escape.h"
#include "checker/render_words.h"

namespace napisan::checker {
namespace {

using Json = nlohmann::ordered_json;

const char* Level(RuleKind kind) {
  return kind == RuleKind::Error || kind == RuleKind::Leak ? "error" : "warning";
}

Json Text(std::string_view text) { return {{"text", EscapeInvalidUtf8(text)}}; }

// A file's URI: a relative one stays so, for the service to find below the checkout's root.
std::string Uri(const std::string& path) {
  return (path[0] == '/' ? "file://" : "") + EscapeForUri(path);
}

Json LocationToSarif(const CodeLocation& location) {
  Json result = Json::object();
  if (!location.file.empty()) {
    result["physicalLocation"] = {{"artifactLocation", {{"uri", Uri(location.file)}}}};
    if (location.line > 0) {
      result["physicalLocation"]["region"] = {{"startLine", location.line}};
    }
  } else if (!location.image.empty()) {
    result["physicalLocation"] = {{"artifactLocation", {{"uri", Uri(location.image)}}}};
  }
  if (!location.function.empty()) {
    result["logicalLocations"] =
        Json::array({{{"name", EscapeInvalidUtf8(location.function)}, {"kind", "function"}}});
  }
  return result;
}

// "WorkDoubleDelete" for "async-work/double-delete": names are one word in SARIF.
std::string CamelName(std::string_view slug) {
  std::string name;
  bool upper = true;
  for (char c : slug) {
    if (c == '/' || c == '-') {
      upper = true;
      continue;
    }
    name += upper ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    upper = false;
  }
  return name;
}

std::string WithOpenHarmony(const Rule& rule) {
  return fmt::format("{} Node.js: {} OpenHarmony (from its source, not run on a device): {}",
                     rule.sentence, rule.node, rule.openharmony);
}

Json RuleToSarif(const Rule& rule) {
  return {{"id", rule.slug},
          {"name", CamelName(rule.slug)},
          {"shortDescription", Text(rule.sentence)},
          {"fullDescription", Text(WithOpenHarmony(rule))},
          {"help", Text(fmt::format("Fix: {}", rule.remedy))},
          {"defaultConfiguration", {{"level", Level(rule.kind)}}},
          {"properties", {{"kind", KindName(rule.kind)}, {"side", SideName(rule.side)}}}};
}

// The history as the way that led to the report, ending at the report's own place.
Json CodeFlow(const Report& report) {
  Json steps = Json::array();
  for (const HistoryEntry& entry : report.history) {
    Json location = entry.at.empty() ? Json::object() : LocationToSarif(entry.at[0]);
    std::string message = fmt::format("{} on {}", EventWord(entry.event), entry.situation.thread);
    location["message"] = Text(message);
    steps.push_back({{"location", std::move(location)}});
  }
  Json last = report.at.empty() ? Json::object() : LocationToSarif(report.at[0]);
  last["message"] = Text(FullMessage(report));
  steps.push_back({{"location", std::move(last)}});
  return {{"threadFlows", Json::array({{{"locations", std::move(steps)}}})}};
}

std::string Fingerprint(const Report& report) {
  std::string where;
  if (!report.at.empty()) {
    const CodeLocation& location = report.at[0];
    std::string_view file = location.file.empty() ? location.image : location.file;
    where = fmt::format("{}:{}", BaseName(file), location.function);
  }
  std::string function = report.function == nullptr ? "" : report.function;
  return EscapeInvalidUtf8(fmt::format("{}:{}:{}", Get(report.rule).slug, function, where));
}

}  // namespace

size_t SarifLog::Add(const Report& report) {
  const Rule& rule = Get(report.rule);
  Json result = {{"ruleId", rule.slug},
                 {"ruleIndex", static_cast<int>(report.rule)},
                 {"level", Level(rule.kind)},
                 {"message", Text(FullMessage(report))}};
  Json locations = Json::array();
  if (!report.at.empty()) locations.push_back(LocationToSarif(report.at[0]));
  result["locations"] = std::move(locations);
  if (!report.history.empty()) result["codeFlows"] = Json::array({CodeFlow(report)});
  result["partialFingerprints"] = {{"napisanSite/v1", Fingerprint(report)}};
  result["occurrenceCount"] = report.count;
  result["properties"] = {{"module", EscapeInvalidUtf8(report.module)},
                          {"phase", PhaseName(report.situation.phase)},
                          {"profile", report.profile}};
  results_.push_back(std::move(result));
  return results_.size() - 1;
}

void SarifLog::SetCount(size_t result, uint64_t count) {
  results_[result]["occurrenceCount"] = count;
}

std::string SarifLog::Render() const {
  Json rules = Json::array();
  for (int i = 0; i < kRuleCount; ++i) rules.push_back(RuleToSarif(AllRules()[i]));
  Json run = {{"tool", {{"driver", {{"name", "napisan"}, {"rules", std::move(rules)}}}}},
              {"columnKind", "utf16CodeUnits"},
              {"results", results_}};
  Json log = {{"$schema", "https://json.schemastore.org/sarif-2.1.0.json"},
              {"version", "2.1.0"},
              {"runs", Json::array({std::move(run)})}};
  return log.dump(1) + "\n";
}

}  // namespace napisan::checker
