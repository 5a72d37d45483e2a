#include "decoder.h"

#include <cerrno>
#include <cstdlib>

namespace napisan::conformance {
namespace {

const Word& Nothing() {
  static const Word* word = new Word{Word::Kind::kBare, "null", {}, {}};
  return *word;
}

}  // namespace

const Word& Decoder::Take() {
  if (next_ < words_.size()) return words_[next_++];
  Refuse("an argument is missing");
  return Nothing();
}

bool Decoder::IntegerOf(const Word& word, int64_t& number) {
  const std::string& text = word.text;
  if (word.kind != Word::Kind::kBare || text.empty()) return Refuse("an integer was expected");
  if (size_t bar = text.find('|'); bar != std::string::npos) {
    Word left{Word::Kind::kBare, text.substr(0, bar), {}, {}};
    Word right{Word::Kind::kBare, text.substr(bar + 1), {}, {}};
    int64_t more = 0;
    bool good = IntegerOf(left, number) && IntegerOf(right, more);
    number |= more;
    return good;
  }
  errno = 0;
  char* end = nullptr;
  number = text[0] == '-' ? std::strtoll(text.c_str(), &end, 0)
                          : static_cast<int64_t>(std::strtoull(text.c_str(), &end, 0));
  if (errno == 0 && *end == '\0') return true;
  if (FindEnumerator(text, number)) return true;
  uint64_t bits;
  if (!machine().Get(text, "number", bits)) return Refuse(text + " has no value");
  number = static_cast<int64_t>(bits);
  return true;
}

bool Decoder::TakeInteger(int64_t& number) { return IntegerOf(Take(), number); }

bool Decoder::NumberOf(const Word& word, double& number) {
  char* end = nullptr;
  number = std::strtod(word.text.c_str(), &end);
  if (word.kind == Word::Kind::kBare && !word.text.empty() && *end == '\0') return true;
  return Refuse("a number was expected");
}

bool Decoder::ValueOf(const Word& word, napi_value& value) {
  if (IsNull(word)) {
    value = nullptr;
    return true;
  }
  return frame_.FindValue(word.text, value) || Refuse(word.text + " has no value");
}

bool Decoder::HandleOf(const Word& word, const char* type, uint64_t& bits) {
  if (IsNull(word)) {
    bits = 0;
    return true;
  }
  return frame_.FindHandle(word.text, type, bits) || Refuse(word.text + " has no value");
}

bool Decoder::BlockOf(const Word& word, BlockKind kind, const Block*& block) {
  block = nullptr;
  if (IsNull(word)) return true;
  block = machine().program().Find(word.text);
  if (block == nullptr || block->kind != kind) return Refuse(word.text + " is no such block");
  return true;
}

bool Decoder::PointerOf(const Word& word, void*& pointer) {
  pointer = nullptr;
  if (IsNull(word)) return true;
  if (word.kind == Word::Kind::kText) {
    // A copy for every call: the host may keep it, or write to it.
    pointer = machine().NewBytes(word.text, word.text);
    return true;
  }
  if (word.kind != Word::Kind::kBare) return Refuse("a pointer was expected");
  pointer = machine().PointerTo(word.text);
  return true;
}

}  // namespace napisan::conformance
