// Loading modules: both ways in which they register, the version they declare, and what is none.
#include <cstdlib>
#include <thread>

#include "async_test.h"
#include "modules/facts.h"

namespace napisan {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class HostLoading : public AsyncTest {
 protected:
  static facts* FactsOf(HostAgent& agent, HostAgent::ModuleRef module) {
    void* data = nullptr;
    agent.Run(module, [&](napi_env env) { EXPECT_NAPI(napi_get_instance_data(env, &data)); });
    return static_cast<facts*>(data);
  }
  static HostAgent::ModuleRef Load(HostAgent& agent, const std::string& path) {
    HostAgent::ModuleRef module = 0;
    std::string error;
    EXPECT_TRUE(agent.Load(path, module, error)) << error;
    return module;
  }
  std::string ErrorOf(const std::string& path, const std::string& profile = "node24") {
    HostAgent own({.profile = profile});
    HostAgent::ModuleRef module = 0;
    std::string error;
    EXPECT_FALSE(own.Load(path, module, error));
    EXPECT_EQ(error.find('\n'), std::string::npos) << "one line";
    return error;
  }
};

TEST_F(HostLoading, AConstructorRegistersOnceAProcessAndEveryAgentRunsInit) {
  std::thread([] {
    HostAgent first({});
    facts* told = FactsOf(first, Load(first, NAPISAN_MODULE_REGISTERED));
    ASSERT_NE(told, nullptr);
    EXPECT_EQ(told->constructed, 1);
    EXPECT_EQ(told->inits, 1);
    // Again in one agent: another env, and another init.
    FactsOf(first, Load(first, NAPISAN_MODULE_REGISTERED));
    EXPECT_EQ(told->inits, 2);
    first.Teardown();
    EXPECT_EQ(told->finalized, 2);
  }).join();
  std::thread([] {
    HostAgent later({});
    facts* told = FactsOf(later, Load(later, NAPISAN_MODULE_REGISTERED));
    EXPECT_EQ(told->constructed, 1);
    EXPECT_EQ(told->inits, 3);
  }).join();
}

TEST_F(HostLoading, ASymbolRegistersForEveryAgent) {
  facts* told = nullptr;
  for (int inits = 1; inits <= 3; ++inits) {
    HostAgent own({});
    told = FactsOf(own, Load(own, NAPISAN_MODULE_BY_SYMBOL));
    ASSERT_NE(told, nullptr);
    EXPECT_EQ(told->inits, inits);
  }
}

// Two agents on two threads at once: each has its own envs, loops and values.
TEST_F(HostLoading, TwoAgentsLoadTheSameModuleAtTheSameTime) {
  auto play = [] {
    for (int i = 0; i < 20; ++i) {
      HostAgent own({});
      HostAgent::ModuleRef module = Load(own, NAPISAN_MODULE_BY_SYMBOL);
      EXPECT_NE(FactsOf(own, module), nullptr);
      Work work;
      own.Run(module, [&](napi_env env) { work.Queue(env); });
      own.RunLoop();
      EXPECT_EQ(work.handle, nullptr);
    }
  };
  std::thread other(play);
  std::thread(play).join();
  other.join();
}

TEST_F(HostLoading, TheDeclaredVersionIsWhatAModuleIsHeldTo) {
  // Declares none: 8.
  agent().Run(Load(agent(), NAPISAN_MODULE_REGISTERED), [](napi_env env) {
    napi_ref reference = nullptr;
    EXPECT_EQ(napi_create_reference(env, Number(env, 1), 1, &reference), napi_invalid_arg);
  });
  agent().Run(Load(agent(), NAPISAN_MODULE_BY_SYMBOL), [](napi_env env) {
    napi_ref reference = nullptr;
    EXPECT_NAPI(napi_create_reference(env, Number(env, 1), 1, &reference));
    EXPECT_NAPI(napi_delete_reference(env, reference));
  });
}

TEST_F(HostLoading, AVersionThatTheProfileLacksIsRefused) {
  EXPECT_THAT(ErrorOf(NAPISAN_MODULE_TOO_NEW),
              AllOf(HasSubstr("version 99"), HasSubstr("node24 has 10")));
  EXPECT_THAT(ErrorOf(NAPISAN_MODULE_BY_SYMBOL, "node20"),
              AllOf(HasSubstr("version 10"), HasSubstr("node20 has 9")));
}

TEST_F(HostLoading, TheFileNameIsAUrl) {
  agent().Run(Load(agent(), NAPISAN_MODULE_BY_SYMBOL), [](napi_env env) {
    const char* name = nullptr;
    EXPECT_NAPI(node_api_get_module_file_name(env, &name));
    EXPECT_THAT(std::string(name), AllOf(testing::StartsWith("file:///"),
                                         testing::EndsWith("host_module_by_symbol.node")));
    EXPECT_EQ(node_api_get_module_file_name(env, nullptr), napi_invalid_arg);
  });
}

TEST_F(HostLoading, WhatCannotBeLoadedIsToldInOneLine) {
  EXPECT_THAT(ErrorOf("/no/such/module.node"), HasSubstr("no such file"));
  EXPECT_THAT(ErrorOf(NAPISAN_MODULE_NO_MODULE), HasSubstr("is no Node-API module"));
  setenv("NAPISAN_TEST_INIT_THROWS", "1", 1);
  EXPECT_THAT(ErrorOf(NAPISAN_MODULE_BY_SYMBOL), HasSubstr("its init threw Error: not today"));
  unsetenv("NAPISAN_TEST_INIT_THROWS");
}

TEST_F(HostLoading, AnExperimentalModuleHasBasicFinalizers) {
#ifndef NAPISAN_MODULE_EXPERIMENTAL
  GTEST_SKIP() << "the headers of Node.js itself are not there";
#else
  for (const char* profile : {"node20", "node24"}) {
    HostAgent own({.profile = profile});
    facts* told = FactsOf(own, Load(own, NAPISAN_MODULE_EXPERIMENTAL));
    ASSERT_NE(told, nullptr);
    facts before = *told;
    own.Teardown();
    EXPECT_EQ(told->basic_finalized, before.basic_finalized + 1);
    EXPECT_EQ(told->posted, before.posted + 1);
  }
#endif
}

TEST_F(HostLoading, AnInitThatThrowsIsAFailure) {
  std::string error;
  HostAgent::ModuleRef module = 0;
  EXPECT_FALSE(agent().Add(
      "throws",
      [](napi_env env, napi_value) -> napi_value {
        napi_throw_error(env, nullptr, "from init");
        return nullptr;
      },
      8, module, error));
  EXPECT_THAT(error, HasSubstr("throws: its init threw Error: from init"));
}

}  // namespace
}  // namespace napisan
