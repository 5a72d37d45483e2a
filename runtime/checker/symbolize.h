// Symbolize: from a code address in a record to function, file and line for a person.
//
// Addresses are return addresses: the call is just before them. For the entry of a function (a
// callback's), keep EntryPc(function).
//
// Threads: all anywhere; one lock. For the path of a report only: the first look into an image
// reads its debug information, and everything here allocates.
#pragma once

#include <cstdint>
#include <string>

#include "checker/report.h"

namespace napisan::checker {

// The address to keep for a function that is about to run, so that what is looked up is its entry.
inline uintptr_t EntryPc(const void* function) {
  return function == nullptr ? 0 : reinterpret_cast<uintptr_t>(function) + 1;
}

// Fills image and offset from pc and image_epoch; leaves a location without a known pc alone.
void Locate(CodeLocation& location);

// Locate, then function, file and line as far as the image's own file tells. Files below the
// current directory get their relative path. Without debug information the function remains, and
// without symbols image and offset do.
void Symbolize(CodeLocation& location);

// The calls that led to here, innermost first, symbolized, without the frames of this checker and
// its host. Returns how many of `max` it filled. Slow: about a microsecond a frame and more.
int CaptureStack(CodeLocation* locations, int max);

// A function's name for people, from its symbol: demangled, and without its parameters.
std::string PlainName(const std::string& symbol);

// "image.node+0x1d7": a place that has no line.
std::string ImageAndOffset(const CodeLocation& location);

}  // namespace napisan::checker
