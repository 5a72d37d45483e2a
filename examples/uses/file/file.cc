// Files: large ones are hashed with SHA-256, one by one or several at once, and copied.
//
// index.d.ts tells what it exports; what the works share is in common/job.h.
#include <algorithm>
#include <cstdint>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/arguments.h"
#include "common/job.h"
#include "file/block_file.h"
#include "file/sha256.h"

namespace {

using uses::Arguments;
using uses::Job;
using uses::Jobs;

class Hash : public Job {
 public:
  explicit Hash(std::string path) : Job("hash"), path_(std::move(path)) {}

 private:
  void Execute(size_t) override {
    uses::BlockFile file = uses::BlockFile::ForReading(path_);
    uses::Sha256 sha256;
    std::vector<unsigned char> block(uses::kBlockSize);
    uint64_t done = 0;
    while (size_t size = Cancelled() ? 0 : file.Read(block)) {
      sha256.Add(block.data(), size);
      done += size;
      Progress(double(done), double(file.size()));
    }
    hash_ = sha256.Hex();
  }

  napi_value Result(napi_env env) override {
    napi_value result = nullptr;
    napi_create_string_utf8(env, hash_.data(), hash_.size(), &result);
    return result;
  }

  const std::string path_;
  std::string hash_;
};

// A part for each file.
class HashAll : public Job {
 public:
  explicit HashAll(std::vector<std::string> paths)
      : Job("hashAll", paths.size()), paths_(std::move(paths)), hashes_(paths_.size()) {}

 private:
  void Execute(size_t part) override {
    uses::BlockFile file = uses::BlockFile::ForReading(paths_[part]);
    uses::Sha256 sha256;
    std::vector<unsigned char> block(uses::kBlockSize);
    while (size_t size = Cancelled() ? 0 : file.Read(block)) sha256.Add(block.data(), size);
    hashes_[part] = sha256.Hex();
  }

  napi_value Result(napi_env env) override {
    napi_value result = nullptr;
    if (napi_create_array_with_length(env, hashes_.size(), &result) != napi_ok) return nullptr;
    for (size_t i = 0; i < hashes_.size(); ++i) {
      napi_handle_scope scope = nullptr;
      napi_value hash = nullptr;
      if (napi_open_handle_scope(env, &scope) != napi_ok) return nullptr;
      napi_create_string_utf8(env, hashes_[i].data(), hashes_[i].size(), &hash);
      bool set = napi_set_element(env, result, uint32_t(i), hash) == napi_ok;
      napi_close_handle_scope(env, scope);
      if (!set) return nullptr;
    }
    return result;
  }

  const std::vector<std::string> paths_;
  std::vector<std::string> hashes_;  // Each part writes its own.
};

class Copy : public Job {
 public:
  Copy(std::string from, std::string to)
      : Job("copy"), from_(std::move(from)), path_(std::move(to)) {}

 private:
  void Execute(size_t) override {
    uses::BlockFile from = uses::BlockFile::ForReading(from_);
    to_.emplace(uses::BlockFile::ForWriting(path_, &from));
    uses::Sha256 sha256;
    std::vector<unsigned char> block(uses::kBlockSize);
    while (size_t size = Cancelled() ? 0 : from.Read(block)) {
      to_->Write(block.data(), size);
      sha256.Add(block.data(), size);
      bytes_ += size;
      Progress(double(bytes_), double(from.size()));
    }
    to_->Close();
    hash_ = sha256.Hex();
  }

  napi_value Result(napi_env env) override {
    to_->Keep();
    napi_value result = nullptr;
    napi_value bytes = nullptr;
    napi_value hash = nullptr;
    if (napi_create_object(env, &result) != napi_ok ||
        napi_create_double(env, double(bytes_), &bytes) != napi_ok ||
        napi_create_string_utf8(env, hash_.data(), hash_.size(), &hash) != napi_ok ||
        napi_set_named_property(env, result, "bytes", bytes) != napi_ok ||
        napi_set_named_property(env, result, "sha256", hash) != napi_ok) {
      return nullptr;
    }
    return result;
  }

  const std::string from_;
  const std::string path_;
  std::optional<uses::BlockFile> to_;  // Removed again with the job, unless there is a result.
  uint64_t bytes_ = 0;
  std::string hash_;
};

// Writes a file whose bytes follow from its size: something to hash and to copy.
class Fill : public Job {
 public:
  Fill(std::string path, size_t size) : Job("fill"), path_(std::move(path)), size_(size) {}

 private:
  void Execute(size_t) override {
    uses::BlockFile file = uses::BlockFile::ForWriting(path_, nullptr);
    std::vector<unsigned char> block(uses::kBlockSize);
    uint32_t state = uint32_t(size_) | 1U;
    for (size_t left = size_; left > 0 && !Cancelled();) {
      for (unsigned char& byte : block) {
        state = state * 1664525U + 1013904223U;
        byte = static_cast<unsigned char>(state >> 24);
      }
      size_t size = std::min(left, block.size());
      file.Write(block.data(), size);
      left -= size;
    }
    file.Close();
    if (!Cancelled()) file.Keep();
  }

  napi_value Result(napi_env env) override {
    napi_value result = nullptr;
    napi_get_undefined(env, &result);
    return result;
  }

  const std::string path_;
  const size_t size_;
};

// With the progress function that the call may have as its last argument.
napi_value StartWithProgress(const Arguments& arguments, size_t index, std::unique_ptr<Job> job) {
  napi_env env = arguments.env();
  if (!arguments.Missing(index)) {
    if (!arguments.Function(index, "onProgress")) return nullptr;
    if (!job->ReportTo(env, arguments[index])) {
      napi_throw_error(env, nullptr, "onProgress cannot be kept");
      return nullptr;
    }
  }
  return Job::Start(env, std::move(job));
}

napi_value CallHash(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::string path;
  if (!arguments.String(0, "path", path)) return nullptr;
  return StartWithProgress(arguments, 1, std::make_unique<Hash>(std::move(path)));
}

napi_value CallHashAll(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::vector<std::string> paths;
  if (!arguments.Strings(0, "paths", paths)) return nullptr;
  return Job::Start(env, std::make_unique<HashAll>(std::move(paths)));
}

napi_value CallCopy(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::string from;
  std::string to;
  if (!arguments.String(0, "from", from) || !arguments.String(1, "to", to)) return nullptr;
  return StartWithProgress(arguments, 2, std::make_unique<Copy>(std::move(from), std::move(to)));
}

napi_value CallFill(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::string path;
  size_t size = 0;
  if (!arguments.String(0, "path", path) ||
      !arguments.Whole(1, "size", double(uint64_t{1} << 40), size)) {
    return nullptr;
  }
  return Job::Start(env, std::make_unique<Fill>(std::move(path), size));
}

napi_value Init(napi_env env, napi_value exports) {
  uses::Sha256::Fetched();
  if (!Jobs::Install(env, std::make_unique<Jobs>())) return nullptr;
  const napi_property_descriptor properties[] = {
      uses::Method("hash", CallHash),       uses::Method("hashAll", CallHashAll),
      uses::Method("copy", CallCopy),       uses::Method("fill", CallFill),
      uses::Method("cancel", Jobs::Cancel),
  };
  napi_define_properties(env, exports, std::size(properties), properties);
  return exports;
}

}  // namespace

USES_MODULE(file, Init)
