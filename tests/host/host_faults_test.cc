// Faults that an embedder asks the host for: each changes what is answered, until Reset.
#include <string>
#include <vector>

#include "async_test.h"

namespace napisan {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class HostFaults : public AsyncTest {
 protected:
  HostFaults() : AsyncTest("node24", ExecutorKind::kStepping) {}
};

napi_status CreatePromise(napi_env env) {
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  napi_status status = napi_create_promise(env, &deferred, &promise);
  if (status == napi_ok) EXPECT_NAPI(napi_resolve_deferred(env, deferred, promise));
  return status;
}

TEST_F(HostFaults, WhatIsTerminatedRefusesWhatNeedsJavaScript) {
  for (int version : {8, 10}) {
    HostAgent::ModuleRef versioned = Add("versioned", version);
    RunIn(versioned, [&](napi_env env) {
      EXPECT_NAPI(CreatePromise(env));
      agent().Terminate();
      EXPECT_EQ(CreatePromise(env), version == 8 ? napi_pending_exception : napi_cannot_run_js);
      // What does not need it goes on.
      Object(env);
      bool pending = true;
      EXPECT_NAPI(napi_is_exception_pending(env, &pending));
      EXPECT_FALSE(pending);
    });
    EXPECT_FALSE(agent().Run(versioned, [](napi_env) { FAIL() << "code runs"; }));
    agent().Reset();
  }
}

TEST_F(HostFaults, ReactionsThatAreDueAreLost) {
  const Callable noting = [this](napi_env env, napi_value) {
    Note("reaction");
    return Undefined(env);
  };
  for (bool terminates : {false, true}) {
    HostAgent::ModuleRef again = Add("again");
    RunIn(again, [&](napi_env env) {
      Microtask(env, noting);
      if (terminates) agent().Terminate();
    });
    EXPECT_EQ(Events().size(), terminates ? 0u : 1u);
    agent().Reset();
  }
}

TEST_F(HostFaults, WorksOfWhatIsTerminatedCompleteInTeardown) {
  Work work;
  work.on_complete = [&](napi_env env, napi_status status) {
    Note(status == napi_ok ? "complete" : "cancelled");
    work.Delete(env);
  };
  Run([&](napi_env env) { work.Queue(env); });
  agent().Terminate();
  RunLoop();
  EXPECT_THAT(Events(), IsEmpty());
  Teardown();
  EXPECT_THAT(Events(), ElementsAre("complete"));
}

struct Bytes {
  char16_t text[4] = {u'a', u'b', u'c', 0};
  int finalized = 0;
};

void CountFinalized(napi_env, void*, void* hint) { ++static_cast<Bytes*>(hint)->finalized; }

// One of each that may have memory of the module's.
std::vector<napi_status> MakeExternal(napi_env env, Bytes& bytes) {
  auto finalize = reinterpret_cast<node_api_basic_finalize>(CountFinalized);
  napi_value value = nullptr;
  return {napi_create_external_buffer(env, 4, bytes.text, finalize, &bytes, &value),
          napi_create_external_arraybuffer(env, bytes.text, 4, finalize, &bytes, &value)};
}

void ExpectRefused(napi_env env) {
  Bytes bytes;
  EXPECT_THAT(MakeExternal(env, bytes),
              ElementsAre(napi_no_external_buffers_allowed, napi_no_external_buffers_allowed));
  const napi_extended_error_info* info = nullptr;
  EXPECT_NAPI(napi_get_last_error_info(env, &info));
  EXPECT_EQ(info->error_code, napi_no_external_buffers_allowed);
  // They stay the module's.
  EXPECT_EQ(bytes.finalized, 0);
  // Strings are copied, and what they were copied from is let go of at once.
  napi_value value = nullptr;
  bool copied = false;
  auto finalize = reinterpret_cast<node_api_basic_finalize>(CountFinalized);
  EXPECT_NAPI(
      node_api_create_external_string_utf16(env, bytes.text, 3, finalize, &bytes, &value, &copied));
  EXPECT_TRUE(copied);
  EXPECT_EQ(bytes.finalized, 1);
  bytes.text[0] = u'x';
  char16_t text[4];
  EXPECT_NAPI(napi_get_value_string_utf16(env, value, text, 4, nullptr));
  EXPECT_EQ(std::u16string(text), u"abc");
}

TEST_F(HostFaults, ExternalBuffersAreRefusedUntilReset) {
  static Bytes bytes;
  Run([&](napi_env env) {
    EXPECT_THAT(MakeExternal(env, bytes), ElementsAre(napi_ok, napi_ok));
    agent().RefuseExternalBuffers();
    ExpectRefused(env);
  });
  agent().Reset();
  HostAgent::ModuleRef again = Add("again");
  RunIn(again, [&](napi_env env) {
    EXPECT_THAT(MakeExternal(env, bytes), ElementsAre(napi_ok, napi_ok));
  });
}

class HostWithoutExternalBuffers : public HostTest {
 protected:
  HostWithoutExternalBuffers() : HostTest(HostOptions{.external_buffers = false}) {}
};

TEST_F(HostWithoutExternalBuffers, TheyAreRefusedFromTheBeginning) {
  Run([](napi_env env) { ExpectRefused(env); });
  agent().Reset();
  HostAgent::ModuleRef again = Add("again");
  agent().Run(again, [](napi_env env) { ExpectRefused(env); });
}

TEST_F(HostFaults, OneStepWakesAllThatWereCalled) {
  for (bool coalesces : {false, true}) {
    Tsfn functions[2];
    for (Tsfn& function : functions) {
      function.on_call = [&](napi_env env, napi_value, void*) {
        if (env != nullptr) Note(&function == functions ? "first" : "second");
      };
    }
    if (coalesces) agent().CoalesceWakeups();
    HostAgent::ModuleRef its_module = Add("caller");
    RunIn(its_module, [&](napi_env env) {
      for (Tsfn& function : functions) {
        ASSERT_NAPI(function.Create(env));
        EXPECT_NAPI(function.Call(1));
      }
    });
    EXPECT_TRUE(agent().StepWake());
    EXPECT_EQ(EventCount(), coalesces ? 2u : 1u);
    EXPECT_EQ(agent().StepWake(), !coalesces);
    EXPECT_EQ(Events().size(), 2u);
    for (Tsfn& function : functions) EXPECT_NAPI(function.Release());
    RunLoop();
    agent().Reset();
  }
}

}  // namespace
}  // namespace napisan
