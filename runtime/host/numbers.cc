#include "host/numbers.h"

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace napisan::host {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The shortest digits d1d2d3… and the exponent n, where the number is 0.d1d2d3… times 10^n.
struct Decimal {
  std::string digits;
  int exponent;
};

Decimal ShortestDigits(double positive) {
  char text[32];
  auto end = std::to_chars(text, text + sizeof(text), positive, std::chars_format::scientific).ptr;
  std::string_view all(text, static_cast<size_t>(end - text));
  size_t e = all.find('e');
  Decimal decimal;
  for (char c : all.substr(0, e)) {
    if (c != '.') decimal.digits += c;
  }
  decimal.exponent = std::atoi(std::string(all.substr(e + 1)).c_str()) + 1;
  return decimal;
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Digits of a radix that is a power of 2, rounded to nearest even.
double ParseRadix(std::string_view digits, int shift) {
  if (digits.empty()) return kNan;
  uint64_t mantissa = 0;
  int exponent = 0;
  bool rest = false;
  for (char c : digits) {
    int digit = IsDigit(c)                               ? c - '0'
                : (c | 0x20) >= 'a' && (c | 0x20) <= 'f' ? (c | 0x20) - 'a' + 10
                                                         : 99;
    if (digit >= 1 << shift) return kNan;
    if (mantissa >> (63 - shift) == 0) {
      mantissa = mantissa << shift | static_cast<uint64_t>(digit);
    } else {
      if (exponent < 4096) exponent += shift;
      rest = rest || digit != 0;
    }
  }
  // More than 53 bits are kept, so the lowest can stand for all that was dropped.
  return std::ldexp(static_cast<double>(mantissa | (rest ? 1 : 0)), exponent);
}

// A double is 0 or infinite from here on; any limit that an int holds would do.
constexpr int kExponentMax = 100000000;

struct DecimalLiteral {
  bool valid;
  // The power of ten of the first digit that is not 0.
  int64_t magnitude;
};

DecimalLiteral CheckDecimal(std::string_view text) {
  size_t at = 0;
  size_t digits = 0;
  int64_t magnitude = 0;
  bool nonzero = false;
  for (; at < text.size() && IsDigit(text[at]); ++at, ++digits) {
    if (nonzero) ++magnitude;
    nonzero = nonzero || text[at] != '0';
  }
  if (at < text.size() && text[at] == '.') {
    for (++at; at < text.size() && IsDigit(text[at]); ++at, ++digits) {
      if (!nonzero) --magnitude;
      nonzero = nonzero || text[at] != '0';
    }
  }
  if (digits == 0) return {false, 0};
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    bool negative = ++at < text.size() && text[at] == '-';
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    if (at == text.size()) return {false, 0};
    int64_t exponent = 0;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      if (exponent < kExponentMax) exponent = exponent * 10 + (text[at] - '0');
    }
    magnitude += negative ? -exponent : exponent;
  }
  return {at == text.size(), magnitude};
}

double ParseUnsigned(std::string_view text) {
  if (text == "Infinity") return kInfinity;
  DecimalLiteral literal = CheckDecimal(text);
  if (!literal.valid) return kNan;
  double number = 0;
  auto result = std::from_chars(text.data(), text.data() + text.size(), number);
  // from_chars does not say on which side the number is out of range.
  if (result.ec == std::errc::result_out_of_range) return literal.magnitude > 0 ? kInfinity : 0;
  return number;
}

}  // namespace

std::string FormatNumber(double number) {
  if (std::isnan(number)) return "NaN";
  if (number == 0) return "0";
  if (number < 0) return "-" + FormatNumber(-number);
  if (std::isinf(number)) return "Infinity";
  auto [digits, n] = ShortestDigits(number);
  int k = static_cast<int>(digits.size());
  if (k <= n && n <= 21) return digits + std::string(static_cast<size_t>(n - k), '0');
  if (0 < n && n <= 21) return digits.insert(static_cast<size_t>(n), 1, '.');
  if (-6 < n && n <= 0) return "0." + std::string(static_cast<size_t>(-n), '0') + digits;
  if (k > 1) digits.insert(1, 1, '.');
  return digits + (n > 0 ? "e+" : "e-") + std::to_string(std::abs(n - 1));
}

double ParseNumber(std::string_view text) {
  if (text.empty()) return 0;
  if (text.size() >= 2 && text[0] == '0') {
    switch (text[1] | 0x20) {
      case 'x':
        return ParseRadix(text.substr(2), 4);
      case 'o':
        return ParseRadix(text.substr(2), 3);
      case 'b':
        return ParseRadix(text.substr(2), 1);
    }
  }
  if (text[0] == '-') return -ParseUnsigned(text.substr(1));
  return ParseUnsigned(text[0] == '+' ? text.substr(1) : text);
}

uint32_t ToUint32(double number) {
  constexpr double kTwo32 = 4294967296.0;
  if (!std::isfinite(number)) return 0;
  if (number > -kTwo32 && number < kTwo32) {
    return static_cast<uint32_t>(static_cast<int64_t>(number));
  }
  return static_cast<uint32_t>(static_cast<int64_t>(std::fmod(std::trunc(number), kTwo32)));
}

int64_t ToInt64Saturating(double number) {
  constexpr double kTwo63 = 9223372036854775808.0;
  if (!std::isfinite(number)) return 0;
  if (number >= kTwo63) return std::numeric_limits<int64_t>::max();
  if (number <= -kTwo63) return std::numeric_limits<int64_t>::min();
  return static_cast<int64_t>(number);
}

double TimeClip(double time) {
  if (!(std::fabs(time) <= 8.64e15)) return kNan;
  return std::trunc(time) + 0.0;
}

}  // namespace napisan::host
