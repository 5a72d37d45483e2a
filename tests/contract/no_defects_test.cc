// A build without NAPISAN_DEFECTS has nothing of the seeded defects: asking for one is false when
// it is compiled, and neither the libraries nor a program with all of them know a name of them.
#include <gtest/gtest.h>
#include <node_api.h>

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

#include "api/defect.h"
#include "napisan/host.h"

namespace napisan {
namespace {

// The very word: a comparison with anything would be more than that.
constexpr bool IsFalse(const char* text) {
  return text[0] == 'f' && text[1] == 'a' && text[2] == 'l' && text[3] == 's' && text[4] == 'e' &&
         text[5] == '\0';
}
#define TEXT_OF(text) #text
#define EXPANDED(text) TEXT_OF(text)
#define DEFECT(name, room, kind, targets, modelled_on, text) \
  static_assert(IsFalse(EXPANDED(HAS_DEFECT(name))));
#include "api/defects.def"

// From the file: no text of this program has them.
std::vector<std::string> Names() {
  std::ifstream in(NAPISAN_DEFECTS_DEF);
  std::vector<std::string> names;
  const std::string begin = "DEFECT(";
  for (std::string line; std::getline(in, line);) {
    if (line.rfind(begin, 0) != 0) continue;
    names.push_back(line.substr(begin.size(), line.find(',') - begin.size()));
  }
  return names;
}

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

TEST(NoDefects, NeitherLibrariesNorProgramsKnowAName) {
  std::vector<std::string> names = Names();
  EXPECT_GE(names.size(), 40u);
  names.insert(names.end(),
               {std::string("NAPISAN_") + "DEFECT", std::string("chosen_") + "defect"});
  std::vector<std::string> files = {"/proc/self/exe"};
  std::istringstream libraries(NAPISAN_LIBRARIES);
  for (std::string file; std::getline(libraries, file, ':');) files.push_back(file);
  ASSERT_EQ(files.size(), 4u);
  for (const std::string& file : files) {
    std::string bytes = ReadFile(file);
    // This would find one.
    EXPECT_NE(bytes.find("napisan"), std::string::npos) << file;
    for (const std::string& name : names) {
      EXPECT_EQ(bytes.find(name), std::string::npos) << name << " is in " << file;
    }
  }
}

// So that the program has host and checker.
TEST(NoDefects, TheProgramHasHostAndChecker) { HostAgent agent({}); }

}  // namespace
}  // namespace napisan
