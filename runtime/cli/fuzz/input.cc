#include "cli/fuzz/input.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "cli/print_statement.h"

namespace napisan::cli::fuzz {
namespace {

constexpr std::string_view kMark = "// napisan fuzz: ";
constexpr std::string_view kSchedule = "schedule ";
constexpr std::string_view kGc = "gc ";
constexpr std::string_view kFault = "fault ";
constexpr std::string_view kWorker = "worker";
constexpr std::string_view kStoppedAfter = " stopped after ";
constexpr std::string_view kNewEnv = "new env";

bool Begins(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}

bool ReadNumber(std::string_view text, uint32_t& number) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size();
}

bool ReadSchedule(std::string_view text, std::vector<uint32_t>& schedule) {
  while (!text.empty()) {
    size_t dot = std::min(text.find('.'), text.size());
    if (!ReadNumber(text.substr(0, dot), schedule.emplace_back())) return false;
    text.remove_prefix(std::min(dot + 1, text.size()));
  }
  return true;
}

// What stands behind the mark.
bool ReadHead(std::string_view text, Input& input) {
  if (Begins(text, kSchedule)) return ReadSchedule(text.substr(kSchedule.size()), input.schedule);
  if (Begins(text, kGc)) {
    auto mode = ParseGcMode(text.substr(kGc.size()));
    if (mode) input.gc = *mode;
    return mode.has_value();
  }
  if (Begins(text, kWorker)) {
    input.worker.emplace();
    text.remove_prefix(kWorker.size());
    return text.empty() ||
           (Begins(text, kStoppedAfter) &&
            ReadNumber(text.substr(kStoppedAfter.size()), input.worker->stop_after));
  }
  if (!Begins(text, kFault)) return false;
  text.remove_prefix(kFault.size());
  size_t space = text.find(' ');
  if (space == text.npos) return false;
  Fault& fault = input.faults.emplace_back();
  fault.function = text.substr(0, space);
  return ReadNumber(text.substr(space + 1), fault.call);
}

std::string GcName(GcMode mode) {
  return mode == GcMode::kZeal ? "zeal" : mode == GcMode::kOff ? "off" : "idle";
}

void RepairLiteral(Literal& literal, std::set<std::string>& known) {
  if (literal.kind == Literal::Kind::kCallback && !literal.text.empty()) known.insert(literal.text);
  bool lost = literal.kind == Literal::Kind::kPath && literal.path.of_result &&
              known.count(literal.path.steps[0]) == 0;
  if (lost) literal = Literal();
  for (Literal& item : literal.items) RepairLiteral(item, known);
}

}  // namespace

std::string Print(const Input& input) {
  std::string text;
  if (input.worker) {
    text += std::string(kMark) + std::string(kWorker);
    if (input.worker->stop_after != InWorker::kNever) {
      text += std::string(kStoppedAfter) + std::to_string(input.worker->stop_after);
    }
    text += "\n";
  }
  if (!input.schedule.empty()) {
    std::string choices;
    for (uint32_t choice : input.schedule) {
      choices += (choices.empty() ? "" : ".") + std::to_string(choice);
    }
    text += std::string(kMark) + std::string(kSchedule) + choices + "\n";
  }
  if (input.gc != GcMode::kIdle) {
    text += std::string(kMark) + std::string(kGc) + GcName(input.gc) + "\n";
  }
  for (const Fault& fault : input.faults) {
    text += std::string(kMark) + std::string(kFault) + fault.function + " " +
            std::to_string(fault.call) + "\n";
  }
  for (const Statement& statement : input.statements) text += cli::Print(statement) + "\n";
  return text;
}

std::string Print(const std::vector<Input>& inputs) {
  std::string text;
  for (const Input& input : inputs) {
    if (&input != &inputs.front()) text += std::string(kMark) + std::string(kNewEnv) + "\n";
    text += Print(input);
  }
  return text;
}

bool Parse(const std::string& file, const std::string& text, std::vector<Input>& inputs,
           std::string& problem) {
  Input input;
  // The input's own lines, where they stand in the file, so that errors name the right ones.
  std::string script;
  auto finish = [&] {
    Names names;
    SyntaxError error;
    if (!ParseScript(script, names, input.statements, error)) {
      problem = Explain({file, script}, error);
      return false;
    }
    inputs.push_back(std::move(input));
    input = {};
    return true;
  };
  for (size_t at = 0; at < text.size();) {
    size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    bool head = Begins(line, kMark);
    std::string_view said = head ? line.substr(kMark.size()) : std::string_view();
    if (head && said == kNewEnv) {
      if (!finish()) return false;
      std::replace_if(
          script.begin(), script.end(), [](char c) { return c != '\n'; }, ' ');
    } else if (head && !ReadHead(said, input)) {
      problem = file + ": this line means nothing to napisan fuzz: " + std::string(line);
      return false;
    } else if (!head) {
      script += line;
    }
    script += '\n';
  }
  return finish();
}

void Repair(Input& input) {
  std::set<std::string> known;
  std::vector<Statement> kept;
  for (Statement& statement : input.statements) {
    if (statement.kind == Statement::Kind::kTerminate) {
      kept.push_back(std::move(statement));
      break;
    }
    if (statement.path.of_result && known.count(statement.path.steps[0]) == 0) continue;
    for (Literal& argument : statement.arguments) RepairLiteral(argument, known);
    if (!statement.name.empty() && !known.insert(statement.name).second) statement.name.clear();
    kept.push_back(std::move(statement));
  }
  input.statements = std::move(kept);
}

}  // namespace napisan::cli::fuzz
