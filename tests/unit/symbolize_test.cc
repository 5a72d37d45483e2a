// Symbolizing: names as people write them, what is known already, and many threads at once. Modules
// that come and go, lines and stacks are images_test.cc's.
#include "checker/symbolize.h"

#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>
#include <vector>

#include "checker/images.h"

// Functions whose names have every shape that a name can have. Each is only ever named.
namespace outside {

[[gnu::noinline, gnu::used]] int Plain(int (*callback)(int, char), long value) {
  return callback != nullptr ? callback(1, 'x') : static_cast<int>(value);
}
template <class T>
[[gnu::noinline, gnu::used]] T Template(T value) {
  return value;
}
struct Shape {
  [[gnu::noinline, gnu::used]] int operator()(int value) const { return value + sides; }
  [[gnu::noinline, gnu::used]] int Sides(bool) const { return sides; }
  int sides = 4;
};
namespace {
[[gnu::noinline, gnu::used]] int Hidden(unsigned value) { return static_cast<int>(value); }
}  // namespace

}  // namespace outside

extern "C" [[gnu::noinline, gnu::used]] int outside_in_c(int value) { return value; }

namespace napisan::checker {
namespace {

CodeLocation LocationOf(const void* function) {
  CodeLocation location;
  location.pc = EntryPc(function);
  location.image_epoch = CurrentImageEpoch();
  return location;
}

template <class Function>
std::string NameOf(Function function) {
  RefreshImages();
  CodeLocation location = LocationOf(reinterpret_cast<const void*>(function));
  Symbolize(location);
  return location.function;
}

template <class Member>
const void* AddressOf(Member member) {
  // A pointer to a member that is not virtual begins with its address.
  const void* address;
  static_assert(sizeof(member) >= sizeof(address));
  std::memcpy(&address, &member, sizeof(address));
  return address;
}

#if defined(NAPISAN_HAVE_LIBDW)
TEST(Symbolize, NamesComeWithoutTheirParameters) {
  EXPECT_EQ(NameOf(&outside_in_c), "outside_in_c");
  EXPECT_EQ(NameOf(&outside::Plain), "outside::Plain");
  EXPECT_EQ(NameOf(AddressOf(&outside::Shape::Sides)), "outside::Shape::Sides");
  EXPECT_EQ(NameOf(&outside::Hidden), "outside::(anonymous namespace)::Hidden");
}

TEST(Symbolize, NamesWithBracketsOfTheirOwnKeepThem) {
  EXPECT_EQ(NameOf(AddressOf(&outside::Shape::operator())), "outside::Shape::operator()");
  EXPECT_EQ(NameOf(&outside::Template<int>), "int outside::Template<int>");
}

TEST(Symbolize, AnAddressInTheMiddleBelongsToItsFunction) {
  RefreshImages();
  auto entry = reinterpret_cast<uintptr_t>(&outside::Plain);
  CodeLocation location;
  location.pc = entry + 3;
  location.image_epoch = CurrentImageEpoch();
  Symbolize(location);
  EXPECT_EQ(location.function, "outside::Plain");
  EXPECT_NE(location.file.find("symbolize_test.cc"), std::string::npos);
  EXPECT_GT(location.line, 0);
}

TEST(Symbolize, ManyThreadsGetTheSameAnswer) {
  RefreshImages();
  const std::string expected = NameOf(&outside::Hidden);
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 200; ++i) {
        CodeLocation location = LocationOf(reinterpret_cast<const void*>(&outside::Hidden));
        Symbolize(location);
        if (location.function != expected) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (int count : wrong) EXPECT_EQ(count, 0);
}
#endif

TEST(Symbolize, LocateFindsImageAndOffsetAndNoMore) {
  RefreshImages();
  CodeLocation location = LocationOf(reinterpret_cast<const void*>(&outside::Plain));
  Locate(location);
  EXPECT_NE(location.image.find("symbolize_test"), std::string::npos);
  EXPECT_GT(location.offset, 0u);
  EXPECT_EQ(location.function, "");
  EXPECT_EQ(location.line, 0);
}

TEST(Symbolize, WhatIsKnownAlreadyStaysAsItIs) {
  RefreshImages();
  CodeLocation location = LocationOf(reinterpret_cast<const void*>(&outside::Plain));
  location.function = "told before";
  location.image = "/somewhere/else";
  location.offset = 3;
  Symbolize(location);
  Locate(location);
  EXPECT_EQ(location.function, "told before");
  EXPECT_EQ(location.image, "/somewhere/else");
  EXPECT_EQ(location.offset, 3u);
}

}  // namespace
}  // namespace napisan::checker
