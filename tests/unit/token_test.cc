// Tokens: what is packed comes out again, and no field reaches into another.
#include "checker/token.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

namespace napisan::checker {
namespace {

constexpr uint32_t kSlots[] = {0, 1, 63, 64, 4711, kSlotMask - 1, kSlotMask};
constexpr uint32_t kGenerations[] = {1, 2, 0x7fffffff, 0x80000000, UINT32_MAX};

TEST(Tokens, SlotKindAndGenerationComeOutAgain) {
  for (int kind = 1; kind < static_cast<int>(Kind::kCount); ++kind) {
    for (uint32_t slot : kSlots) {
      for (uint32_t generation : kGenerations) {
        Token token = MakeToken(static_cast<Kind>(kind), slot, generation);
        EXPECT_EQ(KindOf(token), static_cast<Kind>(kind));
        EXPECT_EQ(SlotOf(token), slot);
        EXPECT_EQ(GenerationOf(token), generation);
      }
    }
  }
}

TEST(Tokens, TagIndexAndEpochOfAValueComeOutAgain) {
  constexpr uint32_t kIndices[] = {0, 1, 4711, (uint32_t{1} << kIndexBits) - 1};
  for (uint32_t agent : {0u, 1u, 63u}) {
    for (uint32_t index : kIndices) {
      for (uint32_t epoch : kGenerations) {
        Token token = MakeValueToken(ValueTag(agent), index, epoch);
        EXPECT_EQ(KindOf(token), Kind::kValue);
        EXPECT_EQ(TagOf(token), ValueTag(agent));
        EXPECT_EQ(IndexOf(token), index);
        EXPECT_EQ(EpochOf(token), epoch);
      }
    }
  }
}

TEST(Tokens, AgentsHaveTagsOfTheirOwn) {
  std::set<Token> tags;
  for (uint32_t agent = 0; agent < 64; ++agent) tags.insert(ValueTag(agent));
  EXPECT_EQ(tags.size(), 64u);
  EXPECT_EQ(ValueTag(64), ValueTag(0)) << "the 65th agent shares the first one's";
}

// Pointers of user space have 47 bits, and of kernels that give more of it 56: no kind at all.
TEST(Tokens, NoPointerIsAToken) {
  int on_stack = 0;
  auto on_heap = std::make_unique<int>(0);
  for (const void* pointer :
       {static_cast<const void*>(&on_stack), static_cast<const void*>(on_heap.get()),
        reinterpret_cast<const void*>(uintptr_t{0x00ff'ffff'ffff'fff8})}) {
    EXPECT_EQ(KindOf(TokenOf(pointer)), Kind::kNone);
  }
}

TEST(Tokens, AHandleAndItsTokenAreTheSameBits) {
  Token token = MakeToken(Kind::kReference, 17, 3);
  auto handle = HandleOf<napi_ref>(token);
  EXPECT_EQ(TokenOf(handle), token);
  EXPECT_NE(handle, nullptr);
}

TEST(Tokens, EveryHandleTypeHasAKindOfItsOwn) {
  std::set<Kind> kinds = {kKindOf<napi_handle_scope>,
                          kKindOf<napi_escapable_handle_scope>,
                          kKindOf<napi_async_work>,
                          kKindOf<napi_ref>,
                          kKindOf<napi_deferred>,
                          kKindOf<napi_threadsafe_function>,
                          kKindOf<napi_async_context>,
                          kKindOf<napi_callback_scope>,
                          kKindOf<napi_async_cleanup_hook_handle>};
  EXPECT_EQ(kinds.size(), 9u);
  EXPECT_EQ(kinds.count(Kind::kNone), 0u);
}

TEST(Tokens, EveryKindHasAWordOfItsOwn) {
  std::set<std::string> ids;
  std::set<std::string> words;
  for (int kind = 0; kind < static_cast<int>(Kind::kCount); ++kind) {
    ids.insert(KindId(static_cast<Kind>(kind)));
    words.insert(KindWord(static_cast<Kind>(kind)));
  }
  EXPECT_EQ(ids.size(), static_cast<size_t>(Kind::kCount));
  EXPECT_EQ(words.size(), static_cast<size_t>(Kind::kCount));
  EXPECT_STREQ(KindId(Kind::kCount), "unknown");
  EXPECT_STREQ(KindWord(static_cast<Kind>(15)), "unknown");
}

}  // namespace
}  // namespace napisan::checker
