// fuzz_case_text: the text form of programs. What parses is the same when it is printed and parsed
// again, and when it is encoded and decoded; every byte string is a program whose text parses.

#include <cstring>
#include <string>
#include <string_view>

#include "parsers/text_target.h"
#include "program.h"
#include "program_text.h"

namespace napisan::fuzz {
namespace {

class CaseTextTarget final : public TextTarget {
 public:
  CaseTextTarget() : TextTarget("fuzz_case_text") {}

 private:
  void Check(std::string_view text) override {
    Program program;
    std::string error;
    if (Parse(text, program, error)) {
      Taken(CheckSame(program));
    } else {
      ExpectOneLine(error);
      Refused(error);
    }
    Decode(reinterpret_cast<const uint8_t*>(text.data()), text.size(), program);
    Taken(CheckSame(program));
  }

  std::string CheckSame(const Program& program) {
    std::string printed = napisan::fuzz::ToText(program);
    Program again;
    std::string error;
    if (!Parse(printed, again, error)) Fail(printed + "is refused: " + error);
    Expect(napisan::fuzz::ToText(again) == printed, "printed and parsed again it is another");
    uint8_t bytes[kBytesMax];
    uint8_t bytes_again[kBytesMax];
    size_t size = Encode(program, bytes);
    bool same = Encode(again, bytes_again) == size && std::memcmp(bytes, bytes_again, size) == 0;
    Expect(same, "what was parsed again has other bytes");
    Decode(bytes, size, again);
    Expect(napisan::fuzz::ToText(again) == printed, "encoded and decoded it is another");
    return printed;
  }
};

}  // namespace

Target& TheTarget() {
  static auto* target = new CaseTextTarget;
  return *target;
}

}  // namespace napisan::fuzz
