// ECMAScript's conversions between numbers, text and integers. Knows no cells.
// Threads: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace napisan::host {

// The shortest text that reads back as the number.
std::string FormatNumber(double number);
// StringToNumber for text that is ASCII but for white space, which the caller has trimmed. NaN for
// what is no numeric literal.
double ParseNumber(std::string_view text);

// Truncated, modulo 2^32; not-a-number and the infinities are 0.
uint32_t ToUint32(double number);
inline int32_t ToInt32(double number) { return static_cast<int32_t>(ToUint32(number)); }
// Truncated, and clamped to the range; what is not finite is 0, as napi_get_value_int64 has it.
int64_t ToInt64Saturating(double number);

// Milliseconds of a Date: whole, no -0, NaN beyond 8.64e15.
double TimeClip(double time);

}  // namespace napisan::host
