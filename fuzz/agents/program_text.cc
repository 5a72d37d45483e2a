#include <fmt/format.h>

#include <iterator>

#include "agents/program.h"

namespace napisan::agents {
namespace {

constexpr const char* kEnds[] = {"handles first", "agent first"};
constexpr size_t kKinds = 0
#define OPERATION(...) +1
#include "operations.def"
    ;

// Takes the next word of a line; empty at its end.
std::string_view TakeWord(std::string_view& line) {
  size_t begin = line.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) begin = line.size();
  line.remove_prefix(begin);
  std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

bool ParseHeader(std::string_view line, Program& program, std::string& error) {
  std::string words;
  while (true) {
    std::string_view word = TakeWord(line);
    if (word.empty()) break;
    words += words.empty() ? "" : " ";
    words += word;
  }
  for (size_t i = 0; i < std::size(kEnds); ++i) {
    if (words != kEnds[i]) continue;
    program.agent_first = i == 1;
    return true;
  }
  error = fmt::format("the first line is \"{}\" or \"{}\", not \"{}\"", kEnds[0], kEnds[1], words);
  return false;
}

bool ParseOperation(std::string_view line, Operation& operation, std::string& error) {
  std::string_view word = TakeWord(line);
  size_t kind = 0;
  while (kind < kKinds && InfoOf(static_cast<OpKind>(kind)).name != word) ++kind;
  if (kind == kKinds) {
    error = fmt::format("\"{}\" is no operation", word);
    return false;
  }
  operation = {static_cast<OpKind>(kind), 0, 0, false};
  const OpInfo& info = InfoOf(operation.kind);
  size_t slots = SlotsOf(info.place);
  if (slots > 0) {
    word = TakeWord(line);
    if (word.size() != 1 || word[0] < '0' || word[0] >= static_cast<char>('0' + slots)) {
      error = fmt::format("a slot is a number below {}, not \"{}\"", slots, word);
      return false;
    }
    operation.slot = static_cast<uint8_t>(word[0] - '0');
  }
  for (word = TakeWord(line); !word.empty(); word = TakeWord(line)) {
    size_t variant = 0;
    while (variant < info.variants.size() && info.variants[variant] != word) ++variant;
    if (variant < info.variants.size()) {
      operation.variant = static_cast<uint8_t>(variant);
    } else if (word == "during" && info.place == Place::kCommand) {
      operation.during = true;
    } else {
      error = fmt::format("\"{}\" says nothing of \"{}\"", word, info.name);
      return false;
    }
  }
  return true;
}

}  // namespace

std::string ToText(const Operation& operation) {
  const OpInfo& info = InfoOf(operation.kind);
  std::string text = info.name;
  if (SlotsOf(info.place) > 0) text += fmt::format(" {}", operation.slot);
  if (!info.variants.empty()) text += fmt::format(" {}", info.variants[operation.variant]);
  if (operation.during) text += " during";
  return text;
}

std::string ToText(const Program& program) {
  std::string text = fmt::format("{}\n", kEnds[program.agent_first ? 1 : 0]);
  for (size_t i = 0; i < program.count; ++i) text += ToText(program.operations[i]) + "\n";
  return text;
}

bool Parse(std::string_view text, Program& program, std::string& error) {
  program = {};
  bool has_header = false;
  size_t number = 0;
  while (!text.empty()) {
    size_t end = text.find_first_of(";\n");
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    ++number;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    bool good = true;
    if (!has_header) {
      has_header = true;
      good = ParseHeader(line, program, error);
    } else if (program.count == kOperationsMax) {
      error = fmt::format("more than {} operations", kOperationsMax);
      good = false;
    } else {
      good = ParseOperation(line, program.operations[program.count++], error);
    }
    if (good) continue;
    error = fmt::format("line {}: {}", number, error);
    return false;
  }
  if (!has_header) error = "the first line, with the end, is missing";
  return has_header;
}

}  // namespace napisan::agents
