#include "host/strings.h"

#include <cstring>
#include <limits>

#include "host/numbers.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/reference.h"
#include "host/text_codec.h"

namespace napisan::host {
namespace {

constexpr size_t kHashedEnd = 32;

template <class Unit>
uint32_t Hash(const Unit* text, size_t length) {
  uint64_t hash = 0x9e3779b97f4a7c15 ^ length;
  auto mix = [&hash](Unit unit) { hash = (hash ^ unit) * 0x100000001b3; };
  if (length <= 2 * kHashedEnd) {
    for (size_t i = 0; i < length; ++i) mix(text[i]);
  } else {
    for (size_t i = 0; i < kHashedEnd; ++i) mix(text[i]);
    for (size_t i = length - kHashedEnd; i < length; ++i) mix(text[i]);
  }
  // 0 says that there is none yet.
  return static_cast<uint32_t>(hash ^ hash >> 32) | 1;
}

// A string with room for its text.
String* NewText(Agent& agent, size_t length, bool two_byte) {
  auto* string = agent.heap().New<String>(CellKind::kString);
  string->length = static_cast<uint32_t>(length);
  if (two_byte) string->flags |= kTwoByte;
  size_t bytes = two_byte ? length * sizeof(char16_t) : length;
  if (bytes > String::kInlineBytes) {
    string->flags |= kOutOfLine;
    string->capacity = static_cast<uint32_t>(bytes);
    string->out.data = agent.heap().Allocate(bytes);
  }
  return string;
}

void* MutableBytes(String& string) { return const_cast<void*>(string.bytes()); }
uint8_t* Latin1(String& string) { return static_cast<uint8_t*>(MutableBytes(string)); }
const uint8_t* Latin1(const String& string) { return static_cast<const uint8_t*>(string.bytes()); }
char16_t* Utf16(String& string) { return static_cast<char16_t*>(MutableBytes(string)); }
const char16_t* Utf16(const String& string) { return static_cast<const char16_t*>(string.bytes()); }

// WhiteSpace and LineTerminator.
bool IsSpace(char16_t unit) {
  return (unit >= 9 && unit <= 13) || unit == ' ' || unit == 0xa0 || unit == 0x1680 ||
         (unit >= 0x2000 && unit <= 0x200a) || unit == 0x2028 || unit == 0x2029 || unit == 0x202f ||
         unit == 0x205f || unit == 0x3000 || unit == 0xfeff;
}

}  // namespace

String* NewStringLatin1(Agent& agent, const uint8_t* text, size_t length) {
  String* string = NewText(agent, length, false);
  if (length > 0) std::memcpy(MutableBytes(*string), text, length);
  return string;
}

String* NewStringUtf8(Agent& agent, const char* text, size_t length) {
  if (IsAscii(text, length)) {
    return NewStringLatin1(agent, reinterpret_cast<const uint8_t*>(text), length);
  }
  Utf8Shape shape = MeasureUtf8(text, length);
  String* string = NewText(agent, shape.units, !shape.latin1);
  if (shape.latin1) {
    DecodeUtf8(text, length, Latin1(*string));
  } else {
    DecodeUtf8(text, length, Utf16(*string));
  }
  return string;
}

String* NewStringUtf16(Agent& agent, const char16_t* text, size_t length) {
  bool two_byte = !FitsLatin1(text, length);
  String* string = NewText(agent, length, two_byte);
  if (two_byte) {
    std::memcpy(MutableBytes(*string), text, length * sizeof(char16_t));
  } else {
    uint8_t* out = Latin1(*string);
    for (size_t i = 0; i < length; ++i) out[i] = static_cast<uint8_t>(text[i]);
  }
  return string;
}

String* NewStringExternal(napi_env env, void* text, size_t length, bool two_byte,
                          napi_finalize finalize, void* hint) {
  auto* string = env->agent.heap().New<String>(CellKind::kString);
  string->length = static_cast<uint32_t>(length);
  string->flags = kOutOfLine | kExternalText | (two_byte ? kTwoByte : 0);
  string->out.data = text;
  if (finalize != nullptr) {
    NewReference(env, Value::Of(string), 0, Ownership::kRuntime, finalize, text, hint);
  }
  return string;
}

void ReleaseString(Agent& agent, String& string) {
  if ((string.flags & (kOutOfLine | kExternalText)) != kOutOfLine) return;
  agent.heap().Free(string.out.data, string.capacity);
  string.flags &= static_cast<uint16_t>(~kOutOfLine);
}

Symbol* NewSymbol(Agent& agent, Value description) {
  auto* symbol = agent.heap().New<Symbol>(CellKind::kSymbol);
  symbol->description = description;
  symbol->hash = IsString(description) ? HashOf(*AsString(description)) : 1;
  return symbol;
}

Symbol* SymbolFor(Agent& agent, String* description) {
  // The registry sits on the Symbol constructor, where the collector finds it.
  constexpr std::string_view kRegistry = "napisan.registry";
  Object* constructor = BuiltinConstructor(agent, "Symbol");
  Key name = Key::Of(NewString(agent, kRegistry));
  Property* found = FindOwn(agent, constructor, name);
  Object* registry = found != nullptr ? AsObject(found->value) : NewObject(agent);
  if (found == nullptr) {
    registry->flags |= kNoPrototype;
    Define(agent, constructor, name, Value::Of(registry), napi_default);
  }
  Key key = Key::Of(description);
  if (Property* known = FindOwn(agent, registry, key)) return AsSymbol(known->value);
  Symbol* symbol = NewSymbol(agent, Value::Of(description));
  symbol->flags |= kRegistered;
  Define(agent, registry, key, Value::Of(symbol), kPlainProperty);
  return symbol;
}

bool Equal(const String& a, const String& b) {
  if (&a == &b) return true;
  if (a.length != b.length) return false;
  if (a.hash != b.hash && a.hash != 0 && b.hash != 0) return false;
  if (a.two_byte() == b.two_byte()) {
    size_t bytes = a.two_byte() ? a.length * sizeof(char16_t) : a.length;
    return bytes == 0 || std::memcmp(a.bytes(), b.bytes(), bytes) == 0;
  }
  for (uint32_t i = 0; i < a.length; ++i) {
    if (a.at(i) != b.at(i)) return false;
  }
  return true;
}

std::string ToUtf8(const String& string) {
  std::string text(WriteUtf8(string, nullptr, 0), '\0');
  WriteUtf8(string, text.data(), text.size());
  return text;
}

size_t WriteUtf8(const String& string, char* buffer, size_t capacity) {
  if (string.two_byte()) {
    return buffer == nullptr ? Utf8Length(Utf16(string), string.length)
                             : EncodeUtf8(Utf16(string), string.length, buffer, capacity);
  }
  return buffer == nullptr ? Utf8Length(Latin1(string), string.length)
                           : EncodeUtf8(Latin1(string), string.length, buffer, capacity);
}

uint32_t HashLatin1(const uint8_t* text, size_t length) { return Hash(text, length); }

uint32_t HashOf(String& string) {
  if (string.hash == 0) {
    string.hash = string.two_byte() ? Hash(Utf16(string), string.length)
                                    : Hash(Latin1(string), string.length);
  }
  return string.hash;
}

uint32_t ArrayIndex(const String& string) {
  // 4294967294 has ten digits; a leading zero is an index only where it is all there is.
  if (string.length == 0 || string.length > 10) return kNotAnIndex;
  if (string.at(0) == '0') return string.length == 1 ? 0 : kNotAnIndex;
  uint64_t index = 0;
  for (uint32_t i = 0; i < string.length; ++i) {
    char16_t unit = string.at(i);
    if (unit < '0' || unit > '9') return kNotAnIndex;
    index = index * 10 + (unit - u'0');
  }
  return index < kNotAnIndex ? static_cast<uint32_t>(index) : kNotAnIndex;
}

std::string NumberToString(double number) { return FormatNumber(number); }

std::string TrimmedAscii(const String& string) {
  uint32_t begin = 0;
  uint32_t end = string.length;
  while (begin < end && IsSpace(string.at(begin))) ++begin;
  while (begin < end && IsSpace(string.at(end - 1))) --end;
  std::string text;
  text.reserve(end - begin);
  for (uint32_t i = begin; i < end; ++i) {
    // No numeric literal has one.
    if (string.at(i) > 0x7f) return "?";
    text += static_cast<char>(string.at(i));
  }
  return text;
}

double StringToNumber(const String& string) { return ParseNumber(TrimmedAscii(string)); }

}  // namespace napisan::host
