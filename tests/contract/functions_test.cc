// functions.def against the official headers: what they declare is there, and as they declare it.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "api/functions.h"

namespace napisan {
namespace {

struct Declaration {
  int since = 1;
  bool experimental = false;
  bool basic = false;
  bool takes_env = false;
};

// One line of `#if`: what it demands.
struct Guard {
  int version = 1;
  bool experimental = false;
};

Guard GuardOf(const std::string& line) {
  Guard guard;
  std::smatch match;
  static const std::regex kVersion("NAPI_VERSION\\s*>=\\s*(\\d+)");
  if (std::regex_search(line, match, kVersion)) guard.version = std::stoi(match[1]);
  guard.experimental = line.find("NAPI_EXPERIMENTAL") != std::string::npos &&
                       line.find("ifndef") == std::string::npos &&
                       line.find("NAPI_VERSION") == std::string::npos;
  return guard;
}

void Read(const std::string& path, std::map<std::string, Declaration>& found) {
  std::ifstream file(path);
  ASSERT_TRUE(file) << path;
  std::vector<Guard> guards;
  std::string line;
  std::string declaration;
  static const std::regex kName("((?:napi|node_api)_\\w+)\\s*\\(");
  while (std::getline(file, line)) {
    if (line.rfind("#if", 0) == 0) guards.push_back(GuardOf(line));
    if (line.rfind("#endif", 0) == 0 && !guards.empty()) guards.pop_back();
    if (line.rfind("#else", 0) == 0 && !guards.empty()) guards.back() = {};
    if (line.rfind('#', 0) == 0) continue;
    if (line.rfind("NAPI_EXTERN", 0) == 0) declaration.clear();
    if (line.rfind("NAPI_EXTERN", 0) != 0 && declaration.empty()) continue;
    declaration += line + " ";
    if (line.find(';') == std::string::npos) continue;
    std::smatch match;
    ASSERT_TRUE(std::regex_search(declaration, match, kName)) << declaration;
    Declaration& made = found[match[1]];
    for (const Guard& guard : guards) {
      made.since = std::max(made.since, guard.version);
      made.experimental = made.experimental || guard.experimental;
    }
    made.basic = declaration.find("node_api_basic_env env") != std::string::npos;
    made.takes_env = made.basic || declaration.find("napi_env env") != std::string::npos;
    declaration.clear();
  }
}

class Functions : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* header : {"/js_native_api.h", "/node_api.h"}) {
      Read(std::string(NAPISAN_HEADERS) + header, declared_);
    }
    // 150 and more since Node-API 10: fewer, and this reader has not understood the headers.
    ASSERT_GE(declared_.size(), 150u);
    for (const FunctionInfo& function : kFunctions) rows_[function.name] = &function;
  }

  std::map<std::string, Declaration> declared_;
  std::map<std::string, const FunctionInfo*> rows_;
};

TEST_F(Functions, EveryFunctionOfTheHeadersHasARow) {
  for (const auto& [name, declaration] : declared_) {
    // An experimental function may change or go with any release; no row until it is stable.
    if (declaration.experimental) continue;
    EXPECT_EQ(rows_.count(name), 1u) << name << " has no row in functions.def";
  }
}

TEST_F(Functions, EveryRowIsInTheHeaders) {
  for (const auto& [name, row] : rows_) {
    EXPECT_EQ(declared_.count(name), 1u) << name << " is in no header";
  }
}

TEST_F(Functions, ARowSaysWhatTheHeadersSay) {
  for (const auto& [name, declaration] : declared_) {
    if (rows_.count(name) == 0) continue;
    const FunctionInfo& row = *rows_[name];
    EXPECT_EQ(row.since, declaration.since) << name;
    if (!declaration.takes_env) continue;
    EXPECT_EQ(row.thread, CallThread::Env) << name << " takes an env";
    EXPECT_EQ(row.basic == InBasicFinalizer::Yes, declaration.basic) << name;
  }
}

}  // namespace
}  // namespace napisan
