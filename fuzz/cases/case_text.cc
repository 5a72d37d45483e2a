#include "case_text.h"

#include <fmt/format.h>

#include <charconv>
#include <vector>

namespace napisan::cases {
namespace {

constexpr std::string_view kVersionLine = "napisan case ";
constexpr std::string_view kFirstLine = "napisan case 1";
constexpr const char* kTiers[] = {"legal", "documented", "hostile"};
constexpr const char* kStepNames[kSteps] = {"return", "execute", "deliver", "wake",
                                            "turn",   "run",     "collect", "teardown"};

std::vector<std::string_view> WordsOf(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    size_t begin = line.find_first_not_of(" \t\r>");
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    size_t end = std::min(line.find_first_of(" \t\r"), line.size());
    words.push_back(line.substr(0, end));
    line.remove_prefix(end);
  }
}

bool ToNumber(std::string_view word, unsigned most, unsigned& number) {
  auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  return error == std::errc() && end == word.data() + word.size() && number <= most;
}

bool FindWhat(const std::vector<std::string_view>& words, size_t& next, uint8_t& what) {
  if (words[next] == "step") {
    if (++next >= words.size()) return false;
    for (size_t step = 0; step < kSteps; ++step) {
      if (words[next] != kStepNames[step]) continue;
      what = static_cast<uint8_t>(kFunctionCount + step);
      ++next;
      return true;
    }
    return false;
  }
  for (int function = 0; function < kFunctionCount; ++function) {
    if (words[next] != kFunctions[function].name) continue;
    what = static_cast<uint8_t>(function);
    ++next;
    return true;
  }
  return false;
}

bool ParseHeader(const std::vector<std::string_view>& words, Case& result) {
  unsigned number = 0;
  if (words.size() != 5 || words[1] != "version" || words[3] != "schedule") return false;
  for (int tier = 0; tier < 3; ++tier) {
    if (words[0] == kTiers[tier]) result.tier = static_cast<Tier>(tier);
  }
  if (words[0] != kTiers[static_cast<int>(result.tier)]) return false;
  if (words[2] != "8" && words[2] != "10") return false;
  result.version_10 = words[2] == "10";
  if (!ToNumber(words[4], UINT16_MAX, number)) return false;
  result.schedule = static_cast<uint16_t>(number);
  return true;
}

// Only in a hostile case; false where the word is none.
bool FindTwist(std::string_view word, Tier tier, Twist& twist) {
  for (size_t i = 1; i < kTwists && tier == Tier::kHostile; ++i) {
    if (word != kTwistWords[i]) continue;
    twist = static_cast<Twist>(i);
    return true;
  }
  return false;
}

bool ParseOperation(const std::vector<std::string_view>& words, Tier tier, Operation& operation) {
  unsigned number = 0;
  if (words.size() < 2 || !ToNumber(words[0], kBlocks - 1, number)) return false;
  operation = {};
  operation.block = static_cast<uint8_t>(number);
  size_t next = 1;
  if (!FindWhat(words, next, operation.what)) return false;
  if (next < words.size() && FindTwist(words[next], tier, operation.twist)) ++next;
  for (size_t i = 0; next < words.size(); ++i, ++next) {
    if (i == kOperands || !ToNumber(words[next], UINT8_MAX, number)) return false;
    operation.operands[i] = static_cast<uint8_t>(number);
  }
  return true;
}

// "fault terminate at 5", before all operations.
bool ParseFault(const std::vector<std::string_view>& words, Case& result) {
  unsigned step = 0;
  bool fits = words.size() == 4 && words[2] == "at" && ToNumber(words[3], kOperationsMax, step) &&
              result.count == 0 && result.fault_count < kFaultsMax;
  for (size_t kind = 0; kind < kFaultKinds && fits; ++kind) {
    if (words[1] != kFaultWords[kind]) continue;
    result.faults[result.fault_count++] = {static_cast<FaultKind>(kind),
                                           static_cast<uint8_t>(step)};
    return true;
  }
  return false;
}

bool ParseNextOperation(const std::vector<std::string_view>& words, Case& result) {
  if (result.count == kOperationsMax) return false;
  if (!ParseOperation(words, result.tier, result.operations[result.count])) return false;
  ++result.count;
  return true;
}

}  // namespace

std::string NameOf(const Operation& operation) {
  if (!operation.is_step()) return Info(operation.function()).name;
  return fmt::format("step {}", kStepNames[static_cast<int>(operation.step())]);
}

std::string ToText(const Case& from, const Operation* at) {
  std::string text =
      fmt::format("{}\n{} version {} schedule {}\n", kFirstLine,
                  kTiers[static_cast<int>(from.tier)], from.version_10 ? 10 : 8, from.schedule);
  for (size_t i = 0; i < from.fault_count; ++i) {
    const Fault& fault = from.faults[i];
    text +=
        fmt::format("fault {} at {}\n", kFaultWords[static_cast<size_t>(fault.kind)], fault.step);
  }
  for (size_t i = 0; i < from.count; ++i) {
    const Operation& operation = from.operations[i];
    if (&operation == at) text += "> ";
    text += fmt::format("{} {}", operation.block, NameOf(operation));
    if (operation.twist != Twist::kNone) {
      text += fmt::format(" {}", kTwistWords[static_cast<size_t>(operation.twist)]);
    }
    size_t count = kOperands;
    while (count > 0 && operation.operands[count - 1] == 0) --count;
    for (size_t j = 0; j < count; ++j) text += fmt::format(" {}", operation.operands[j]);
    text += '\n';
  }
  return text;
}

bool IsText(std::string_view data) { return data.substr(0, kVersionLine.size()) == kVersionLine; }

bool Parse(std::string_view text, Case& result, std::string& error) {
  result = {};
  int line = 1;
  for (; !text.empty(); ++line) {
    size_t end = std::min(text.find('\n'), text.size());
    std::string_view here = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    std::vector<std::string_view> words = WordsOf(here);
    bool fine = true;
    if (line == 1) {
      fine = here == kFirstLine;
    } else if (line == 2) {
      fine = ParseHeader(words, result);
    } else if (!words.empty()) {
      fine = words[0] == "fault" ? ParseFault(words, result) : ParseNextOperation(words, result);
    }
    if (line == 1 && !fine && IsText(here)) {
      error = fmt::format("line 1: this build reads version 1 of the text form, not version {}",
                          here.substr(kVersionLine.size()));
      return false;
    }
    if (!fine) {
      error = fmt::format("line {}: this is no part of a case: {}", line, here);
      return false;
    }
  }
  if (line > 2) return true;
  error = fmt::format("line {}: the text ends before the case begins", line);
  return false;
}

}  // namespace napisan::cases
