#include "file/block_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "common/job.h"

namespace uses {
namespace {

const char* NameOf(int error) {
  switch (error) {
    case EACCES:
      return "EACCES";
    case EISDIR:
      return "EISDIR";
    case EMFILE:
      return "EMFILE";
    case ENOENT:
      return "ENOENT";
    case ENOSPC:
      return "ENOSPC";
    case ENOTDIR:
      return "ENOTDIR";
    default:
      return "EIO";
  }
}

[[noreturn]] void Fail(const std::string& path, int error) {
  throw Failure{NameOf(error), path + ": " + std::generic_category().message(error)};
}

}  // namespace

BlockFile::BlockFile(const std::string& path, int flags)
    : path_(path), descriptor_(open(path.c_str(), flags | O_CLOEXEC, 0666)) {
  if (descriptor_ < 0) Fail(path, errno);
}

BlockFile::BlockFile(BlockFile&& other) noexcept
    : path_(std::move(other.path_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      size_(other.size_),
      kept_(std::exchange(other.kept_, true)) {}

BlockFile::~BlockFile() {
  if (descriptor_ >= 0) close(descriptor_);
  if (!kept_) unlink(path_.c_str());
}

BlockFile BlockFile::ForReading(const std::string& path) {
  BlockFile file(path, O_RDONLY);
  struct stat facts = {};
  if (fstat(file.descriptor_, &facts) != 0) Fail(path, errno);
  if (S_ISDIR(facts.st_mode)) Fail(path, EISDIR);
  file.size_ = uint64_t(facts.st_size);
  return file;
}

BlockFile BlockFile::ForWriting(const std::string& path, const BlockFile* source) {
  BlockFile file(path, O_WRONLY | O_CREAT);
  if (source != nullptr) {
    struct stat facts = {};
    struct stat of_source = {};
    if (fstat(file.descriptor_, &facts) != 0) Fail(path, errno);
    if (fstat(source->descriptor_, &of_source) != 0) Fail(source->path_, errno);
    if (facts.st_dev == of_source.st_dev && facts.st_ino == of_source.st_ino) {
      throw Failure{"EINVAL", path + ": a file is not copied to itself"};
    }
  }
  if (ftruncate(file.descriptor_, 0) != 0) Fail(path, errno);
  file.kept_ = false;
  return file;
}

size_t BlockFile::Read(std::vector<unsigned char>& block) {
  size_t filled = 0;
  while (filled < block.size()) {
    ssize_t count = read(descriptor_, block.data() + filled, block.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) Fail(path_, errno);
    if (count == 0) break;
    filled += size_t(count);
  }
  return filled;
}

void BlockFile::Write(const unsigned char* data, size_t size) {
  while (size > 0) {
    ssize_t count = write(descriptor_, data, size);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) Fail(path_, errno);
    data += count;
    size -= size_t(count);
  }
}

void BlockFile::Close() {
  if (close(std::exchange(descriptor_, -1)) != 0) Fail(path_, errno);
}

}  // namespace uses
