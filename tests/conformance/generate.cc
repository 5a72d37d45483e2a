#include "generate.h"

#include <cstring>

#include "signatures.h"
#include "words.h"

namespace napisan::conformance {
namespace {

enum class FixtureKind : uint8_t { Primitive, Object, Text, Other, Scope, Block };

struct Fixture {
  const char* name;
  FixtureKind kind;
  const char* lines;
};

constexpr Fixture kFixtures[] = {
#define FIXTURE(name, kind, lines) {#name, FixtureKind::kind, lines},
#include "fixtures.def"
};

const Fixture* FindFixture(const std::string& name) {
  for (const Fixture& fixture : kFixtures) {
    if (name == fixture.name) return &fixture;
  }
  return nullptr;
}

std::vector<std::string> SplitLines(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    size_t end = text.find('\n', at);
    if (end == std::string::npos) end = text.size();
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::vector<Word> WordsOf(const std::string& line) {
  std::vector<Word> words;
  std::string error;
  if (!ParseWords(line, words, error)) {
    std::fprintf(stderr, "%s: %s\n", line.c_str(), error.c_str());
    std::abort();
  }
  return words;
}

// Arguments for a function that recipes.def does not know.
std::string DefaultArguments(FunctionId function) {
  std::string text;
  int results = 0;
  for (Parameter parameter : ParametersOf(function)) {
    switch (parameter) {
      case Parameter::kValue:
        text += " object";
        break;
      case Parameter::kResult:
        text += " >result" + std::to_string(results++);
        break;
      case Parameter::kText:
        text += " \"text\"";
        break;
      case Parameter::kPointer:
        text += " data";
        break;
      case Parameter::kCallback:
      case Parameter::kHandle:
      case Parameter::kList:
        text += " null";
        break;
      case Parameter::kInfo:
        text += " info";
        break;
      default:
        text += " 1";
        break;
    }
  }
  return text;
}

struct Row {
  const char* function;
  const char* arguments;
  const char* afterwards;
};

constexpr Row kRows[] = {
#define RECIPE(function, arguments, afterwards) {#function, arguments, afterwards},
#include "recipes.def"
};

struct UndefinedRow {
  const char* function;
  size_t argument;
  const char* variant;
  const char* reason;
};

constexpr UndefinedRow kUndefined[] = {
#define UNDEFINED(function, argument, variant, reason) {#function, argument, variant, reason},
#include "undefined.def"
};

}  // namespace

const std::vector<ValueKind>& ValueKinds() {
  static const auto* kinds = [] {
    auto* made = new std::vector<ValueKind>;
    for (const Fixture& fixture : kFixtures) {
      if (fixture.kind == FixtureKind::Primitive) made->push_back({fixture.name, true});
      if (fixture.kind == FixtureKind::Object) made->push_back({fixture.name, false});
    }
    return made;
  }();
  return *kinds;
}

const std::vector<Recipe>& Recipes() {
  static const auto* recipes = [] {
    auto* made = new std::vector<Recipe>;
    for (int i = 0; i < kFunctionCount; ++i) {
      auto function = static_cast<FunctionId>(i);
      // These end the process, or are for libraries that are being loaded.
      if (function == FunctionId::napi_fatal_error ||
          function == FunctionId::napi_module_register) {
        continue;
      }
      // No release of Node has these.
      const FunctionInfo& info = Info(function);
      if (info.since == Experimental || info.support != Support::Everywhere) continue;
      std::string arguments = DefaultArguments(function);
      std::string afterwards;
      for (const Row& row : kRows) {
        if (std::strcmp(row.function, Info(function).name) != 0) continue;
        arguments = row.arguments;
        afterwards = row.afterwards;
      }
      made->push_back({function, WordsOf(arguments), SplitLines(afterwards)});
    }
    return made;
  }();
  return *recipes;
}

const char* UndefinedReason(FunctionId function, size_t argument, const std::string& variant) {
  for (const UndefinedRow& row : kUndefined) {
    if (std::strcmp(row.function, Info(function).name) == 0 && row.argument == argument &&
        variant == row.variant) {
      return row.reason;
    }
  }
  return nullptr;
}

int FirstNode(FunctionId function) {
  return function == FunctionId::node_api_create_buffer_from_arraybuffer ? 22 : 0;
}

Writer::Writer(std::string name, int version) : name_(std::move(name)) {
  if (version != 8) Header("version " + std::to_string(version));
  if (version > 9) Header("since 22 Node 20 ends where a module wants version 10");
}

void Writer::Calls(FunctionId function) {
  if (int first = FirstNode(function); first > 0)
    Header("since " + std::to_string(first) + " the function came with it");
  // What their recipes and variations do amiss.
  if (function == FunctionId::napi_create_async_work) Header("allows async-work/null-complete");
  if (function == FunctionId::napi_add_env_cleanup_hook ||
      function == FunctionId::napi_remove_env_cleanup_hook)
    Header("allows cleanup/remove-unregistered");
}

void Writer::Make(const std::string& name) {
  const Fixture* fixture = FindFixture(name);
  if (fixture == nullptr) return;
  if (fixture->kind == FixtureKind::Block) {
    if (!named_blocks_.insert(name).second) return;
    // What the block's own lines name are blocks, or values of frames around it.
    blocks_.emplace_back(fixture->lines);
    return;
  }
  if (!made_.insert(name).second) return;
  Add(fixture->lines);
}

void Writer::MakeAll(const std::vector<Word>& words) {
  for (const Word& word : words) {
    if (word.kind == Word::Kind::kBare) Make(word.text);
    MakeAll(word.items);
  }
}

void Writer::MakeForCall(const std::string& line) {
  std::vector<Word> words = WordsOf(line);
  words.erase(words.begin());
  MakeAll(words);
}

void Writer::Add(const std::string& lines) {
  for (const std::string& line : SplitLines(lines)) {
    MakeForCall(line);
    AddRaw(line);
  }
}

bool IsScope(const std::string& fixture) {
  const Fixture* found = FindFixture(fixture);
  return found != nullptr && found->kind == FixtureKind::Scope;
}

std::vector<ValueKind> Writer::MadeValues() const {
  std::vector<ValueKind> values;
  for (const std::string& name : made_) {
    const Fixture* fixture = FindFixture(name);
    if (fixture->kind == FixtureKind::Other || fixture->kind == FixtureKind::Scope) continue;
    values.push_back({fixture->name, fixture->kind != FixtureKind::Object});
  }
  return values;
}

void Writer::EndBlock(const std::string& heading, bool forget) {
  std::string text = heading + " {\n";
  for (const std::string& line : lines_) text += line + "\n";
  blocks_.push_back(text + "}");
  lines_.clear();
  if (forget) made_.clear();
}

std::string Writer::Text() const {
  std::string text = "program " + name_ + "\n";
  for (const std::string& header : headers_) text += header + "\n";
  for (const std::string& block : blocks_) text += block + "\n";
  return text;
}

std::string TextOf(const Word& word) {
  std::string text;
  switch (word.kind) {
    case Word::Kind::kBare:
      return word.text;
    case Word::Kind::kOut:
      return ">" + word.text;
    case Word::Kind::kText:
      return Quote(word.text);
    case Word::Kind::kWide:
      // Wide even where Latin-1 would do.
      text = Quote(word.wide);
      return text[0] == 'u' ? text : "u" + text;
    case Word::Kind::kField:
      return word.text + "=" + TextOf(word.items[0]);
    case Word::Kind::kList:
    case Word::Kind::kRecord:
      for (const Word& item : word.items) text += (text.empty() ? "" : " ") + TextOf(item);
      return word.kind == Word::Kind::kList ? "[" + text + "]" : "{" + text + "}";
  }
  return text;
}

std::string CallText(FunctionId function, const std::vector<Word>& arguments) {
  std::string text = Info(function).name;
  for (const Word& argument : arguments) text += " " + TextOf(argument);
  return text;
}

}  // namespace napisan::conformance
