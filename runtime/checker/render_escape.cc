#include "checker/render_escape.h"

#include <fmt/format.h>

#include <cstdint>

namespace napisan::checker {
namespace {

struct CodePoint {
  uint32_t value;
  int bytes;  // 0: not UTF-8 here
};

// Decodes one code point; refuses overlong forms, surrogates and what lies above U+10FFFF.
CodePoint Decode(std::string_view text) {
  auto byte = [text](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  int bytes = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || text.size() < static_cast<size_t>(bytes)) return {lead, 0};
  uint32_t value = lead & (0xffu >> (bytes + 1));
  for (int i = 1; i < bytes; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return {lead, 0};
    value = value << 6 | (byte(i) & 0x3f);
  }
  constexpr uint32_t kSmallest[] = {0, 0, 0x80, 0x800, 0x10000};
  bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < kSmallest[bytes] || value > 0x10ffff || surrogate) return {lead, 0};
  return {value, bytes};
}

bool IsHarmful(uint32_t point) {
  bool control = point < 0x20 || (point >= 0x7f && point <= 0x9f);
  bool separator = point == 0x2028 || point == 0x2029;
  bool turns_text = point == 0x200e || point == 0x200f || (point >= 0x202a && point <= 0x202e) ||
                    (point >= 0x2066 && point <= 0x2069);
  return control || separator || turns_text;
}

std::string Escape(std::string_view text, bool harmful_too) {
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    CodePoint point = Decode(text);
    size_t bytes = point.bytes == 0 ? 1 : static_cast<size_t>(point.bytes);
    if (point.bytes == 0 || (harmful_too && point.value < 0x80 && IsHarmful(point.value))) {
      result += fmt::format("\\x{:02x}", point.value);
    } else if (harmful_too && IsHarmful(point.value)) {
      result += fmt::format("\\u{{{:x}}}", point.value);
    } else {
      result += text.substr(0, bytes);
    }
    text.remove_prefix(bytes);
  }
  return result;
}

}  // namespace

std::string EscapeForTerminal(std::string_view text) { return Escape(text, true); }

std::string EscapeInvalidUtf8(std::string_view text) { return Escape(text, false); }

std::string EscapeForUri(std::string_view path) {
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/+";
  std::string result;
  for (char c : path) {
    bool plain = kPlain.find(c) != kPlain.npos;
    result += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return result;
}

}  // namespace napisan::checker
