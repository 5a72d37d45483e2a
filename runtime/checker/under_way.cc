#include "checker/under_way.h"

#include <cstring>

#include "checker/state.h"

namespace napisan::checker {
namespace {

// Text in memory of the caller's; what does not fit is left out.
class Writer {
 public:
  Writer(char* text, size_t size) : text_(text), size_(size) {}

  void Add(const char* text, size_t length) {
    if (length > size_ - used_) length = size_ - used_;
    std::memcpy(text_ + used_, text, length);
    used_ += length;
  }
  void Add(const char* text) { Add(text, std::strlen(text)); }
  void Add(uint32_t number) {
    char digits[10];
    size_t at = sizeof(digits);
    do {
      digits[--at] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    Add(digits + at, sizeof(digits) - at);
  }
  size_t used() const { return used_; }

 private:
  char* text_;
  size_t size_;
  size_t used_ = 0;
};

}  // namespace

size_t DescribeUnderWay(char* text, size_t size) {
  Writer writer(text, size);
  uint32_t count = 0;
  for (uint32_t slot = 0; slot < pools.works.used(); ++slot) {
    const WorkRecord& work = pools.works.At(slot);
    // With what its agent wrote of it before, on another thread.
    auto state = static_cast<State>(work.state.load(std::memory_order_acquire));
    if (state != State::WorkExecuting) continue;
    if (count++ > 0) continue;
    writer.Add("work #");
    writer.Add(work.id);
    if (work.name[0] == '\0') continue;
    writer.Add(" \"");
    writer.Add(work.name, strnlen(work.name, kNameBytes));
    writer.Add("\"");
  }
  if (count > 1) {
    writer.Add(" and ");
    writer.Add(count - 1);
    writer.Add(count == 2 ? " other work" : " other works");
  }
  if (count > 0) writer.Add(count == 1 ? " is executing" : " are executing");
  return writer.used();
}

}  // namespace napisan::checker
