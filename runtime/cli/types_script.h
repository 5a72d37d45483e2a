// The text of types.mjs; the build makes the source file.
#pragma once

namespace napisan::cli {

extern const char kTypesScript[];

}  // namespace napisan::cli
