// Agents in a row leave no memory behind: counted by the kernel, after a warm-up, not timed.
#pragma once

#include <gtest/gtest.h>
#include <node_api.h>
#include <unistd.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <string>

#include "napisan/worker.h"

namespace napisan {

struct MemoryUse {
  size_t mapped;
  size_t resident;
};

inline MemoryUse UseOfMemory() {
  std::FILE* file = std::fopen("/proc/self/statm", "r");
  EXPECT_NE(file, nullptr);
  unsigned long total = 0;
  unsigned long resident = 0;
  EXPECT_EQ(std::fscanf(file, "%lu %lu", &total, &resident), 2);
  std::fclose(file);
  auto page = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return {total * page, resident * page};
}

// A worker's module that uses a little of everything, and gives all of it back.
inline void UseEverything(napi_env env) {
  napi_value name = nullptr;
  napi_value object = nullptr;
  napi_ref reference = nullptr;
  napi_async_work work = nullptr;
  napi_threadsafe_function function = nullptr;
  EXPECT_EQ(napi_create_string_utf8(env, "name", NAPI_AUTO_LENGTH, &name), napi_ok);
  napi_create_object(env, &object);
  napi_set_named_property(env, object, "name", name);
  EXPECT_EQ(napi_create_reference(env, object, 1, &reference), napi_ok);
  EXPECT_EQ(napi_delete_reference(env, reference), napi_ok);
  EXPECT_EQ(napi_add_env_cleanup_hook(
                env, [](void*) {}, nullptr),
            napi_ok);
  struct Work {
    napi_async_work work;
  };
  auto* data = new Work;
  EXPECT_EQ(napi_create_async_work(
                env, nullptr, name, [](napi_env, void*) {},
                [](napi_env in, napi_status, void* of) {
                  EXPECT_EQ(napi_delete_async_work(in, static_cast<Work*>(of)->work), napi_ok);
                  delete static_cast<Work*>(of);
                },
                data, &work),
            napi_ok);
  data->work = work;
  EXPECT_EQ(napi_queue_async_work(env, work), napi_ok);
  napi_status status = napi_create_threadsafe_function(
      env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, nullptr,
      [](napi_env, napi_value, void*, void*) {}, &function);
  if (status == napi_ok) {
    EXPECT_EQ(napi_call_threadsafe_function(function, nullptr, napi_tsfn_blocking), napi_ok);
    EXPECT_EQ(napi_release_threadsafe_function(function, napi_tsfn_release), napi_ok);
  }
}

// Starts and terminates workers one after another, each wherever it happens to be.
inline void RunWorkers(HostAgent& agent, HostAgent::ModuleRef module, int count) {
  for (int i = 0; i < count; ++i) {
    HostWorker worker(agent, [](HostWorkerScope& self) {
      HostAgent::ModuleRef own = 0;
      std::string error;
      if (!self.agent().Add("worker_module", nullptr, 8, own, error)) return;
      self.OnMessage(own, [&self](napi_env env, napi_value message) {
        UseEverything(env);
        self.PostMessage(env, message);
      });
    });
    worker.OnMessage(module, [&](napi_env, napi_value) { worker.Terminate(); });
    agent.Run(module, [&](napi_env env) {
      // A number takes no memory of the parent's, where nothing collects garbage meanwhile.
      napi_value message = nullptr;
      EXPECT_EQ(napi_create_double(env, i, &message), napi_ok);
      EXPECT_TRUE(worker.PostMessage(env, message));
    });
    // Half of them answer first.
    if (i % 2 == 0) worker.Terminate();
    agent.RunLoop();
    EXPECT_TRUE(worker.exited());
  }
}

// Runs `count` workers after `warm_up` others. What is counted is what the process has mapped and
// what it uses; under a sanitizer only that nothing goes wrong, for it keeps freed memory by
// design.
inline void ExpectNothingLeftBehind(HostAgent& agent, HostAgent::ModuleRef module, int warm_up,
                                    int count, bool counted) {
  RunWorkers(agent, module, warm_up);
  MemoryUse before = UseOfMemory();
  RunWorkers(agent, module, count);
  MemoryUse after = UseOfMemory();
  // qemu-user keeps what it has translated for threads that have ended.
  if (!counted || std::getenv("NAPISAN_EMULATED") != nullptr) return;
  // For the allocator's arenas: 26 bytes an agent.
  constexpr size_t kSlack = size_t{256} * 1024;
  EXPECT_LE(after.mapped, before.mapped + kSlack);
  EXPECT_LE(after.resident, before.resident + kSlack);
  std::printf("%d workers: mapped %+ld KiB, resident %+ld KiB\n", count,
              (static_cast<long>(after.mapped) - static_cast<long>(before.mapped)) / 1024,
              (static_cast<long>(after.resident) - static_cast<long>(before.resident)) / 1024);
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kMemoryIsCounted = false;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool kMemoryIsCounted = false;
#else
inline constexpr bool kMemoryIsCounted = true;
#endif
#else
inline constexpr bool kMemoryIsCounted = true;
#endif

inline constexpr int kWorkersInARow = kMemoryIsCounted ? 10'000 : 500;

}  // namespace napisan
