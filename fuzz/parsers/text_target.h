// What the targets of parsers share: an input is text, which is taken, or refused with one line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "target.h"

namespace napisan::fuzz {

class TextTarget : public Target {
 public:
  explicit TextTarget(const char* name) : name_(name) {}

  void Run(const uint8_t* data, size_t size) final;
  uint64_t last_trace() const final { return trace_; }
  uint64_t inputs() const final { return inputs_; }
  // In bytes, and one for each input: the empty text is one, too.
  uint64_t work_done() const final { return bytes_ + inputs_; }
  std::string receipt() const final;

 protected:
  virtual void Check(std::string_view text) = 0;

  // Aborts with the reason, and with the text.
  [[noreturn]] void Fail(const std::string& why) const;
  void Expect(bool good, const char* why) const {
    if (!good) Fail(why);
  }
  // A message for people: there is one, and it is one line.
  void ExpectOneLine(std::string_view message) const;

  void Taken(std::string_view what);
  void Refused(std::string_view message);

 private:
  void See(std::string_view what);

  const char* name_;
  std::string_view text_;
  uint64_t trace_ = 0;
  uint64_t inputs_ = 0;
  uint64_t bytes_ = 0;
  uint64_t taken_ = 0;
  uint64_t refused_ = 0;
};

}  // namespace napisan::fuzz
