#include "cli/number_syntax.h"

#include <cmath>
#include <cstdlib>

#include "cli/source_reader.h"

namespace napisan::cli {
namespace {

// A bigint's digits are multiplied out, which takes quadratic time.
constexpr size_t kBigIntDigitsMax = 4096;

bool IsDecimal(char c) { return DigitOf(c) < 10; }
bool IsWordPart(char c) {
  return DigitOf(c) < 36 || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}

// What belongs together, right or wrong: it is what an error names.
size_t TokenLength(std::string_view text) {
  size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  bool hexadecimal = at + 1 < text.size() && text[at] == '0' && (text[at + 1] | 0x20) == 'x';
  while (at < text.size()) {
    char c = text[at];
    bool exponent_sign =
        (c == '-' || c == '+') && at > 0 && !hexadecimal && (text[at - 1] | 0x20) == 'e';
    if (!IsWordPart(c) && c != '.' && !exponent_sign) break;
    ++at;
  }
  return at;
}

// Digits of one base and nothing else.
bool AreDigits(std::string_view text, int base) {
  for (char c : text) {
    if (DigitOf(c) >= base) return false;
  }
  return !text.empty();
}

// JavaScript takes a leading zero for octal in old code, and refuses it in new.
bool HasLeadingZero(std::string_view text) {
  return text.size() > 1 && text[0] == '0' && IsDecimal(text[1]);
}

// digits [ . digits ] [ e [ sign ] digits ], with digits before or behind the point.
bool IsDecimalNumber(std::string_view text) {
  size_t at = 0;
  auto skip_digits = [&] {
    size_t begin = at;
    while (at < text.size() && IsDecimal(text[at])) ++at;
    return at - begin;
  };
  size_t digits = skip_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    digits += skip_digits();
  }
  if (digits == 0 || HasLeadingZero(text)) return false;
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (skip_digits() == 0) return false;
  }
  return at == text.size();
}

double ToDouble(std::string_view digits, int base) {
  // Not from_chars, which some C++ libraries lack for doubles; the grammar was checked before.
  if (base == 10) return std::strtod(std::string(digits).c_str(), nullptr);
  double number = 0;
  for (char digit : digits) number = number * base + DigitOf(digit);
  return number;
}

// Not ISO C++, as gcc has it; every compiler that we build with knows it.
__extension__ using Wide = unsigned __int128;

void ToWords(std::string_view digits, int base, std::vector<uint64_t>& words) {
  words.clear();
  for (char digit : digits) {
    auto carry = static_cast<Wide>(DigitOf(digit));
    for (uint64_t& word : words) {
      carry += static_cast<Wide>(word) * static_cast<unsigned>(base);
      word = static_cast<uint64_t>(carry);
      carry >>= 64;
    }
    if (carry != 0) words.push_back(static_cast<uint64_t>(carry));
  }
}

}  // namespace

size_t ParseNumber(std::string_view text, Literal& literal, std::string& problem) {
  size_t length = TokenLength(text);
  std::string_view token = text.substr(0, length);
  auto fail = [&](const char* what) {
    problem = "'" + std::string(token) + "' is no " + what;
    return size_t{0};
  };
  std::string_view digits = token;
  bool negative = !digits.empty() && digits[0] == '-';
  bool sign = negative || (!digits.empty() && digits[0] == '+');
  if (sign) digits.remove_prefix(1);
  literal.kind = Literal::Kind::kNumber;
  if (digits == "Infinity") {
    literal.number = negative ? -INFINITY : INFINITY;
    return length;
  }
  int base = 10;
  if (digits.size() > 1 && digits[0] == '0') {
    char marker = static_cast<char>(digits[1] | 0x20);
    base = marker == 'x' ? 16 : marker == 'o' ? 8 : marker == 'b' ? 2 : 10;
    if (base != 10) digits.remove_prefix(2);
  }
  if (!digits.empty() && digits.back() == 'n') {
    digits.remove_suffix(1);
    // JavaScript has no +1n.
    if (!AreDigits(digits, base) || (sign && !negative)) return fail("bigint");
    if (base == 10 && HasLeadingZero(digits)) return fail("bigint");
    if (digits.size() > kBigIntDigitsMax) {
      problem = "this bigint has more than " + std::to_string(kBigIntDigitsMax) + " digits";
      return 0;
    }
    literal.kind = Literal::Kind::kBigInt;
    ToWords(digits, base, literal.words);
    literal.truth = negative && !literal.words.empty();
    return length;
  }
  if (base == 10 ? !IsDecimalNumber(digits) : !AreDigits(digits, base)) return fail("number");
  literal.number = ToDouble(digits, base);
  if (negative) literal.number = -literal.number;
  return length;
}

}  // namespace napisan::cli
