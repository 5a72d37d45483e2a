// Strings and symbols: making them, reading them, comparing them.
// Threads: the agent's only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "host/agent.h"
#include "host/cell.h"

namespace napisan::host {

// The longest string, as V8 has it on 64-bit machines.
inline constexpr size_t kStringLengthMax = (size_t{1} << 29) - 24;

// Each copies, and wants a length of at most kStringLengthMax (NewStringUtf8: of bytes). Text that
// fits Latin-1 is kept as Latin-1. Lone surrogates stay in UTF-16 text; malformed UTF-8 becomes
// U+FFFD, as in the WHATWG decoder.
String* NewStringLatin1(Agent& agent, const uint8_t* text, size_t length);
String* NewStringUtf8(Agent& agent, const char* text, size_t length);
String* NewStringUtf16(Agent& agent, const char16_t* text, size_t length);
inline String* NewString(Agent& agent, std::string_view text) {
  return NewStringUtf8(agent, text.data(), text.size());
}
inline Value TextValue(Agent& agent, std::string_view text) {
  return Value::Of(NewString(agent, text));
}
// Text that stays the module's until `finalize` runs, which may be null: when the string has been
// collected, or at env teardown, through a reference of the env's.
String* NewStringExternal(napi_env env, void* text, size_t length, bool two_byte,
                          napi_finalize finalize, void* hint);
// Gives back what a dying string owns; the collector's and Reset's business.
void ReleaseString(Agent& agent, String& string);

Symbol* NewSymbol(Agent& agent, Value description);
// Symbol.for: the agent's one registered symbol of this description.
Symbol* SymbolFor(Agent& agent, String* description);

bool Equal(const String& a, const String& b);
// Lone surrogates become U+FFFD.
std::string ToUtf8(const String& string);
// Copies whole characters only, at most `capacity` bytes; returns the bytes written. With a null
// `buffer`, the bytes that all of it needs.
size_t WriteUtf8(const String& string, char* buffer, size_t capacity);

// Over code units, so that the same text has the same hash in either representation; of long text
// only both ends are looked at. Computed when first asked for: few strings become keys. Never 0.
uint32_t HashOf(String& string);
uint32_t HashLatin1(const uint8_t* text, size_t length);

// "0" … "4294967294": the array index that a string spells, or kNotAnIndex.
inline constexpr uint32_t kNotAnIndex = UINT32_MAX;
uint32_t ArrayIndex(const String& string);

// Number to string and back, by ECMAScript's rules.
std::string NumberToString(double number);
double StringToNumber(const String& string);
// Without white space around it; what is not ASCII becomes text that no numeric literal is.
std::string TrimmedAscii(const String& string);

}  // namespace napisan::host
