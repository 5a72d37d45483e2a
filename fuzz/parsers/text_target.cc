#include "parsers/text_target.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace napisan::fuzz {

void TextTarget::Run(const uint8_t* data, size_t size) {
  // A copy without a zero behind it, so that a step too far is seen.
  std::vector<char> copy(data, data + size);
  text_ = {copy.data(), copy.size()};
  trace_ = 0xcbf29ce484222325;
  ++inputs_;
  bytes_ += size;
  Check(text_);
  text_ = {};
}

std::string TextTarget::receipt() const {
  return fmt::format("{} inputs of {} bytes: {} texts were taken, {} refused\n", inputs_, bytes_,
                     taken_, refused_);
}

void TextTarget::Fail(const std::string& why) const {
  std::fputs(fmt::format("{}: FAILED: {}\n", name_, why).c_str(), stderr);
  std::fwrite(text_.data(), 1, text_.size(), stderr);
  std::fputs("\n", stderr);
  std::abort();
}

void TextTarget::ExpectOneLine(std::string_view message) const {
  Expect(!message.empty(), "a refusal says nothing");
  for (char c : message) {
    bool control = static_cast<unsigned char>(c) < 0x20;
    if (control) Fail(fmt::format("a message is not one line: {}", message));
  }
}

void TextTarget::Taken(std::string_view what) {
  ++taken_;
  See(what);
}

void TextTarget::Refused(std::string_view message) {
  ++refused_;
  See(message);
}

void TextTarget::See(std::string_view what) {
  for (char c : what) trace_ = (trace_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
}

}  // namespace napisan::fuzz
