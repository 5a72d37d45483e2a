#include "program.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "words.h"

namespace napisan::conformance {
namespace {

bool TakeRules(const std::string& text, std::vector<std::string>& rules) {
  std::istringstream words(text);
  for (std::string rule; words >> rule;) rules.push_back(rule);
  return !rules.empty();
}

struct Header {
  const char* word;
  // False where the rest of the line is not what it wants.
  bool (*take)(Program& program, const std::string& rest);
};

// What may stand between `program` and its first block.
constexpr Header kHeaders[] = {
    {"version",
     [](Program& program, const std::string& rest) {
       program.version = std::atoi(rest.c_str());
       return program.version > 0;
     }},
    {"teardown",
     [](Program& program, const std::string& rest) {
       program.teardown = rest == "after main" ? TeardownAt::kAfterMain : TeardownAt::kIdle;
       return rest == "after main" || rest == "at idle";
     }},
    {"ends",
     [](Program& program, const std::string& rest) {
       program.ends = true;
       return rest.empty();
     }},
    {"undefined:",
     [](Program& program, const std::string& rest) {
       program.undefined = rest;
       return !rest.empty();
     }},
    {"race:",
     [](Program& program, const std::string& rest) {
       program.race = rest;
       return !rest.empty();
     }},
    {"profile",
     [](Program& program, const std::string& rest) {
       program.profile = rest;
       return !rest.empty();
     }},
    {"since",
     [](Program& program, const std::string& rest) {
       program.since = std::max(program.since, std::atoi(rest.c_str()));
       size_t space = rest.find(' ');
       if (space != std::string::npos) program.since_reason = rest.substr(space + 1);
       return program.since > 0;
     }},
    {"reports",
     [](Program& program, const std::string& rest) { return TakeRules(rest, program.reports); }},
    {"allows",
     [](Program& program, const std::string& rest) { return TakeRules(rest, program.allowed); }},
};

struct KindWord {
  const char* word;
  BlockKind kind;
};

constexpr KindWord kKinds[] = {
    {"init", BlockKind::kInit},
    {"main", BlockKind::kMain},
    {"function", BlockKind::kFunction},
    {"execute", BlockKind::kExecute},
    {"complete", BlockKind::kComplete},
    {"call_js", BlockKind::kCallJs},
    {"finalize", BlockKind::kFinalize},
    {"hook", BlockKind::kHook},
    {"async_hook", BlockKind::kAsyncHook},
    {"thread", BlockKind::kThread},
};

std::string Trim(const std::string& text) {
  size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

class Parser {
 public:
  Parser(std::vector<Program>& programs, std::string& error) : programs_(programs), error_(error) {}

  bool Take(const std::string& line) {
    if (line.empty() || line[0] == '#') return true;
    if (open_) {
      if (line == "}") {
        open_ = false;
        return true;
      }
      Line made{line, {}};
      if (!ParseWords(line, made.words, error_)) return false;
      programs_.back().blocks.back().lines.push_back(std::move(made));
      return true;
    }
    size_t space = line.find(' ');
    std::string first = line.substr(0, space);
    std::string rest = space == std::string::npos ? "" : Trim(line.substr(space));
    if (first == "program") {
      programs_.emplace_back();
      programs_.back().name = rest;
      return !rest.empty() || Fail("a program without a name");
    }
    if (programs_.empty()) return Fail("this stands before the first program");
    return line.back() == '{' || line.back() == '}' ? OpenBlock(line) : TakeHeader(first, rest);
  }
  bool End() { return !open_ || Fail("a block without an end"); }

 private:
  // "kind name {", "main {", or all of an empty block on one line: "execute e { }".
  bool OpenBlock(const std::string& line) {
    size_t brace = line.find('{');
    if (brace == std::string::npos) return Fail("a } without a {");
    open_ = Trim(line.substr(brace + 1)).empty();
    if (!open_ && Trim(line.substr(brace + 1)) != "}") return Fail("a block begins with a line");
    std::string head = Trim(line.substr(0, brace));
    size_t space = head.find(' ');
    std::string word = head.substr(0, space);
    for (const KindWord& kind : kKinds) {
      if (word != kind.word) continue;
      auto& blocks = programs_.back().blocks;
      std::string name = space == std::string::npos ? word : Trim(head.substr(space));
      blocks.push_back({kind.kind, name, blocks.size(), {}});
      return true;
    }
    return Fail("there is no kind of block called " + word);
  }

  bool TakeHeader(const std::string& word, const std::string& rest) {
    for (const Header& header : kHeaders) {
      if (word != header.word) continue;
      return header.take(programs_.back(), rest) || Fail("this is not what " + word + " wants");
    }
    return Fail(word + " is no header");
  }

  bool Fail(const std::string& why) {
    error_ = why;
    return false;
  }

  std::vector<Program>& programs_;
  std::string& error_;
  bool open_ = false;
};

}  // namespace

bool Program::IsFor(const std::string& a_profile) const {
  if (!profile.empty()) return profile == a_profile;
  constexpr std::string_view kNode = "node";
  return a_profile.rfind(kNode, 0) != 0 || std::atoi(a_profile.c_str() + kNode.size()) >= since;
}

const Block* Program::Find(const std::string& block) const {
  for (const Block& each : blocks) {
    if (each.name == block) return &each;
  }
  return nullptr;
}

bool ParsePrograms(const std::string& text, const std::string& file, std::vector<Program>& programs,
                   std::string& error) {
  Parser parser(programs, error);
  std::istringstream lines(text);
  size_t number = 0;
  bool good = true;
  for (std::string line; good && std::getline(lines, line);) {
    ++number;
    good = parser.Take(Trim(line));
  }
  good = good && parser.End();
  if (!good) error = file + ":" + std::to_string(number) + ": " + error;
  return good;
}

bool ReadPrograms(const std::string& path, std::vector<Program>& programs, std::string& error) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) {
    error = path + ": cannot be read";
    return false;
  }
  return ParsePrograms(text.str(), path, programs, error);
}

}  // namespace napisan::conformance
