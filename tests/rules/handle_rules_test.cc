// handle/*: handles that nobody gave out, and handles of one kind where another is expected, for
// every kind that there is.
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "test_function.h"

namespace napisan {
namespace {

constexpr char kForged[] = "handle/forged";
constexpr char kWrongKind[] = "handle/wrong-kind";

template <class Handle>
Handle As(uint64_t bits) {
  return reinterpret_cast<Handle>(static_cast<uintptr_t>(bits));
}

// One function for each kind of handle, which takes it as bits.
struct Taker {
  const char* kind;
  napi_status (*take)(napi_env env, uint64_t bits);
};
constexpr Taker kTakers[] = {
    {"value",
     [](napi_env env, uint64_t bits) {
       napi_valuetype type;
       return napi_typeof(env, As<napi_value>(bits), &type);
     }},
    {"env",
     [](napi_env, uint64_t bits) {
       void* data = nullptr;
       return napi_get_instance_data(As<napi_env>(bits), &data);
     }},
    {"callback info",
     [](napi_env env, uint64_t bits) {
       return napi_get_cb_info(env, As<napi_callback_info>(bits), nullptr, nullptr, nullptr,
                               nullptr);
     }},
    {"handle scope",
     [](napi_env env, uint64_t bits) {
       return napi_close_handle_scope(env, As<napi_handle_scope>(bits));
     }},
    {"escapable handle scope",
     [](napi_env env, uint64_t bits) {
       return napi_close_escapable_handle_scope(env, As<napi_escapable_handle_scope>(bits));
     }},
    {"escapable handle scope",
     [](napi_env env, uint64_t bits) {
       napi_value result = nullptr;
       return napi_escape_handle(env, As<napi_escapable_handle_scope>(bits), Number(env, 1),
                                 &result);
     }},
    {"work", [](napi_env env,
                uint64_t bits) { return napi_queue_async_work(env, As<napi_async_work>(bits)); }},
    {"reference",
     [](napi_env env, uint64_t bits) { return napi_delete_reference(env, As<napi_ref>(bits)); }},
    {"deferred",
     [](napi_env env, uint64_t bits) {
       return napi_reject_deferred(env, As<napi_deferred>(bits), Number(env, 1));
     }},
    {"thread-safe function",
     [](napi_env, uint64_t bits) {
       return napi_call_threadsafe_function(As<napi_threadsafe_function>(bits), nullptr,
                                            napi_tsfn_nonblocking);
     }},
    {"thread-safe function",
     [](napi_env env, uint64_t bits) {
       return napi_ref_threadsafe_function(env, As<napi_threadsafe_function>(bits));
     }},
    {"async context",
     [](napi_env env, uint64_t bits) {
       return napi_async_destroy(env, As<napi_async_context>(bits));
     }},
    {"callback scope",
     [](napi_env env, uint64_t bits) {
       return napi_close_callback_scope(env, As<napi_callback_scope>(bits));
     }},
    {"async cleanup hook",
     [](napi_env, uint64_t bits) {
       return napi_remove_async_cleanup_hook(As<napi_async_cleanup_hook_handle>(bits));
     }},
};

class HandleRules : public FunctionRules {
 protected:
  // One living handle of every kind, for body(env, info), and the ends of their lives.
  template <class Body>
  void WithHandles(Body body) {
    TestFunction function;
    TestWork work;
    Run([&](napi_env env) {
      CallInside(env, [&](napi_env inner, napi_callback_info info) -> napi_value {
        napi_ref reference = nullptr;
        napi_deferred deferred = nullptr;
        napi_value promise = nullptr;
        napi_async_context context = nullptr;
        napi_callback_scope callback_scope = nullptr;
        napi_handle_scope scope = nullptr;
        napi_escapable_handle_scope escapable = nullptr;
        napi_async_cleanup_hook_handle hook = nullptr;
        EXPECT_EQ(napi_create_reference(inner, Object(inner), 1, &reference), napi_ok);
        EXPECT_EQ(napi_create_promise(inner, &deferred, &promise), napi_ok);
        EXPECT_EQ(napi_async_init(inner, nullptr, Text(inner, "r"), &context), napi_ok);
        EXPECT_EQ(napi_open_callback_scope(inner, Object(inner), context, &callback_scope),
                  napi_ok);
        EXPECT_EQ(napi_open_handle_scope(inner, &scope), napi_ok);
        EXPECT_EQ(napi_open_escapable_handle_scope(inner, &escapable), napi_ok);
        EXPECT_EQ(napi_add_async_cleanup_hook(
                      inner, [](napi_async_cleanup_hook_handle, void*) {}, nullptr, &hook),
                  napi_ok);
        EXPECT_EQ(work.Create(inner), napi_ok);
        EXPECT_EQ(function.Create(inner), napi_ok);
        std::vector<std::pair<std::string, uint64_t>> handles = {
            {"value", BitsOf(promise)},
            {"env", BitsOf(inner)},
            {"callback info", BitsOf(info)},
            {"handle scope", BitsOf(scope)},
            {"escapable handle scope", BitsOf(escapable)},
            {"work", BitsOf(work.handle)},
            {"reference", BitsOf(reference)},
            {"deferred", BitsOf(deferred)},
            {"thread-safe function", BitsOf(function.handle)},
            {"async context", BitsOf(context)},
            {"callback scope", BitsOf(callback_scope)},
            {"async cleanup hook", BitsOf(hook)},
        };
        body(inner, handles);
        // Each is as good as ever.
        EXPECT_EQ(napi_remove_async_cleanup_hook(hook), napi_ok);
        EXPECT_EQ(napi_close_escapable_handle_scope(inner, escapable), napi_ok);
        EXPECT_EQ(napi_close_handle_scope(inner, scope), napi_ok);
        EXPECT_EQ(napi_close_callback_scope(inner, callback_scope), napi_ok);
        EXPECT_EQ(napi_async_destroy(inner, context), napi_ok);
        EXPECT_EQ(napi_resolve_deferred(inner, deferred, Number(inner, 1)), napi_ok);
        EXPECT_EQ(napi_delete_reference(inner, reference), napi_ok);
        EXPECT_EQ(napi_delete_async_work(inner, work.handle), napi_ok);
        EXPECT_EQ(function.Release(), napi_ok);
        EXPECT_EQ(TypeOf(inner, promise), napi_object);
        return nullptr;
      });
    });
    agent().RunLoop();
  }
  template <class Handle>
  static uint64_t BitsOf(Handle handle) {
    return reinterpret_cast<uintptr_t>(handle);
  }
};

TEST_F(HandleRules, Forged) {
  Breaks("handle/forged");
  int on_the_stack = 0;
  static int in_a_global;
  auto bits_of = [](double number) {
    uint64_t bits;
    static_assert(sizeof(bits) == sizeof(number));
    std::memcpy(&bits, &number, sizeof(bits));
    return bits;
  };
  // Pointers and numbers, what memory is filled with, and what other values of a program look like.
  const uint64_t strangers[] = {1,
                                4711,
                                BitsOf(&on_the_stack),
                                BitsOf(&in_a_global),
                                UINT64_MAX,
                                uint64_t{1} << 63,
                                0xcdcdcdcdcdcdcdcd,
                                0xbebebebebebebebe,
                                0xaaaaaaaaaaaaaaaa,
                                0x4141414141414141,
                                0xdeadbeefdeadbeef,
                                0x656c706d61786520,
                                bits_of(1),
                                bits_of(-1.5),
                                bits_of(1e300),
                                bits_of(std::numeric_limits<double>::infinity()),
                                bits_of(std::numeric_limits<double>::quiet_NaN())};
  Run([&](napi_env env) {
    for (const Taker& taker : kTakers) {
      for (uint64_t bits : strangers) {
        EXPECT_EQ(taker.take(env, bits), napi_invalid_arg) << taker.kind << std::hex << bits;
        EXPECT_THAT(Reports(), ElementsAre(kForged)) << taker.kind << " " << std::hex << bits;
      }
    }
  });
}

// Bits of the right kind, for places and lives that there were not, or not yet.
TEST_F(HandleRules, HandlesThatAreComputed) {
  WithHandles([&](napi_env env, const auto& handles) {
    for (const auto& [kind, bits] : handles) {
      for (const Taker& taker : kTakers) {
        if (kind != taker.kind) continue;
        constexpr uint64_t kKind = uint64_t{0xf} << 60;
        // No generation or epoch, one that is to come, and places far and near.
        for (uint64_t computed :
             {bits & kKind, (bits & kKind) | 0xffffffff, bits >> 32 << 32, bits | 0x7fffffff,
              (bits & kKind) | uint64_t{0x0fffffff} << 32 | 0xfffffffe,
              ((bits >> 32) + 1) << 32 | 0xfffffff0}) {
          EXPECT_EQ(taker.take(env, computed), napi_invalid_arg) << kind << std::hex << computed;
          EXPECT_THAT(Reports(), ElementsAre(kForged)) << kind << " " << std::hex << computed;
        }
      }
    }
  });
}

TEST_F(HandleRules, WrongKind) {
  Breaks("handle/wrong-kind");
  int tried = 0;
  WithHandles([&](napi_env env, const auto& handles) {
    for (const auto& [kind, bits] : handles) {
      for (const Taker& taker : kTakers) {
        if (kind == taker.kind) continue;
        ++tried;
        EXPECT_EQ(taker.take(env, bits), napi_invalid_arg) << kind << " as " << taker.kind;
        EXPECT_THAT(Reports(), ElementsAre(kWrongKind)) << kind << " as " << taker.kind;
        EXPECT_THAT(LastJson(), testing::HasSubstr("a " + kind + " is passed as " + taker.kind));
      }
    }
  });
  EXPECT_EQ(tried, 12 * 14 - 14);
}

// Both are pointers to one thing in the headers of C; engines free another class for each.
TEST_F(HandleRules, APlainCloseOfAnEscapableScopeIsOfTheWrongKind) {
  Run([](napi_env env) {
    napi_escapable_handle_scope scope = nullptr;
    ASSERT_EQ(napi_open_escapable_handle_scope(env, &scope), napi_ok);
    EXPECT_EQ(napi_close_handle_scope(env, reinterpret_cast<napi_handle_scope>(scope)),
              napi_invalid_arg);
    EXPECT_EQ(napi_close_escapable_handle_scope(env, scope), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre(kWrongKind));
}

TEST_F(HandleRules, EveryHandleIsTakenWhereItsKindIsExpected) {
  Keeps("handle/forged", "handle/wrong-kind");
  // The ends of their lives take the rest.
  WithHandles([](napi_env env, const auto& handles) {
    for (const auto& [kind, bits] : handles) {
      if (kind != "value" && kind != "callback info" && kind != "env") continue;
      for (const Taker& taker : kTakers) {
        if (kind == taker.kind) {
          EXPECT_EQ(taker.take(env, bits), napi_ok) << kind;
        }
      }
    }
  });
}

TEST_F(HandleRules, NullIsNoHandleAndTheHostsToAnswer) {
  Keeps("handle/forged", "handle/wrong-kind");
  Run([](napi_env env) {
    for (const Taker& taker : kTakers) {
      if (taker.kind == std::string("thread-safe function") ||
          taker.kind == std::string("deferred")) {
        continue;
      }
      EXPECT_EQ(taker.take(env, 0), napi_invalid_arg) << taker.kind;
    }
  });
}

}  // namespace
}  // namespace napisan
