// functions.def against the headers: what they declare is there, and as they declare it. The
// official ones are the npm package's, which leaves out what is experimental; that is read from the
// headers that come with Node.js itself, where they are; and OpenHarmony's additions are ours.
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
  // Without line breaks, names of macros and what only formatting decides.
  std::string text;
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

std::string Normal(std::string text) {
  static const std::regex kMacros("NAPI_EXTERN|NAPI_CDECL");
  static const std::regex kSpaces("\\s+");
  static const std::regex kAround(" ?([(),*;]) ?");
  text = std::regex_replace(text, kMacros, " ");
  text = std::regex_replace(text, kSpaces, " ");
  text = std::regex_replace(text, kAround, "$1");
  return text.substr(text.find_first_not_of(' '));
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
    made.text = Normal(declaration);
    made.takes_env = made.basic || declaration.find("napi_env env") != std::string::npos;
    declaration.clear();
  }
}

class Functions : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* header : {"/js_native_api.h", "/node_api.h"}) {
      Read(std::string(NAPISAN_HEADERS) + header, declared_);
      if (*NAPISAN_NODE_HEADERS != '\0') Read(std::string(NAPISAN_NODE_HEADERS) + header, node_);
    }
    Read(NAPISAN_INCLUDE "/napisan/experimental.h", experimental_);
    Read(NAPISAN_INCLUDE "/napi/native_api.h", openharmony_);
    // Node's own, which OpenHarmony has from another version on.
    openharmony_.erase("node_api_get_module_file_name");
    // 150 and more since Node-API 10: fewer, and this reader has not understood the headers.
    ASSERT_GE(declared_.size(), 150u);
    ASSERT_GE(openharmony_.size(), 50u);
    for (const FunctionInfo& function : kFunctions) rows_[function.name] = &function;
  }

  std::map<std::string, Declaration> declared_;
  std::map<std::string, Declaration> node_;
  std::map<std::string, Declaration> experimental_;
  std::map<std::string, Declaration> openharmony_;
  std::map<std::string, const FunctionInfo*> rows_;
};

TEST_F(Functions, EveryFunctionOfTheHeadersHasARow) {
  for (const auto* header : {&declared_, &node_, &experimental_, &openharmony_}) {
    for (const auto& [name, declaration] : *header) {
      EXPECT_EQ(rows_.count(name), 1u) << name << " has no row in functions.def";
    }
  }
}

TEST_F(Functions, EveryRowIsInAHeader) {
  for (const auto& [name, row] : rows_) {
    const auto& header = row->support != Support::Everywhere ? openharmony_
                         : row->since == Experimental        ? experimental_
                                                             : declared_;
    EXPECT_EQ(header.count(name), 1u) << name << " is in no header";
  }
}

TEST_F(Functions, ARowSaysWhatTheHeadersSay) {
  for (const auto* header : {&declared_, &experimental_}) {
    for (const auto& [name, declaration] : *header) {
      if (rows_.count(name) == 0) continue;
      const FunctionInfo& row = *rows_[name];
      EXPECT_EQ(row.since, header == &declared_ ? declaration.since : Experimental) << name;
      if (!declaration.takes_env) continue;
      EXPECT_EQ(row.thread, CallThread::Env) << name << " takes an env";
      EXPECT_EQ(row.basic == InBasicFinalizer::Yes, declaration.basic) << name;
    }
  }
}

TEST_F(Functions, ARowOfOpenHarmonysSaysWhereItMayBeCalled) {
  for (const auto& [name, declaration] : openharmony_) {
    if (rows_.count(name) == 0 || rows_[name]->support == Support::Nowhere) continue;
    bool env = declaration.takes_env;
    EXPECT_EQ(rows_[name]->thread, env ? CallThread::Env : CallThread::Any) << name;
  }
}

TEST_F(Functions, WhatNodeHoldsToBeExperimentalIsDeclaredAsThere) {
  if (node_.empty()) GTEST_SKIP() << "the headers of Node.js itself are not there";
  size_t found = 0;
  for (const auto& [name, declaration] : node_) {
    if (!declaration.experimental) continue;
    ++found;
    ASSERT_EQ(experimental_.count(name), 1u) << name << " is not in napisan/experimental.h";
    // Spelled out there, for older headers lack the name.
    std::string text =
        std::regex_replace(declaration.text, std::regex("node_api_noenv_finalize finalize_cb"),
                           "void(*finalize_cb)(void*finalize_data,void*finalize_hint)");
    EXPECT_EQ(experimental_[name].text, text);
  }
  EXPECT_EQ(found, experimental_.size()) << "something experimental is so no more";
}

}  // namespace
}  // namespace napisan
