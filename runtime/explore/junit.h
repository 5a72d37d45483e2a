// JUnit XML, as CI systems read it.
#pragma once

#include <string>
#include <vector>

namespace napisan::explore {

struct JunitFailure {
  std::string type;
  std::string message;
  std::string text;
};
struct JunitCase {
  std::string name;
  double seconds = 0;
  std::vector<JunitFailure> failures;
};

// One suite, with the seed as a property.
std::string JunitText(const std::vector<JunitCase>& cases, const std::string& seed);

}  // namespace napisan::explore
