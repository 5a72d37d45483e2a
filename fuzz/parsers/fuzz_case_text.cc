// fuzz_case_text: the text form of cases. What is taken is the same when it is printed and parsed
// again, and when it is encoded and decoded; what is refused names its line; and every byte string
// is a case whose text is taken.

#include "cases/case_text.h"

#include <charconv>
#include <cstring>
#include <string>
#include <string_view>

#include "cases/case.h"
#include "parsers/text_target.h"

namespace napisan::fuzz {
namespace {

using cases::Case;
using cases::Palette;

Palette MakeEverything() {
  Palette palette{};
  palette.tier_max = cases::Tier::kHostile;
  for (size_t what = 0; what < kFunctionCount + cases::kSteps; ++what) {
    palette.has[what] = true;
    palette.whats[palette.count++] = static_cast<uint8_t>(what);
  }
  return palette;
}

class CaseTextTarget final : public TextTarget {
 public:
  CaseTextTarget() : TextTarget("fuzz_case_text") {}

 private:
  void Check(std::string_view text) override {
    Case parsed;
    std::string error;
    if (cases::Parse(text, parsed, error)) {
      Expect(text.substr(0, 14) == "napisan case 1",
             "what is taken does not say that it is a case");
      Taken(CheckSame(parsed));
    } else {
      CheckError(text, error);
      Refused(error);
    }
    Case decoded;
    cases::Decode(reinterpret_cast<const uint8_t*>(text.data()), text.size(), everything_, decoded);
    Taken(CheckSame(decoded));
  }

  // "line N: …", of which the text has N.
  void CheckError(std::string_view text, const std::string& error) {
    Expect(error.find('\n') == error.npos, "a refusal is not one line");
    Expect(error.substr(0, 5) == "line ", "a refusal names no line");
    size_t line = 0;
    auto [end, bad] = std::from_chars(error.data() + 5, error.data() + error.size(), line);
    Expect(bad == std::errc() && *end == ':', "a refusal names no line");
    size_t lines = 1;
    for (char c : text) lines += c == '\n';
    // What is missing belongs behind the last.
    Expect(line >= 1 && line <= lines + 1, "a refusal names a line that is not there");
  }

  std::string CheckSame(const Case& from) {
    std::string printed = cases::ToText(from);
    Case again;
    std::string error;
    if (!cases::Parse(printed, again, error)) Fail(printed + "is refused: " + error);
    Expect(cases::ToText(again) == printed, "printed and parsed again it is another");
    uint8_t bytes[cases::kBytesMax];
    uint8_t bytes_again[cases::kBytesMax];
    size_t size = cases::Encode(from, bytes);
    bool same =
        cases::Encode(again, bytes_again) == size && std::memcmp(bytes, bytes_again, size) == 0;
    Expect(same, "what was parsed again has other bytes");
    cases::Decode(bytes, size, everything_, again);
    Expect(cases::ToText(again) == printed, "encoded and decoded it is another");
    return printed;
  }

  const Palette everything_ = MakeEverything();
};

}  // namespace

Target& TheTarget() {
  static auto* target = new CaseTextTarget;
  return *target;
}

}  // namespace napisan::fuzz
