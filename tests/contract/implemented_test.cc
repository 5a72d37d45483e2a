// Every function of the headers is implemented, or on a list of exceptions with its reason: a
// function that no host test calls by its name is taken for one that is not implemented.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <type_traits>

#include "api/functions.h"
#include "api/node_api.h"
#include "napisan/host.h"

namespace napisan {
namespace {

struct Exception {
  const char* reason;
  napi_status answer;
};

// What a module is told where the host cannot do it. OpenHarmony's additions that the host lacks
// are the rows of functions.def that say ABSENT, all for one reason: nobody needed them yet.
const std::map<std::string, Exception> kExceptions = {
    {"napi_run_script", {"there is no JavaScript engine", napi_cannot_run_js}},
};

std::set<std::string> WordsOfHostTests() {
  std::set<std::string> words;
  std::filesystem::path folder = std::filesystem::path(NAPISAN_SOURCE_DIR) / "tests/host";
  static const std::regex kName("\\b(napi|node_api)_\\w+");
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      // What a comment names is not called.
      line = line.substr(0, line.find("// "));
      for (std::sregex_iterator at(line.begin(), line.end(), kName), end; at != end; ++at) {
        words.insert(at->str());
      }
    }
  }
  return words;
}

class Implemented : public testing::Test {
 protected:
  // Runs body(env) in a module of its own.
  template <class Body>
  static void Run(const char* profile, Body&& body) {
    HostAgent agent({.profile = profile});
    HostAgent::ModuleRef module = 0;
    std::string error;
    ASSERT_TRUE(agent.Add("module", nullptr, 8, module, error)) << error;
    agent.Run(module, body);
  }
};

TEST_F(Implemented, EveryFunctionIsCalledByAHostTestOrIsAnException) {
  const std::set<std::string> words = WordsOfHostTests();
  ASSERT_GT(words.size(), 100u);
  for (const FunctionInfo& function : kFunctions) {
    if (function.support == Support::Nowhere || kExceptions.count(function.name) != 0) continue;
    EXPECT_EQ(words.count(function.name), 1u) << function.name << " is called by no host test";
  }
}

TEST_F(Implemented, NoExceptionWithoutNeed) {
  for (const auto& [name, exception] : kExceptions) {
    bool found = false;
    for (const FunctionInfo& function : kFunctions) found = found || name == function.name;
    EXPECT_TRUE(found) << name;
    EXPECT_STRNE(exception.reason, "");
  }
}

TEST_F(Implemented, AScriptIsAnsweredWithTheDocumentedError) {
  Run("node24", [](napi_env env) {
    napi_value script = nullptr, result = nullptr;
    ASSERT_EQ(napi_create_string_utf8(env, "1 + 1", NAPI_AUTO_LENGTH, &script), napi_ok);
    EXPECT_EQ(napi_run_script(env, script, &result), kExceptions.at("napi_run_script").answer);
    bool pending = true;
    EXPECT_EQ(napi_is_exception_pending(env, &pending), napi_ok);
    EXPECT_FALSE(pending);
  });
}

// Calls a function with zeroes behind the env.
template <class First, class... Rest>
napi_status CallWithNothing(napi_status (*function)(First, Rest...),
                            [[maybe_unused]] napi_env env) {
  if constexpr (std::is_same_v<First, napi_env>) {
    return function(env, Rest{}...);
  } else {
    return function(First{}, Rest{}...);
  }
}

TEST_F(Implemented, WhatIsAbsentAnswersAGenericFailure) {
  for (const char* profile : {"node20", "node24", "openharmony"}) {
    Run(profile, [](napi_env env) {
#define FUNCTION(name, since, thread, pending, basic, event)
#define OPENHARMONY(name, thread, pending, basic, event)
#define ABSENT(name) EXPECT_EQ(CallWithNothing(&::name, env), napi_generic_failure) << #name;
#include "api/functions.def"
    });
  }
}

TEST_F(Implemented, WhatIsOpenHarmonysAnswersAGenericFailureInProfilesOfNode) {
  for (const char* profile : {"node20", "node22", "node24", "node26"}) {
    Run(profile, [](napi_env env) {
      EXPECT_EQ(napi_queue_async_work_with_qos(env, nullptr, napi_qos_default),
                napi_generic_failure);
      EXPECT_EQ(napi_queue_async_work_with_queue(env, nullptr, napi_qos_default, 1),
                napi_generic_failure);
      EXPECT_EQ(napi_run_event_loop(env, napi_event_mode_default), napi_generic_failure);
      EXPECT_EQ(napi_stop_event_loop(env), napi_generic_failure);
      napi_value name = nullptr;
      napi_threadsafe_function function = nullptr;
      ASSERT_EQ(napi_create_string_utf8(env, "f", 1, &name), napi_ok);
      ASSERT_EQ(napi_create_threadsafe_function(
                    env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr,
                    [](napi_env, napi_value, void*, void*) {}, &function),
                napi_ok);
      EXPECT_EQ(
          napi_call_threadsafe_function_with_priority(function, nullptr, napi_priority_high, true),
          napi_generic_failure);
      EXPECT_EQ(napi_release_threadsafe_function(function, napi_tsfn_release), napi_ok);
    });
  }
}

}  // namespace
}  // namespace napisan
