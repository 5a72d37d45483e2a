// A picture, 8 bits of red, green, blue and alpha a pixel; to and from PNG by libpng. What fails is
// thrown as a Failure. No state is shared: any thread may do any of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace uses {

struct Picture {
  size_t width = 0;
  size_t height = 0;
  std::vector<uint8_t> pixels;  // Row by row, four bytes each.
};

inline constexpr size_t kSideMost = 16384;
inline constexpr size_t kPixelsMost = size_t{1} << 26;

Picture Decode(const uint8_t* png, size_t size);
std::vector<uint8_t> Encode(const Picture& picture);

// Each pixel is the mean of those that it stands for, by their alpha; of the nearest where it
// grows.
Picture Resize(const Picture& picture, size_t width, size_t height);

// The same for the same size.
Picture Draw(size_t width, size_t height);

}  // namespace uses
