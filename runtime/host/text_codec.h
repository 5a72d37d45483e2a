// Transcoding between UTF-8, UTF-16 and Latin-1. Knows no cells, allocates nothing.
// Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace napisan::host {

bool IsAscii(const char* text, size_t length);
// Every code unit is below 256.
bool FitsLatin1(const char16_t* text, size_t length);

// What UTF-8 text becomes: its length in UTF-16 code units, and whether they all fit Latin-1.
struct Utf8Shape {
  size_t units;
  bool latin1;
};

// Malformed UTF-8 decodes as the WHATWG decoder has it: U+FFFD for each maximal subpart. `out` has
// room for MeasureUtf8's units.
Utf8Shape MeasureUtf8(const char* text, size_t length);
void DecodeUtf8(const char* text, size_t length, uint8_t* out);
void DecodeUtf8(const char* text, size_t length, char16_t* out);

// The bytes that the text takes in UTF-8. A lone surrogate counts, and is written, as U+FFFD.
size_t Utf8Length(const uint8_t* latin1, size_t length);
size_t Utf8Length(const char16_t* text, size_t length);
// Writes whole characters only, at most `capacity` bytes; returns the bytes written.
size_t EncodeUtf8(const uint8_t* latin1, size_t length, char* out, size_t capacity);
size_t EncodeUtf8(const char16_t* text, size_t length, char* out, size_t capacity);

// The file:// URL of an absolute path, as Node's pathToFileURL has it. What is no absolute path
// (an embedder's name for a module, or a URL already) stays as it is.
std::string FileUrl(std::string_view path);

}  // namespace napisan::host
