// What becomes of the bytes of collected array buffers.
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>
#include <map>

#include "api/host_events.h"
#include "gc_test.h"

namespace napisan {
namespace {

// What the host announces, as a checker would hear it.
struct Announced {
  std::map<const void*, ReleasedStore> kept;
  size_t released = 0;
  size_t forgotten = 0;
  bool watching = true;
};
Announced announced;

constexpr HostEvents kListener = [] {
  HostEvents events{};
  events.store_released = [](const ReleasedStore& store) {
    if (announced.watching) announced.kept.emplace(store.data, store);
    ++announced.released;
    return announced.watching;
  };
  events.store_forgotten = [](const void* data) {
    EXPECT_EQ(announced.kept.erase(data), 1u) << "what was announced before, once";
    ++announced.forgotten;
  };
  return events;
}();

class HostGcStores : public GcTest {
 protected:
  HostGcStores() {
    announced = {};
    host_events = &kListener;
  }
  ~HostGcStores() override {
    End();
    EXPECT_TRUE(announced.kept.empty()) << "an agent that ends gives everything back";
    host_events = nullptr;
  }

  // A buffer that nobody keeps, collected.
  char* Collected(size_t length) {
    void* bytes = nullptr;
    Run([&](napi_env env) {
      napi_value buffer = nullptr;
      ASSERT_NAPI(napi_create_buffer(env, length, &bytes, &buffer));
      if (length > 0) std::memset(bytes, 'x', length);
    });
    Collect();
    return static_cast<char*>(bytes);
  }
};

constexpr size_t kLarge = 100'000;

TEST_F(HostGcStores, ALargeOneIsAnnouncedAndBecomesInaccessible) {
  Begin({.gc = GcMode::kIdle});
  char* bytes = Collected(kLarge);
  ASSERT_EQ(announced.kept.size(), 1u);
  const ReleasedStore& store = announced.kept.begin()->second;
  EXPECT_EQ(store.data, bytes);
  EXPECT_EQ(store.length, kLarge);
  EXPECT_GE(store.bytes, kLarge);
  EXPECT_EQ(store.id, 1u);
  EXPECT_DEATH(
      {
        volatile char read = bytes[0];
        (void)read;
      },
      "");
  EXPECT_DEATH(bytes[kLarge - 1] = 1, "");
}

TEST_F(HostGcStores, OneThatIsKeptStaysAsItIs) {
  Begin({.gc = GcMode::kZeal});
  void* bytes = nullptr;
  napi_ref reference = nullptr;
  Run([&](napi_env env) {
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_buffer(env, kLarge, &bytes, &buffer));
    std::memset(bytes, 'x', kLarge);
    ASSERT_NAPI(napi_create_reference(env, buffer, 1, &reference));
  });
  Collect();
  EXPECT_EQ(announced.released, 0u);
  EXPECT_EQ(std::string(static_cast<char*>(bytes), kLarge), std::string(kLarge, 'x'));
  Run([&](napi_env env) { EXPECT_NAPI(napi_delete_reference(env, reference)); });
  Collect();
  EXPECT_EQ(announced.released, 1u);
}

TEST_F(HostGcStores, SmallOnesHavePagesOfTheirOwnUnderZealOnly) {
  Begin({.gc = GcMode::kIdle});
  Collected(100);
  EXPECT_EQ(announced.released, 0u);
  Begin({.gc = GcMode::kZeal});
  char* bytes = Collected(100);
  EXPECT_EQ(announced.released, 1u);
  EXPECT_EQ(announced.kept.count(bytes), 1u);
  EXPECT_DEATH(bytes[99] = 1, "");
}

TEST_F(HostGcStores, EmptyAndExternalOnesAreNobodysBusiness) {
  Begin({.gc = GcMode::kZeal});
  static char external[16];
  Collected(0);
  Run([](napi_env env) {
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_external_buffer(env, 16, external, nullptr, nullptr, &buffer));
  });
  Collect();
  EXPECT_EQ(announced.released, 0u);
  external[15] = 1;
}

TEST_F(HostGcStores, ADetachedOneIsGivenBackAtOnce) {
  Begin({.gc = GcMode::kZeal});
  Run([](napi_env env) {
    void* bytes = nullptr;
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_arraybuffer(env, kLarge, &bytes, &buffer));
    ASSERT_NAPI(napi_detach_arraybuffer(env, buffer));
    ASSERT_NAPI(napi_detach_arraybuffer(env, buffer));
  });
  Collect();
  EXPECT_EQ(announced.released, 0u);
}

TEST_F(HostGcStores, WithoutAListenerThatCanTellThePagesAreGivenBack) {
  Begin({.gc = GcMode::kIdle});
  announced.watching = false;
  char* bytes = Collected(kLarge);
  EXPECT_EQ(announced.released, 1u);
  // They are mapped no more: the address is free for others.
  void* again = mmap(bytes, 4096, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  EXPECT_EQ(again, bytes);
  munmap(again, 4096);
}

TEST_F(HostGcStores, OnlySoManyAreKept) {
  Begin({.gc = GcMode::kIdle});
  constexpr size_t kMade = 1500;
  for (size_t i = 0; i < kMade; ++i) Collected(kLarge);
  EXPECT_EQ(announced.released, kMade);
  EXPECT_EQ(announced.kept.size(), 512u);
  EXPECT_EQ(announced.forgotten, kMade - 512);
  // The newest are those that are kept.
  for (const auto& [data, store] : announced.kept) EXPECT_GT(store.id, kMade - 512);
}

TEST_F(HostGcStores, AtTeardownAnIdleCollectorTakesWhatNobodyKept) {
  Begin({.gc = GcMode::kIdle});
  static void* bytes;
  Run([](napi_env env) {
    napi_value buffer = nullptr;
    ASSERT_NAPI(napi_create_buffer(env, kLarge, &bytes, &buffer));
    ASSERT_NAPI(napi_add_env_cleanup_hook(
        env, [](void*) { EXPECT_EQ(announced.kept.count(bytes), 1u); }, nullptr));
  });
  agent().Teardown();
  EXPECT_EQ(announced.released, 1u);
}

TEST_F(HostGcStores, AWorkerFindsWhatItsWorkDidNotKeepGone) {
  Begin({.gc = GcMode::kZeal});
  struct Work {
    void* bytes = nullptr;
    bool was_released = false;
  } work;
  Run([&](napi_env env) {
    napi_value buffer = nullptr;
    napi_async_work made = nullptr;
    ASSERT_NAPI(napi_create_buffer(env, 100, &work.bytes, &buffer));
    ASSERT_NAPI(napi_create_async_work(
        env, nullptr, Text(env, "work"),
        [](napi_env, void* data) {
          auto& self = *static_cast<Work*>(data);
          // Asks the kernel: it answers where a load would fault.
          int pipes[2];
          ASSERT_EQ(pipe(pipes), 0);
          self.was_released = write(pipes[1], self.bytes, 1) < 0;
          close(pipes[0]);
          close(pipes[1]);
        },
        [](napi_env, napi_status, void*) {}, &work, &made));
    ASSERT_NAPI(napi_queue_async_work(env, made));
  });
  agent().RunLoop();
  EXPECT_TRUE(work.was_released);
}

}  // namespace
}  // namespace napisan
