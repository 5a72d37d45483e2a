#include "image/picture.h"

#include <png.h>

#include <algorithm>

#include "common/job.h"

namespace uses {
namespace {

// libpng's description of a picture, and what it holds.
class Png {
 public:
  Png() { image.version = PNG_IMAGE_VERSION; }
  Png(const Png&) = delete;
  Png& operator=(const Png&) = delete;
  ~Png() { png_image_free(&image); }

  void Check(int done) const {
    if (done == 0) throw Failure{"ERR_PNG", image.message};
  }

  png_image image = {};
};

struct Range {
  size_t begin;
  size_t end;
};

// What the pixel `index` of `to` stands for among `from`: at least one.
Range SourceOf(size_t index, size_t from, size_t to) {
  size_t begin = index * from / to;
  return {begin, std::max(begin + 1, (index + 1) * from / to)};
}

void Average(const Picture& picture, Range columns, Range rows, uint8_t* out) {
  uint64_t sums[3] = {};
  uint64_t alpha = 0;
  for (size_t y = rows.begin; y < rows.end; ++y) {
    for (size_t x = columns.begin; x < columns.end; ++x) {
      const uint8_t* pixel = &picture.pixels[(y * picture.width + x) * 4];
      for (int i = 0; i < 3; ++i) sums[i] += uint64_t{pixel[i]} * pixel[3];
      alpha += pixel[3];
    }
  }
  const size_t count = (rows.end - rows.begin) * (columns.end - columns.begin);
  for (int i = 0; i < 3; ++i) out[i] = alpha == 0 ? 0 : uint8_t((sums[i] + alpha / 2) / alpha);
  out[3] = uint8_t((alpha + count / 2) / count);
}

}  // namespace

Picture Decode(const uint8_t* png, size_t size) {
  Png read;
  read.Check(png_image_begin_read_from_memory(&read.image, png, size));
  Picture picture;
  picture.width = read.image.width;
  picture.height = read.image.height;
  if (picture.width > kPixelsMost / picture.height) throw Failure{"EMSGSIZE", "it is too large"};
  read.image.format = PNG_FORMAT_RGBA;
  picture.pixels.resize(PNG_IMAGE_SIZE(read.image));
  read.Check(png_image_finish_read(&read.image, nullptr, picture.pixels.data(), 0, nullptr));
  return picture;
}

std::vector<uint8_t> Encode(const Picture& picture) {
  Png write;
  write.image.width = png_uint_32(picture.width);
  write.image.height = png_uint_32(picture.height);
  write.image.format = PNG_FORMAT_RGBA;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(write.image);
  std::vector<uint8_t> png(size);
  write.Check(png_image_write_to_memory(&write.image, png.data(), &size, 0, picture.pixels.data(),
                                        0, nullptr));
  png.resize(size);
  return png;
}

Picture Resize(const Picture& picture, size_t width, size_t height) {
  Picture resized = {width, height, std::vector<uint8_t>(width * height * 4)};
  uint8_t* out = resized.pixels.data();
  for (size_t y = 0; y < height; ++y) {
    for (size_t x = 0; x < width; ++x, out += 4) {
      Average(picture, SourceOf(x, picture.width, width), SourceOf(y, picture.height, height), out);
    }
  }
  return resized;
}

Picture Draw(size_t width, size_t height) {
  Picture picture = {width, height, std::vector<uint8_t>(width * height * 4)};
  uint8_t* out = picture.pixels.data();
  for (size_t y = 0; y < height; ++y) {
    for (size_t x = 0; x < width; ++x, out += 4) {
      out[0] = uint8_t(x * 255 / width);
      out[1] = uint8_t(y * 255 / height);
      out[2] = uint8_t((x ^ y) & 0xff);
      out[3] = (x / 8 + y / 8) % 4 == 0 ? 128 : 255;
    }
  }
  return picture;
}

}  // namespace uses
