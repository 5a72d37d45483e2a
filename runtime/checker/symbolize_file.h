// What an image's own file says about an offset in it: symbol, source file and line.
//
// Threads: one at a time (symbolize.cc holds a lock).
#pragma once

#include <cstdint>
#include <string>

#include "checker/images.h"

namespace napisan::checker {

struct FileSymbol {
  std::string function;  // mangled, or empty
  std::string file;      // as the compiler was told, made absolute; or empty
  int line = 0;
};

// With libdw (NAPISAN_HAVE_LIBDW) from the file, so that an image which is no longer mapped, and
// static functions, are found. Without, exported symbols of an image which is still mapped.
FileSymbol FindFileSymbol(const Image& image, uint64_t offset);

}  // namespace napisan::checker
