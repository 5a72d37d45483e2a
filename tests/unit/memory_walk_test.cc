// The walk that looks for a module's handles: what is found in containers of every shape, and what
// is not: freed memory, the neighbour of a block, pages that cannot be read.
#include "checker/memory_walk.h"

#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace napisan::checker {
namespace {

Token Reference(uint32_t slot) { return MakeToken(Kind::kReference, slot, 1); }

// A walk from a struct that has been given to somebody.
bool Finds(const void* from, Token token) {
  MemoryWalk walk;
  walk.AddPointer(from);
  walk.Run();
  return walk.Holds(token);
}

TEST(NumberSet, KnowsWhatItHolds) {
  NumberSet set;
  EXPECT_FALSE(set.Contains(7));
  std::set<uint64_t> expected;
  for (uint64_t i = 1; i <= 5000; ++i) {
    uint64_t number = i % 3 == 0 ? i << 32 : i * i;
    EXPECT_EQ(set.Insert(number), expected.insert(number).second);
  }
  EXPECT_EQ(set.size(), expected.size());
  for (uint64_t number : expected) EXPECT_TRUE(set.Contains(number));
  for (uint64_t number : {uint64_t{2}, UINT64_MAX, uint64_t{3}}) EXPECT_FALSE(set.Contains(number));
}

TEST(MemoryWalk, FindsWhatAStructHoldsAndNothingElse) {
  struct Data {
    int number = 1;
    Token token = Reference(1);
  };
  auto data = std::make_unique<Data>();
  EXPECT_TRUE(Finds(data.get(), Reference(1)));
  EXPECT_FALSE(Finds(data.get(), Reference(2)));
  EXPECT_FALSE(Finds(nullptr, Reference(1)));
}

TEST(MemoryWalk, ValuesAndOtherBitsAreNoHandles) {
  auto data = std::make_unique<std::vector<uint64_t>>();
  data->push_back(MakeToken(Kind::kValue, 1, 1));
  data->push_back(MakeToken(Kind::kNone, 1, 1));
  for (uint64_t word : *data) EXPECT_FALSE(Finds(data.get(), word));
}

TEST(MemoryWalk, FollowsContainersHoweverLong) {
  struct Class {
    std::string name = "a name that is too long to be held in place";
    Token token;
    explicit Class(Token given) : token(given) {}
  };
  struct Data {
    std::vector<Token> vector;
    std::list<Token> list;
    std::map<std::string, std::unique_ptr<Class>> tree;
    std::unordered_map<int, Token> table;
  };
  auto data = std::make_unique<Data>();
  constexpr uint32_t kEach = 1000;
  for (uint32_t i = 0; i < kEach; ++i) {
    data->vector.push_back(Reference(i));
    data->list.push_back(Reference(kEach + i));
    data->tree[std::to_string(i)] = std::make_unique<Class>(Reference(2 * kEach + i));
    data->table[static_cast<int>(i)] = Reference(3 * kEach + i);
  }
  MemoryWalk walk;
  walk.AddPointer(data.get());
  walk.Run();
  for (uint32_t i = 0; i < 4 * kEach; ++i) ASSERT_TRUE(walk.Holds(Reference(i))) << i;
  EXPECT_FALSE(walk.Holds(Reference(4 * kEach)));
}

TEST(MemoryWalk, CyclesEnd) {
  struct Node {
    std::shared_ptr<Node> next;
    Token token;
  };
  auto first = std::make_shared<Node>();
  auto second = std::make_shared<Node>();
  first->next = second;
  second->next = first;
  second->token = Reference(5);
  EXPECT_TRUE(Finds(first.get(), Reference(5)));
  second->next = nullptr;
}

// A pointer to a base class points into the middle of its object.
TEST(MemoryWalk, FollowsPointersIntoABlock) {
  struct First {
    virtual ~First() = default;
    char bytes[100] = {};
  };
  struct Second {
    virtual ~Second() = default;
    Token token = Reference(6);
  };
  struct Both : First, Second {};
  struct Data {
    std::unique_ptr<Second> part = std::make_unique<Both>();
  };
  auto data = std::make_unique<Data>();
  EXPECT_TRUE(Finds(data.get(), Reference(6)));
}

TEST(MemoryWalk, BeginsWhereverItIsTold) {
  static Token in_a_global = Reference(7);
  Token on_the_stack = Reference(8);
  EXPECT_TRUE(Finds(&in_a_global, Reference(7)));
  EXPECT_TRUE(Finds(&on_the_stack, Reference(8)));
  MemoryWalk walk;
  auto begin = reinterpret_cast<uintptr_t>(&in_a_global);
  walk.AddRange(begin, begin + sizeof(in_a_global));
  walk.Run();
  EXPECT_TRUE(walk.Holds(Reference(7)));
  EXPECT_FALSE(walk.Holds(Reference(8)));
}

TEST(MemoryWalk, GoesOnWhereMoreIsAdded) {
  auto first = std::make_unique<Token>(Reference(9));
  auto second = std::make_unique<Token>(Reference(10));
  MemoryWalk walk;
  walk.AddPointer(first.get());
  walk.Run();
  EXPECT_FALSE(walk.Holds(Reference(10)));
  walk.AddPointer(second.get());
  walk.Run();
  EXPECT_TRUE(walk.Holds(Reference(9)));
  EXPECT_TRUE(walk.Holds(Reference(10)));
}

// Memory that the module has mapped itself has no blocks: a window of it is looked at.
TEST(MemoryWalk, LooksAtWindowsOfOtherMemory) {
  constexpr size_t kBytes = 3 * 4096;
  auto* pages = static_cast<Token*>(MapPages(kBytes));
  pages[3] = Reference(11);
  pages[300] = Reference(12);
  auto data = std::make_unique<Token*>(pages);
  EXPECT_TRUE(Finds(data.get(), Reference(11)));
  EXPECT_FALSE(Finds(data.get(), Reference(12))) << "too far from where the pointer points";
  UnmapPages(pages, kBytes);
}

TEST(MemoryWalk, AWindowEndsWhereItsPagesDo) {
  constexpr size_t kPage = 4096;
  auto* pages = static_cast<char*>(MapPages(2 * kPage));
  ASSERT_EQ(mprotect(pages + kPage, kPage, PROT_NONE), 0);
  auto* last = reinterpret_cast<Token*>(pages + kPage) - 1;
  *last = Reference(17);
  auto data = std::make_unique<Token*>(last);
  EXPECT_TRUE(Finds(data.get(), Reference(17)));
  UnmapPages(pages, 2 * kPage);
}

const bool kEmulated = std::getenv("NAPISAN_EMULATED") != nullptr;

// Runs body in a child where `call` is forbidden, as old sandboxes do; true where it says so.
bool InSandbox(std::initializer_list<int> forbidden, bool (*body)()) {
  pid_t child = fork();
  if (child == 0) {
    std::vector<sock_filter> filter = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
    for (int call : forbidden) {
      filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, static_cast<uint32_t>(call), 0, 1));
      filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
    }
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
    sock_fprog program = {static_cast<unsigned short>(filter.size()), filter.data()};
    bool set = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
               prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
    _exit(set ? (body() ? 0 : 1) : 2);
  }
  int status = 0;
  EXPECT_EQ(waitpid(child, &status, 0), child);
  EXPECT_NE(WEXITSTATUS(status), 2) << "no filter could be set";
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(MemoryWalk, SandboxesThatForbidACallAreSeenThrough) {
  if (kEmulated) GTEST_SKIP() << "qemu-user sets no filter";
  EXPECT_TRUE(InSandbox({SYS_process_vm_readv}, [] {
    auto data = std::make_unique<Token>(Reference(18));
    return Finds(data.get(), Reference(18)) && !Finds(data.get(), Reference(19));
  }));
}

TEST(MemoryWalk, WhereNothingCanBeLookedAtNobodyKnows) {
  if (kEmulated) GTEST_SKIP() << "qemu-user sets no filter";
  EXPECT_TRUE(InSandbox({SYS_process_vm_readv, SYS_pread64}, [] {
    auto data = std::make_unique<Token>(Reference(18));
    return Finds(data.get(), Reference(19));
  }));
}

TEST(MemoryWalk, WhatCannotBeReadIsLeftOut) {
  constexpr size_t kBytes = 4096;
  void* pages = MapPages(kBytes);
  ASSERT_EQ(mprotect(pages, kBytes, PROT_NONE), 0);
  struct Data {
    void* unreadable;
    void* nowhere = reinterpret_cast<void*>(0x10008);
    void* kernel = reinterpret_cast<void*>(uintptr_t{1} << 46);
    Token token = Reference(13);
  };
  auto data = std::make_unique<Data>();
  data->unreadable = pages;
  EXPECT_TRUE(Finds(data.get(), Reference(13)));
  EXPECT_FALSE(Finds(data.get(), Reference(14)));
  UnmapPages(pages, kBytes);
}

// ThreadSanitizer's allocator tells it from clang 17 on only.
constexpr bool KnowsWhatItPointsInto() {
#if defined(__SANITIZE_THREAD__)
  return false;
#elif defined(__has_feature)
  return !__has_feature(thread_sanitizer);
#else
  return true;
#endif
}

// The block after one that is looked at is another thing.
TEST(MemoryWalk, StaysWithinItsBlocks) {
  constexpr int kBlocks = 64;
  struct Block {
    uint64_t words[4];
  };
  std::vector<std::unique_ptr<Block>> blocks;
  for (uint32_t i = 0; i < kBlocks; ++i) {
    blocks.push_back(std::make_unique<Block>(Block{{0, 0, 0, Reference(100 + i)}}));
  }
  MemoryWalk whole;
  whole.AddPointer(blocks[20].get());
  whole.Run();
  MemoryWalk inside;
  inside.AddPointer(&blocks[30]->words[1]);
  inside.Run();
  EXPECT_TRUE(whole.Holds(Reference(120)));
  EXPECT_TRUE(inside.Holds(Reference(130)));
  for (uint32_t i = 0; i < kBlocks; ++i) {
    if (i != 20) {
      EXPECT_FALSE(whole.Holds(Reference(100 + i))) << i;
    }
    if (i != 30 && KnowsWhatItPointsInto()) {
      EXPECT_FALSE(inside.Holds(Reference(100 + i))) << i;
    }
  }
}

TEST(MemoryWalk, WhereThereIsTooMuchNobodyKnows) {
  constexpr size_t kWords = size_t{4} << 20;
  auto data = std::make_unique<std::vector<uint64_t>>(kWords);
  data->back() = Reference(15);
  EXPECT_TRUE(Finds(data.get(), Reference(15)));
  EXPECT_TRUE(Finds(data.get(), Reference(16))) << "and what nobody knows is no leak";
}

}  // namespace
}  // namespace napisan::checker
