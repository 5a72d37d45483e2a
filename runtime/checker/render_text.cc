#include "checker/render_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "checker/render_escape.h"
#include "checker/render_words.h"
#include "checker/symbolize.h"

namespace napisan::checker {
namespace {

// Wide enough for the usual words, so that reports of one run line up with each other.
constexpr size_t kEventColumn = 8;
constexpr size_t kSituationColumn = 35;
// The names of templates are longer than any line: they stand out, and move no other row.
constexpr size_t kFunctionColumnMax = 48;

struct Line {
  std::string event;
  std::string situation;
  std::string function;
  std::string place;
};

const char* KindWord(RuleKind kind) {
  switch (kind) {
    case RuleKind::Error:
      return "ERROR";
    case RuleKind::Leak:
      return "LEAK";
    case RuleKind::Portability:
    case RuleKind::Hazard:
      return "WARNING";
  }
  return "?";
}

const char* KindColor(RuleKind kind) {
  bool fails = kind == RuleKind::Error || kind == RuleKind::Leak;
  return fails ? "\x1b[1;31m" : "\x1b[1;33m";
}

std::string Padded(const std::string& text, size_t columns) {
  size_t used = Columns(text);
  return used >= columns ? text : text + std::string(columns - used, ' ');
}

std::string Stopped(const char* sentence) {
  std::string text = sentence;
  if (!text.empty() && text.back() != '.') text += '.';
  return text;
}

bool SameSituation(const Situation& a, const Situation& b) {
  return a.thread == b.thread && a.phase == b.phase && a.subject == b.subject;
}

// Where a call came from, below the line that names the call: "#0 CompleteCB double_delete.cc:31".
std::string RenderFrames(const Report& report) {
  std::string text;
  for (size_t i = 0; i < report.at.size(); ++i) {
    const CodeLocation& location = report.at[i];
    std::string place = location.file.empty() ? fmt::format("({})", ImageAndOffset(location))
                                              : fmt::format("{}:{}", location.file, location.line);
    std::string function = location.function.empty() ? "" : location.function + " ";
    text += fmt::format("    #{} {}\n", i, EscapeForTerminal(function + place));
  }
  return text;
}

// One event of the history. What it shares with the event before is not said again, and a
// callback of the host's (no function) has its phase in its event's word.
Line HistoryLine(const Report& report, size_t index) {
  const HistoryEntry& entry = report.history[index];
  Line line;
  line.event = EventWord(entry.event);
  line.situation = entry.situation.thread;
  bool told_before =
      index > 0 && SameSituation(report.history[index - 1].situation, entry.situation);
  if (entry.duration_ns != 0) {
    line.situation += ", " + DurationPhrase(entry.duration_ns);
  } else if (entry.function != nullptr && !told_before) {
    std::string phrase = SituationPhrase(entry.situation, &report.object);
    if (!phrase.empty()) line.situation += ", " + phrase;
  }
  line.situation = EscapeForTerminal(line.situation);
  if (!entry.at.empty()) {
    line.function = EscapeForTerminal(entry.at[0].function);
    line.place = EscapeForTerminal(ShortPlace(entry.at[0]));
  }
  return line;
}

std::string RenderHistory(const Report& report) {
  std::vector<Line> lines;
  size_t event_width = kEventColumn;
  size_t situation_width = kSituationColumn;
  size_t function_width = 0;
  for (size_t i = 0; i < report.history.size(); ++i) {
    lines.push_back(HistoryLine(report, i));
    event_width = std::max(event_width, Columns(lines.back().event));
    situation_width = std::max(situation_width, Columns(lines.back().situation));
    function_width = std::max(function_width, Columns(lines.back().function));
  }
  function_width = std::min(function_width, kFunctionColumnMax);
  std::string text;
  for (const Line& line : lines) {
    std::string row = "  " + Padded(line.event, event_width + 2);
    if (line.place.empty()) {
      row += line.situation;
    } else {
      row += Padded(line.situation, situation_width + 2);
      if (function_width > 0) row += Padded(line.function, function_width) + " ";
      row += line.place;
    }
    text += row + "\n";
  }
  return text;
}

std::string RenderCallLine(const Report& report) {
  std::string call = CallPhrase(report);
  std::string situation = report.situation.thread;
  std::string phrase = SituationPhrase(report.situation, nullptr);
  if (!phrase.empty()) situation += (situation.empty() ? "" : ", ") + phrase;
  if (call.empty() && situation.empty()) return "";
  std::string gap = call.empty() || situation.empty() ? "" : "   ";
  return fmt::format("    {}{}{}\n", EscapeForTerminal(call), gap, EscapeForTerminal(situation));
}

}  // namespace

std::string RenderText(const Report& report, const TextStyle& style) {
  const Rule& rule = Get(report.rule);
  std::string text =
      fmt::format("{}=={}=={}: napisan: {}: {}{}\n", style.color ? KindColor(rule.kind) : "",
                  style.pid, KindWord(rule.kind), rule.slug, EscapeForTerminal(FullMessage(report)),
                  style.color ? "\x1b[0m" : "");
  text += RenderCallLine(report);
  text += RenderFrames(report);
  text += RenderHistory(report);
  if (!report.also.empty()) {
    std::string also;
    for (RuleId id : report.also)
      also += fmt::format("{}{}", also.empty() ? "" : ", ", Get(id).slug);
    text += fmt::format("  Also: {}\n", also);
  }
  if (!report.schedule.empty()) {
    text += fmt::format("  Schedule: {}\n", EscapeForTerminal(report.schedule));
  }
  text += fmt::format("  {}\n", RulePhrase(report));
  text += fmt::format("  Fix: {}      More: napisan explain {}\n", Stopped(rule.remedy), rule.slug);
  return text;
}

std::string RenderSummary(const Report& report, const TextStyle& style) {
  std::string where;
  if (!report.at.empty()) {
    where = " " + ShortPlace(report.at[0]);
    if (!report.at[0].function.empty()) where += " in " + report.at[0].function;
  }
  return fmt::format("{}SUMMARY: napisan: {}{}{}\n", style.color ? "\x1b[1m" : "",
                     Get(report.rule).slug, EscapeForTerminal(where), style.color ? "\x1b[0m" : "");
}

}  // namespace napisan::checker
