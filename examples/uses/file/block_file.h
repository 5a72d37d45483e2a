// A file that is read or written block by block. What fails is thrown as a Failure with the name of
// its errno as code. One that was opened for writing is removed again unless it is kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace uses {

inline constexpr size_t kBlockSize = size_t{1} << 20;

class BlockFile {
 public:
  static BlockFile ForReading(const std::string& path);
  // Not the file that `source` is, which it would empty.
  static BlockFile ForWriting(const std::string& path, const BlockFile* source);

  BlockFile(BlockFile&& other) noexcept;
  BlockFile& operator=(BlockFile&&) = delete;
  ~BlockFile();

  // As much as a block holds, less at the end, and then 0.
  size_t Read(std::vector<unsigned char>& block);
  void Write(const unsigned char* data, size_t size);
  // When all is written: what is wrong is told now.
  void Close();
  void Keep() { kept_ = true; }

  // As it was when it was opened.
  uint64_t size() const { return size_; }

 private:
  BlockFile(const std::string& path, int flags);

  std::string path_;
  int descriptor_ = -1;
  uint64_t size_ = 0;
  bool kept_ = true;
};

}  // namespace uses
