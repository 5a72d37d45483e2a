#include "host/text_codec.h"

#include <algorithm>
#include <cstring>

namespace napisan::host {
namespace {

constexpr char32_t kReplacement = 0xfffd;

// The length of the ASCII run that text begins with.
size_t AsciiPrefix(const uint8_t* text, size_t length) {
  size_t at = 0;
  // Four words at a time: the compiler makes vector instructions of it.
  for (uint64_t words[4]; length - at >= sizeof(words); at += sizeof(words)) {
    std::memcpy(words, text + at, sizeof(words));
    if (((words[0] | words[1] | words[2] | words[3]) & 0x8080808080808080) != 0) break;
  }
  for (uint64_t word; length - at >= sizeof(word); at += sizeof(word)) {
    std::memcpy(&word, text + at, sizeof(word));
    if ((word & 0x8080808080808080) != 0) break;
  }
  if (uint32_t half; length - at >= sizeof(half)) {
    std::memcpy(&half, text + at, sizeof(half));
    if ((half & 0x80808080) == 0) at += sizeof(half);
  }
  while (at < length && text[at] < 0x80) ++at;
  return at;
}

// The character at `at`, which moves on; `at` is before `end`.
char32_t NextFromUtf8(const uint8_t*& at, const uint8_t* end) {
  uint8_t lead = *at++;
  if (lead < 0x80) return lead;
  // Where the second byte may lie keeps out overlong forms, surrogates, and what is above U+10FFFF.
  uint8_t low = 0x80;
  uint8_t high = 0xbf;
  int more;
  char32_t code;
  if (lead >= 0xc2 && lead <= 0xdf) {
    more = 1;
    code = lead & 0x1f;
  } else if (lead >= 0xe0 && lead <= 0xef) {
    more = 2;
    code = lead & 0x0f;
    if (lead == 0xe0) low = 0xa0;
    if (lead == 0xed) high = 0x9f;
  } else if (lead >= 0xf0 && lead <= 0xf4) {
    more = 3;
    code = lead & 0x07;
    if (lead == 0xf0) low = 0x90;
    if (lead == 0xf4) high = 0x8f;
  } else {
    return kReplacement;
  }
  for (; more > 0; --more) {
    if (at == end || *at < low || *at > high) return kReplacement;
    code = code << 6 | (*at++ & 0x3f);
    low = 0x80;
    high = 0xbf;
  }
  return code;
}

char32_t NextFromUtf16(const char16_t*& at, const char16_t* end) {
  char16_t unit = *at++;
  if ((unit & 0xf800) != 0xd800) return unit;
  if ((unit & 0x0400) != 0 || at == end || (*at & 0xfc00) != 0xdc00) return kReplacement;
  return 0x10000 + ((char32_t{unit} & 0x3ff) << 10 | (*at++ & 0x3ff));
}

size_t BytesOf(char32_t code) {
  return code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

char* Put(char* out, char32_t code, size_t bytes) {
  static constexpr uint8_t kLead[] = {0, 0, 0xc0, 0xe0, 0xf0};
  for (size_t i = bytes - 1; i > 0; --i, code >>= 6) {
    out[i] = static_cast<char>(0x80 | (code & 0x3f));
  }
  out[0] = static_cast<char>(kLead[bytes] | code);
  return out + bytes;
}

}  // namespace

bool IsAscii(const char* text, size_t length) {
  return AsciiPrefix(reinterpret_cast<const uint8_t*>(text), length) == length;
}

bool FitsLatin1(const char16_t* text, size_t length) {
  char16_t all = 0;
  for (size_t i = 0; i < length; ++i) all |= text[i];
  return all < 256;
}

Utf8Shape MeasureUtf8(const char* text, size_t length) {
  const auto* at = reinterpret_cast<const uint8_t*>(text);
  const uint8_t* end = at + length;
  Utf8Shape shape = {0, true};
  while (at != end) {
    size_t ascii = AsciiPrefix(at, static_cast<size_t>(end - at));
    at += ascii;
    shape.units += ascii;
    if (at == end) break;
    char32_t code = NextFromUtf8(at, end);
    shape.units += code < 0x10000 ? 1 : 2;
    if (code > 0xff) shape.latin1 = false;
  }
  return shape;
}

void DecodeUtf8(const char* text, size_t length, uint8_t* out) {
  const auto* at = reinterpret_cast<const uint8_t*>(text);
  const uint8_t* end = at + length;
  while (at != end) {
    size_t ascii = AsciiPrefix(at, static_cast<size_t>(end - at));
    std::memcpy(out, at, ascii);
    at += ascii;
    out += ascii;
    if (at != end) *out++ = static_cast<uint8_t>(NextFromUtf8(at, end));
  }
}

void DecodeUtf8(const char* text, size_t length, char16_t* out) {
  const auto* at = reinterpret_cast<const uint8_t*>(text);
  const uint8_t* end = at + length;
  while (at != end) {
    char32_t code = NextFromUtf8(at, end);
    if (code < 0x10000) {
      *out++ = static_cast<char16_t>(code);
    } else {
      *out++ = static_cast<char16_t>(0xd7c0 + (code >> 10));
      *out++ = static_cast<char16_t>(0xdc00 | (code & 0x3ff));
    }
  }
}

size_t Utf8Length(const uint8_t* latin1, size_t length) {
  size_t bytes = length;
  for (size_t i = 0; i < length; ++i) bytes += latin1[i] >> 7;
  return bytes;
}

size_t Utf8Length(const char16_t* text, size_t length) {
  size_t bytes = 0;
  const char16_t* end = text + length;
  while (text != end) bytes += BytesOf(NextFromUtf16(text, end));
  return bytes;
}

size_t EncodeUtf8(const uint8_t* latin1, size_t length, char* out, size_t capacity) {
  char* start = out;
  // No limit at all is SIZE_MAX: no pointer goes as far.
  const char* limit = out + std::min(capacity, 2 * length);
  const uint8_t* end = latin1 + length;
  while (latin1 != end) {
    size_t ascii = AsciiPrefix(latin1, static_cast<size_t>(end - latin1));
    size_t room = static_cast<size_t>(limit - out);
    size_t run = ascii < room ? ascii : room;
    std::memcpy(out, latin1, run);
    out += run;
    latin1 += run;
    if (run < ascii || latin1 == end || limit - out < 2) break;
    out = Put(out, *latin1++, 2);
  }
  return static_cast<size_t>(out - start);
}

size_t EncodeUtf8(const char16_t* text, size_t length, char* out, size_t capacity) {
  char* start = out;
  const char* limit = out + std::min(capacity, 3 * length);
  const char16_t* end = text + length;
  while (text != end) {
    char32_t code = NextFromUtf16(text, end);
    size_t bytes = BytesOf(code);
    if (static_cast<size_t>(limit - out) < bytes) break;
    out = Put(out, code, bytes);
  }
  return static_cast<size_t>(out - start);
}

std::string FileUrl(std::string_view path) {
  if (path.empty() || path.front() != '/') return std::string(path);
  static constexpr char kHex[] = "0123456789ABCDEF";
  // What the URL parser escapes in a path, and what pathToFileURL escapes before it.
  static constexpr std::string_view kEscaped = " \"#<>?`{}^%\\";
  std::string url = "file://";
  for (char character : path) {
    auto byte = static_cast<uint8_t>(character);
    if (byte > 0x20 && byte < 0x7f && kEscaped.find(character) == std::string_view::npos) {
      url += character;
    } else {
      url += {'%', kHex[byte >> 4], kHex[byte & 15]};
    }
  }
  return url;
}

}  // namespace napisan::host
