// Images: PNGs are decoded, resized and encoded, one by one or in several sizes at once.
//
// A work reads its input where it is, in the memory of the Buffer, which a reference keeps alive.
//
// index.d.ts tells what it exports; what the works share is in common/job.h.
#include <cstdint>
#include <iterator>
#include <memory>
#include <utility>
#include <vector>

#include "common/arguments.h"
#include "common/job.h"
#include "image/picture.h"

namespace {

using uses::Arguments;
using uses::Job;
using uses::Jobs;
using uses::Picture;

using Bytes = std::vector<uint8_t>;

// The Buffer of a call: its job keeps it, and nobody may write to it meanwhile.
struct Input {
  const uint8_t* data = nullptr;
  size_t size = 0;
};

struct Size {
  size_t width = 0;
  size_t height = 0;
};

napi_value BufferOf(napi_env env, const Bytes& bytes) {
  napi_value buffer = nullptr;
  napi_create_buffer_copy(env, bytes.size(), bytes.data(), nullptr, &buffer);
  return buffer;
}

class Decode : public Job {
 public:
  explicit Decode(Input input) : Job("decode"), input_(input) {}

 private:
  void Execute(size_t) override { picture_ = uses::Decode(input_.data, input_.size); }

  napi_value Result(napi_env env) override {
    napi_value object = nullptr;
    napi_value width = nullptr;
    napi_value height = nullptr;
    napi_value pixels = BufferOf(env, picture_.pixels);
    if (pixels == nullptr || napi_create_object(env, &object) != napi_ok ||
        napi_create_double(env, double(picture_.width), &width) != napi_ok ||
        napi_create_double(env, double(picture_.height), &height) != napi_ok ||
        napi_set_named_property(env, object, "width", width) != napi_ok ||
        napi_set_named_property(env, object, "height", height) != napi_ok ||
        napi_set_named_property(env, object, "pixels", pixels) != napi_ok) {
      return nullptr;
    }
    return object;
  }

  const Input input_;
  Picture picture_;
};

class Resize : public Job {
 public:
  Resize(Input input, Size size) : Job("resize"), input_(input), size_(size) {}

 private:
  void Execute(size_t) override {
    Picture picture = uses::Decode(input_.data, input_.size);
    Progress(1, 3);
    if (Cancelled()) return;
    picture = uses::Resize(picture, size_.width, size_.height);
    Progress(2, 3);
    if (Cancelled()) return;
    png_ = uses::Encode(picture);
    Progress(3, 3);
  }

  napi_value Result(napi_env env) override { return BufferOf(env, png_); }

  const Input input_;
  const Size size_;
  Bytes png_;
};

// Squares of several sizes: a part for each, which decodes for itself.
class Icons : public Job {
 public:
  Icons(Input input, std::vector<size_t> sides)
      : Job("icons", sides.size()), input_(input), sides_(std::move(sides)), pngs_(sides_.size()) {}

 private:
  void Execute(size_t part) override {
    Picture picture = uses::Decode(input_.data, input_.size);
    if (Cancelled()) return;
    pngs_[part] = uses::Encode(uses::Resize(picture, sides_[part], sides_[part]));
  }

  napi_value Result(napi_env env) override {
    napi_value result = nullptr;
    if (napi_create_array_with_length(env, pngs_.size(), &result) != napi_ok) return nullptr;
    for (size_t i = 0; i < pngs_.size(); ++i) {
      napi_handle_scope scope = nullptr;
      if (napi_open_handle_scope(env, &scope) != napi_ok) return nullptr;
      napi_value buffer = BufferOf(env, pngs_[i]);
      bool set = buffer != nullptr && napi_set_element(env, result, uint32_t(i), buffer) == napi_ok;
      napi_close_handle_scope(env, scope);
      if (!set) return nullptr;
    }
    return result;
  }

  const Input input_;
  const std::vector<size_t> sides_;
  std::vector<Bytes> pngs_;  // Each part writes its own.
};

class Draw : public Job {
 public:
  explicit Draw(Size size) : Job("draw"), size_(size) {}

 private:
  void Execute(size_t) override { png_ = uses::Encode(uses::Draw(size_.width, size_.height)); }
  napi_value Result(napi_env env) override { return BufferOf(env, png_); }

  const Size size_;
  Bytes png_;
};

// --- What JavaScript calls ---

bool ReadSide(const Arguments& arguments, size_t index, const char* name, size_t& side) {
  if (!arguments.Whole(index, name, double{uses::kSideMost}, side)) return false;
  if (side > 0) return true;
  napi_throw_range_error(arguments.env(), "ERR_OUT_OF_RANGE", "a picture has a pixel at least");
  return false;
}

bool ReadSize(const Arguments& arguments, size_t index, Size& size) {
  if (!ReadSide(arguments, index, "width", size.width) ||
      !ReadSide(arguments, index + 1, "height", size.height)) {
    return false;
  }
  if (size.width <= uses::kPixelsMost / size.height) return true;
  napi_throw_range_error(arguments.env(), "ERR_OUT_OF_RANGE", "the picture is too large");
  return false;
}

// Starts a job that reads the Buffer which is the first argument.
napi_value StartKeeping(const Arguments& arguments, std::unique_ptr<Job> job) {
  if (!uses::Planted(uses::Plant::buffer_unreferenced) &&
      !job->Keep(arguments.env(), arguments[0])) {
    napi_throw_error(arguments.env(), nullptr, "the Buffer cannot be kept");
    return nullptr;
  }
  return Job::Start(arguments.env(), std::move(job));
}

napi_value CallDecode(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  Input input;
  if (!arguments.Bytes(0, "png", input.data, input.size)) return nullptr;
  return StartKeeping(arguments, std::make_unique<Decode>(input));
}

napi_value CallResize(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  Input input;
  Size size;
  if (!arguments.Bytes(0, "png", input.data, input.size) || !ReadSize(arguments, 1, size)) {
    return nullptr;
  }
  auto job = std::make_unique<Resize>(input, size);
  if (!arguments.Missing(3)) {
    if (!arguments.Function(3, "onProgress")) return nullptr;
    if (!job->ReportTo(env, arguments[3])) {
      napi_throw_error(env, nullptr, "onProgress cannot be kept");
      return nullptr;
    }
  }
  return StartKeeping(arguments, std::move(job));
}

napi_value CallIcons(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  Input input;
  std::vector<size_t> sides;
  if (!arguments.Bytes(0, "png", input.data, input.size) ||
      !arguments.Wholes(1, "sides", double{1024}, sides)) {
    return nullptr;
  }
  return StartKeeping(arguments, std::make_unique<Icons>(input, std::move(sides)));
}

napi_value CallDraw(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  Size size;
  if (!ReadSize(arguments, 0, size)) return nullptr;
  return Job::Start(env, std::make_unique<Draw>(size));
}

napi_value Init(napi_env env, napi_value exports) {
  if (!Jobs::Install(env, std::make_unique<Jobs>())) return nullptr;
  const napi_property_descriptor properties[] = {
      uses::Method("decode", CallDecode),   uses::Method("resize", CallResize),
      uses::Method("icons", CallIcons),     uses::Method("draw", CallDraw),
      uses::Method("cancel", Jobs::Cancel),
  };
  napi_define_properties(env, exports, std::size(properties), properties);
  return exports;
}

}  // namespace

USES_MODULE(image, Init)
