#include "explore/junit.h"

#include <fmt/format.h>

namespace napisan::explore {
namespace {

std::string Escaped(const std::string& text) {
  std::string escaped;
  for (char letter : text) {
    switch (letter) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default: {
        // What XML has no way to write.
        bool control = static_cast<unsigned char>(letter) < 0x20;
        escaped += control && letter != '\n' && letter != '\t' ? '?' : letter;
      }
    }
  }
  return escaped;
}

}  // namespace

std::string JunitText(const std::vector<JunitCase>& cases, const std::string& seed) {
  std::string text;
  size_t failed = 0;
  for (const JunitCase& one : cases) {
    text += fmt::format("  <testcase classname=\"napisan.stress\" name=\"{}\" time=\"{:.3f}\"",
                        Escaped(one.name), one.seconds);
    if (one.failures.empty()) {
      text += "/>\n";
      continue;
    }
    ++failed;
    text += ">\n";
    for (const JunitFailure& failure : one.failures) {
      text += fmt::format("    <failure type=\"{}\" message=\"{}\">{}</failure>\n",
                          Escaped(failure.type), Escaped(failure.message), Escaped(failure.text));
    }
    text += "  </testcase>\n";
  }
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<testsuite name=\"napisan.stress\" tests=\"{}\" failures=\"{}\">\n"
      "  <properties><property name=\"seed\" value=\"{}\"/></properties>\n{}</testsuite>\n",
      cases.size(), failed, Escaped(seed), text);
}

}  // namespace napisan::explore
