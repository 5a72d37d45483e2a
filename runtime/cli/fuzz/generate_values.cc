// Values for arguments.

#include <cmath>

#include "cli/fuzz/generate.h"

namespace napisan::cli::fuzz {
namespace {

constexpr double kNumbers[] = {0,          1,          2,          3,          -1,
                               7,          8,          10,         64,         100,
                               255,        256,        1024,       4096,       -2,
                               65535,      65536,      2147483647, 2147483648, -2147483648,
                               4294967295, 4294967296, 0.5,        -0.0,       9007199254740991,
                               1e21,       -1e9,       NAN,        INFINITY,   -INFINITY};

// No absolute path and none that leads upwards: modules may write to what they are given.
constexpr const char* kTexts[] = {"",   "a",     "hello", "napisan", "0",         "12",  "-1",
                                  "x.", "é",     "日本",  "😀",       "a.txt",     "{}",  "[1, 2]",
                                  "%s", "a b c", "true",  "null",    "__proto__", "key", "value"};

// What anything may be, with how often.
constexpr ValueKind kAnything[] = {
    ValueKind::kNumber,   ValueKind::kNumber,      ValueKind::kString, ValueKind::kString,
    ValueKind::kFunction, ValueKind::kFunction,    ValueKind::kObject, ValueKind::kArray,
    ValueKind::kBoolean,  ValueKind::kNull,        ValueKind::kBuffer, ValueKind::kBigInt,
    ValueKind::kWrapped,  ValueKind::kUndefined,   ValueKind::kSymbol, ValueKind::kDate,
    ValueKind::kError,    ValueKind::kArrayBuffer,
};

constexpr int kValueDepthMax = 3;

Literal Plain(Literal::Kind kind) {
  Literal literal;
  literal.kind = kind;
  return literal;
}

}  // namespace

Literal Generator::Number() {
  Literal literal = Plain(Literal::Kind::kNumber);
  if (random_.Chance(60)) {
    literal.number = static_cast<double>(random_.Below(33));
  } else if (random_.Chance(85)) {
    literal.number = random_.Of(kNumbers);
  } else {
    literal.number = static_cast<double>(static_cast<int64_t>(random_.Next()) >> random_.Below(64));
  }
  return literal;
}

Literal Generator::Text() {
  Literal literal = Plain(Literal::Kind::kString);
  literal.text = random_.Of(kTexts);
  if (random_.Chance(10)) literal.text += random_.Of(kTexts);
  if (random_.Chance(4)) literal.text.push_back('\0');
  if (random_.Chance(3)) {
    constexpr size_t kLengths[] = {15, 16, 31, 64, 255, 256, 1024, 5000};
    literal.text = std::string(random_.Of(kLengths), 'a');
  }
  return literal;
}

Literal Generator::BigInt() {
  Literal literal = Plain(Literal::Kind::kBigInt);
  size_t words = random_.Chance(70) ? 1 : random_.Below(4);
  for (size_t i = 0; i < words; ++i) {
    literal.words.push_back(random_.Chance(50) ? random_.Below(100) : random_.Next());
  }
  while (!literal.words.empty() && literal.words.back() == 0) literal.words.pop_back();
  literal.truth = !literal.words.empty() && random_.Chance(30);
  return literal;
}

Literal Generator::Bytes() {
  Literal literal = Plain(Literal::Kind::kBuffer);
  constexpr size_t kLengths[] = {0, 1, 2, 7, 8, 16, 33, 100, 1000};
  size_t length = random_.Of(kLengths);
  for (size_t i = 0; i < length; ++i) literal.text += static_cast<char>(random_.Below(256));
  return literal;
}

Literal Generator::Callback() {
  // Functions of others: an export, which may call the module from within, or a built-in.
  if (random_.Chance(6) && !callables_.empty()) {
    const Node& callable = *random_.Of(callables_);
    if (callable.parent != nullptr && callable.parent->parent == nullptr) {
      Literal literal = Plain(Literal::Kind::kPath);
      literal.path.steps = {"exports", callable.step};
      literal.path.at.resize(2);
      return literal;
    }
  }
  Literal literal = Plain(Literal::Kind::kCallback);
  if (random_.Chance(8)) {
    literal.text = NewName("throws");
  } else if (random_.Chance(50)) {
    literal.text = NewName("c");
  }
  if (!literal.text.empty()) results_.push_back({literal.text, nullptr, true});
  return literal;
}

Literal Generator::Earlier() {
  if (results_.empty()) return Plain(Literal::Kind::kObject);
  const Result& result = random_.Of(results_);
  Literal literal = Plain(Literal::Kind::kPath);
  literal.path.of_result = true;
  literal.path.steps = {result.name};
  // What a callback was called with.
  if (result.callback) literal.path.steps.insert(literal.path.steps.end(), {"0", "0"});
  literal.path.at.resize(literal.path.steps.size());
  return literal;
}

Literal Generator::Made(Input& input, const char* constructor, bool construct, Literal argument) {
  Statement statement;
  statement.kind = construct ? Statement::Kind::kConstruct : Statement::Kind::kCall;
  statement.path.steps = {"globalThis", constructor};
  statement.path.at.resize(2);
  statement.arguments.push_back(std::move(argument));
  statement.argument_at.resize(1);
  statement.name = NewName("v");
  Literal literal = Plain(Literal::Kind::kPath);
  literal.path.of_result = true;
  literal.path.steps = {statement.name};
  literal.path.at.resize(1);
  results_.push_back({statement.name, nullptr, false});
  input.statements.push_back(std::move(statement));
  return literal;
}

Literal Generator::OfKind(Input& input, ValueKind kind, const Node* node, int depth) {
  Literal literal;
  switch (kind) {
    case ValueKind::kUndefined:
      return literal;
    case ValueKind::kNull:
      return Plain(Literal::Kind::kNull);
    case ValueKind::kBoolean:
      literal.kind = Literal::Kind::kBoolean;
      literal.truth = random_.Chance(50);
      return literal;
    case ValueKind::kNumber:
      return Number();
    case ValueKind::kString:
      return Text();
    case ValueKind::kBigInt:
      return BigInt();
    case ValueKind::kSymbol:
      return Made(input, "Symbol", false, Text());
    case ValueKind::kDate:
      return Made(input, "Date", true, Number());
    case ValueKind::kError:
      return Made(input, "Error", true, Text());
    case ValueKind::kArrayBuffer:
      literal = Plain(Literal::Kind::kNumber);
      literal.number = static_cast<double>(random_.Below(65));
      return Made(input, "ArrayBuffer", true, literal);
    case ValueKind::kFunction:
    case ValueKind::kClass:
      return Callback();
    case ValueKind::kArray: {
      literal.kind = Literal::Kind::kArray;
      size_t count = depth < kValueDepthMax ? random_.Below(5) : 0;
      const Node* element = node != nullptr ? node->Find("[]") : nullptr;
      for (size_t i = 0; i < count; ++i)
        literal.items.push_back(Argument(input, element, depth + 1));
      return literal;
    }
    case ValueKind::kObject:
      literal.kind = Literal::Kind::kObject;
      if (node == nullptr || depth >= kValueDepthMax) return literal;
      for (const auto& [name, property] : node->children) {
        if (name[0] != '.' || random_.Chance(property->optional ? 50 : 10)) continue;
        literal.keys.push_back(name.substr(1));
        literal.items.push_back(Argument(input, property.get(), depth + 1));
      }
      return literal;
    case ValueKind::kBuffer:
    case ValueKind::kTypedArray:
    case ValueKind::kDataView:
      return Bytes();
    case ValueKind::kPromise:
    case ValueKind::kExternal:
    case ValueKind::kWrapped:
    case ValueKind::kCount:
      break;
  }
  return Earlier();
}

Literal Generator::Anything(Input& input, int depth) {
  return OfKind(input, random_.Of(kAnything), nullptr, depth);
}

Literal Generator::Argument(Input& input, const Node* node, int depth) {
  bool known = node != nullptr && (node->kinds != 0 || !node->values.empty());
  if (!known || random_.Chance(8)) return Anything(input, depth);
  if (!node->values.empty() && (node->kinds == 0 || random_.Chance(80))) {
    return node->values[random_.Below(node->values.size())];
  }
  std::vector<ValueKind> kinds;
  for (int i = 0; i < static_cast<int>(ValueKind::kCount); ++i) {
    if (node->Is(static_cast<ValueKind>(i))) kinds.push_back(static_cast<ValueKind>(i));
  }
  return OfKind(input, random_.Of(kinds), node, depth);
}

}  // namespace napisan::cli::fuzz
