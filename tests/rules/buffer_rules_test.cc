// buffer/*: pointers into buffers that were collected, and all the ways to keep a buffer.
//
// A report of these ends the process: what breaks the rule runs in a child.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <functional>

#include "checker/options.h"
#include "rule_test.h"

// On arm64 qemu-user does not say which it was.
#if defined(__x86_64__)
#define READS "reads"
#define WRITES "writes"
#else
#define READS "(reads|uses)"
#define WRITES "(writes|uses)"
#endif

namespace napisan {
namespace {

constexpr size_t kLength = 5000;

// Reads or writes the bytes that its creator took, in execute.
struct Use {
  char* bytes = nullptr;
  char seen = 0;
  bool writes = false;
  std::function<void(napi_env env)> on_complete;
  TestWork work;

  void Queue(napi_env env, napi_value resource = nullptr) {
    work.extra = this;
    ASSERT_EQ(napi_create_async_work(env, resource, Text(env, "use"), Execute, Complete, this,
                                     &work.handle),
              napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
  }
  static void Execute(napi_env, void* data) {
    auto& self = *static_cast<Use*>(data);
    volatile char* byte = self.bytes + 7;
    if (self.writes) {
      *byte = 'y';
    } else {
      self.seen = *byte;
    }
  }
  static void Complete(napi_env env, napi_status, void* data) {
    auto& self = *static_cast<Use*>(data);
    if (self.on_complete) self.on_complete(env);
    EXPECT_EQ(napi_delete_async_work(env, self.work.handle), napi_ok);
  }
};

class BufferRules : public RuleTest {
 protected:
  explicit BufferRules(ExecutorKind executor = ExecutorKind::kStepping, GcMode gc = GcMode::kZeal)
      : RuleTest("node24", executor, gc) {}

  static napi_value NewBuffer(napi_env env, Use& use, size_t length = kLength) {
    void* bytes = nullptr;
    napi_value buffer = nullptr;
    EXPECT_EQ(napi_create_buffer(env, length, &bytes, &buffer), napi_ok);
    std::memset(bytes, 'x', length);
    use.bytes = static_cast<char*>(bytes);
    return buffer;
  }
  void ExpectKept(Use& use) {
    agent().RunLoop();
    EXPECT_EQ(use.seen, 'x');
    EXPECT_THAT(Reports(), IsEmpty());
  }
  // In the child: what is printed is what the parent compares.
  static void Aloud() { SetReportPrinting(true); }
};

#define EXPECT_ENDS_WITH_REPORT(statement, text) \
  EXPECT_EXIT(                                   \
      {                                          \
        Aloud();                                 \
        statement;                               \
      },                                         \
      testing::ExitedWithCode(66), text)

constexpr const char* kRule = "buffer/unreferenced-in-flight";

TEST_F(BufferRules, UnreferencedInFlight) {
  Use use;
  Run([&](napi_env env) {
    NewBuffer(env, use);
    use.Queue(env);
  });
  EXPECT_ENDS_WITH_REPORT(
      agent().StepExecute(0),
      "ERROR: napisan: buffer/unreferenced-in-flight: execute of work #1 " READS
      " "
      "byte 7 of buffer #1, which had 5000 bytes and was collected.*"
      "worker 1, in execute of work #1.*"
      "taken +main agent, in a call.*"
      "collected +main agent.*Fix: make a napi_ref.*SUMMARY: napisan: buffer/unref");
  // What is left of it touches nothing.
  use.bytes = &use.seen - 7;
  agent().RunLoop();
}

TEST_F(BufferRules, AWriteIsToldAsOne) {
  Use use;
  use.writes = true;
  Run([&](napi_env env) {
    NewBuffer(env, use);
    use.Queue(env);
  });
  EXPECT_ENDS_WITH_REPORT(agent().StepExecute(0),
                          "execute of work #1 " WRITES " byte 7 of buffer #1");
  use.bytes = &use.seen - 7;
  agent().RunLoop();
}

TEST_F(BufferRules, APointerKeptForCompleteIsNoBetter) {
  Use use;
  Use other;
  Run([&](napi_env env) {
    NewBuffer(env, use);
    other.bytes = use.bytes;
    use.bytes = &use.seen - 7;
    use.on_complete = [&](napi_env) { use.seen = other.bytes[0]; };
    use.Queue(env);
  });
  ASSERT_TRUE(agent().StepExecute(0));
  EXPECT_ENDS_WITH_REPORT(agent().StepComplete(), "complete of work #1 " READS
                                                  " byte 0 of buffer #1.*main agent, in complete");
  use.on_complete = nullptr;
  agent().RunLoop();
}

TEST_F(BufferRules, EachWayToTakeAPointerIsRemembered) {
  using Take = void (*)(napi_env env, napi_value buffer, void** bytes);
  struct Way {
    const char* function;
    Take take;
  };
  const Way ways[] = {
      {"napi_get_buffer_info",
       [](napi_env env, napi_value buffer, void** bytes) {
         size_t length = 0;
         EXPECT_EQ(napi_get_buffer_info(env, buffer, bytes, &length), napi_ok);
       }},
      {"napi_get_typedarray_info",
       [](napi_env env, napi_value buffer, void** bytes) {
         EXPECT_EQ(napi_get_typedarray_info(env, buffer, nullptr, nullptr, bytes, nullptr, nullptr),
                   napi_ok);
       }},
      {"napi_get_arraybuffer_info",
       [](napi_env env, napi_value buffer, void** bytes) {
         napi_value whole = nullptr;
         EXPECT_EQ(
             napi_get_typedarray_info(env, buffer, nullptr, nullptr, nullptr, &whole, nullptr),
             napi_ok);
         EXPECT_EQ(napi_get_arraybuffer_info(env, whole, bytes, nullptr), napi_ok);
       }},
      {"napi_get_dataview_info",
       [](napi_env env, napi_value buffer, void** bytes) {
         napi_value whole = nullptr;
         napi_value view = nullptr;
         EXPECT_EQ(
             napi_get_typedarray_info(env, buffer, nullptr, nullptr, nullptr, &whole, nullptr),
             napi_ok);
         EXPECT_EQ(napi_create_dataview(env, 100, whole, 8, &view), napi_ok);
         EXPECT_EQ(napi_get_dataview_info(env, view, nullptr, bytes, nullptr, nullptr), napi_ok);
       }},
  };
  for (const Way& way : ways) {
    Use use;
    Run([&](napi_env env) {
      void* bytes = nullptr;
      way.take(env, NewBuffer(env, use), &bytes);
      use.bytes = static_cast<char*>(bytes);
      use.Queue(env);
    });
    // Machines read the function's name; people read the line.
    std::string path = testing::TempDir() + "taken_" + std::to_string(getpid());
    checker::MutableOptions().json_path = path;
    EXPECT_ENDS_WITH_REPORT(agent().StepExecute(0), "taken +main agent, in a call");
    checker::MutableOptions().json_path = "";
    std::string json;
    std::getline(std::ifstream(path), json);
    unlink(path.c_str());
    EXPECT_THAT(json, testing::HasSubstr(std::string("\"event\":\"taken\",\"function\":\"") +
                                         way.function + "\",\"thread\":\"main\""));
    use.bytes = &use.seen - 7;
    agent().RunLoop();
  }
}

TEST_F(BufferRules, AReferenceKeeps) {
  Keeps("buffer/unreferenced-in-flight");
  Use use;
  napi_ref reference = nullptr;
  Run([&](napi_env env) {
    ASSERT_EQ(napi_create_reference(env, NewBuffer(env, use), 1, &reference), napi_ok);
    use.Queue(env);
  });
  use.on_complete = [&](napi_env env) {
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  };
  ExpectKept(use);
}

TEST_F(BufferRules, AViewOfItKeeps) {
  Use use;
  napi_ref reference = nullptr;
  Run([&](napi_env env) {
    napi_value whole = nullptr;
    napi_value view = nullptr;
    ASSERT_EQ(napi_get_typedarray_info(env, NewBuffer(env, use), nullptr, nullptr, nullptr, &whole,
                                       nullptr),
              napi_ok);
    ASSERT_EQ(napi_create_dataview(env, 1, whole, 0, &view), napi_ok);
    ASSERT_EQ(napi_create_reference(env, view, 1, &reference), napi_ok);
    use.Queue(env);
  });
  use.on_complete = [&](napi_env env) {
    EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  };
  ExpectKept(use);
}

TEST_F(BufferRules, APropertyOfWhatIsKeptKeeps) {
  Use use;
  Run([&](napi_env env) {
    napi_value global = nullptr;
    napi_value holder = Object(env);
    ASSERT_EQ(napi_get_global(env, &global), napi_ok);
    ASSERT_EQ(napi_set_named_property(env, holder, "buffer", NewBuffer(env, use)), napi_ok);
    ASSERT_EQ(napi_set_named_property(env, global, "holder", holder), napi_ok);
    use.Queue(env);
  });
  ExpectKept(use);
}

TEST_F(BufferRules, TheResourceOfTheWorkKeeps) {
  Use use;
  Run([&](napi_env env) { use.Queue(env, NewBuffer(env, use)); });
  ExpectKept(use);
}

TEST_F(BufferRules, AnOpenHandleKeeps) {
  Use use;
  Run([&](napi_env env) {
    NewBuffer(env, use);
    use.Queue(env);
    // Played: a worker takes it up while the call that queued it still runs.
    ASSERT_TRUE(agent().StepExecute(0));
  });
  ExpectKept(use);
}

TEST_F(BufferRules, WhoSuppressesTheReportGoesOnWithZeroes) {
  std::string path = testing::TempDir() + "suppressions_XXXXXX";
  close(mkstemp(path.data()));
  std::ofstream(path) << kRule << "\n";
  // A list is read anew where there was something to forget.
  Run([](napi_env env) { napi_delete_async_work(env, Forged<napi_async_work>()); });
  EXPECT_THAT(Reports(), ElementsAre("handle/forged"));
  checker::MutableOptions().suppressions = path;
  ResetReports();
  Use use;
  Run([&](napi_env env) {
    NewBuffer(env, use);
    use.Queue(env);
  });
  use.seen = 'n';
  agent().RunLoop();
  EXPECT_EQ(use.seen, '\0');
  EXPECT_THAT(Reports(), IsEmpty());
  unlink(path.c_str());
  checker::MutableOptions().suppressions = "";
}

// A sanitizer has a memcpy of its own, which is part of this program.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr const char* kPlace = "buffer #1";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
constexpr const char* kPlace = "buffer #1";
#else
constexpr const char* kPlace = "buffer #1.*#0 [^\n]*buffer_rules_test.cc:";
#endif
#else
constexpr const char* kPlace = "buffer #1.*#0 [^\n]*buffer_rules_test.cc:";
#endif

TEST_F(BufferRules, AFaultInTheCLibraryPointsAtItsCallInTheModule) {
  Use use;
  Run([&](napi_env env) { NewBuffer(env, use, 1'000'000); });
  auto copy = [&](napi_env) {
    static char copied[1'000'000];
    auto* volatile copy_bytes = std::memcpy;
    copy_bytes(copied, use.bytes, sizeof(copied));
    // Something to come back for, so that the call leaves a frame.
    use.seen = copied[1];
  };
  EXPECT_ENDS_WITH_REPORT(Run(copy), kPlace);
}

TEST_F(BufferRules, AnotherFaultIsPassedOn) {
  Use use;
  Run([&](napi_env env) { NewBuffer(env, use); });
  EXPECT_DEATH(
      {
        volatile auto* nowhere = reinterpret_cast<char*>(16);
        nowhere[0] = 1;
      },
      "");
}

class IdleBufferRules : public BufferRules {
 protected:
  IdleBufferRules() : BufferRules(ExecutorKind::kStepping, GcMode::kIdle) {}
};

TEST_F(IdleBufferRules, ALargeBufferIsFoundOutWithoutZeal) {
  Use use;
  Run([&](napi_env env) {
    NewBuffer(env, use, 4'000'000);
    use.Queue(env);
  });
  agent().CollectGarbage();
  EXPECT_ENDS_WITH_REPORT(agent().StepExecute(0), kRule);
  use.bytes = &use.seen - 7;
  agent().RunLoop();
}

TEST_F(IdleBufferRules, AWorkInFlightAtTeardownIsFoundOut) {
  Use use;
  Run([&](napi_env env) {
    NewBuffer(env, use, 4'000'000);
    use.Queue(env);
  });
  EXPECT_ENDS_WITH_REPORT(Teardown(), kRule);
  use.bytes = &use.seen - 7;
  Teardown();
}

// The child makes its own agent: threads of the parent are not there.
void UseOnThePool() {
  HostOptions options;
  options.gc = GcMode::kZeal;
  HostAgent agent(options);
  HostAgent::ModuleRef module = 0;
  std::string error;
  ASSERT_TRUE(agent.Add("test_module", nullptr, 8, module, error));
  Use use;
  agent.Run(module, [&](napi_env env) {
    void* bytes = nullptr;
    napi_value buffer = nullptr;
    ASSERT_EQ(napi_create_buffer(env, kLength, &bytes, &buffer), napi_ok);
    use.bytes = static_cast<char*>(bytes);
    use.Queue(env);
  });
  agent.RunLoop();
}

TEST_F(BufferRules, OnAThreadOfThePoolToo) {
  End();
  EXPECT_ENDS_WITH_REPORT(UseOnThePool(), "worker [1-4], in execute of work #1");
}

}  // namespace
}  // namespace napisan
