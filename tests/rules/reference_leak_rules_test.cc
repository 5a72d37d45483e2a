// reference/leaked: what is forgotten, and what a module still has where it can find it.
#include <list>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "rule_test.h"

namespace napisan {
namespace {

constexpr char kLeaked[] = "reference/leaked";

class ReferenceLeaks : public RuleTest {
 protected:
  static napi_ref Make(napi_env env, uint32_t count = 1) {
    napi_ref reference = nullptr;
    EXPECT_EQ(napi_create_reference(env, Object(env), count, &reference), napi_ok);
    return reference;
  }
};

TEST_F(ReferenceLeaks, Leaked) {
  Breaks("reference/leaked");
  Run([](napi_env env) { Make(env); });
  agent().RunLoop();
  EXPECT_THAT(Reports(), IsEmpty());
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre(kLeaked));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"function\":\"napi_create_reference\""));
  EXPECT_THAT(LastJson(), testing::HasSubstr("\"kind\":\"leak\""));
}

TEST_F(ReferenceLeaks, AWeakOneLeaksAsWell) {
  Run([](napi_env env) { Make(env, 0); });
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre(kLeaked));
}

TEST_F(ReferenceLeaks, EachOneIsTold) {
  Run([](napi_env env) {
    for (int i = 0; i < 3; ++i) Make(env);
  });
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre(kLeaked, kLeaked, kLeaked));
}

TEST_F(ReferenceLeaks, ARequestThatIsFreedWithItsReferenceLeaksIt) {
  struct Request {
    TestWork work;
    napi_ref callback;
  };
  auto* request = new Request;
  request->work.extra = request;
  request->work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
    auto* freed = static_cast<Request*>(self.extra);
    // What an allocator leaves in freed memory, and somebody still points at, is taken for held.
    *freed = {};
    delete freed;
  };
  Run([&](napi_env env) {
    request->callback = Make(env);
    ASSERT_EQ(request->work.Create(env), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, request->work.handle), napi_ok);
  });
  agent().RunLoop();
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre(kLeaked));
}

TEST_F(ReferenceLeaks, WhatIsOverwrittenInAGlobalLeaks) {
  static napi_ref global;
  Run([](napi_env env) {
    global = Make(env);
    global = Make(env);
  });
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre(kLeaked)) << "the first one; the second is still there";
  EXPECT_NE(global, nullptr);
}

// A refused delete is a report of its own, and why the reference is there still.
TEST_F(ReferenceLeaks, WhatARefusedCallLeavesBehindIsNoSecondMistake) {
  HostAgent::ModuleRef other = Add("other_module");
  Run([&](napi_env env) {
    napi_ref reference = Make(env);
    agent().Run(other, [&](napi_env wrong) {
      EXPECT_EQ(napi_delete_reference(wrong, reference), napi_invalid_arg);
    });
  });
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("env/cross-env-handle"));
}

TEST_F(ReferenceLeaks, WhatInitMakesIsThereForGood) {
  Keeps("reference/leaked", "async-work/leaked", "deferred/never-settled");
  NoteRun();
  Add("makes_in_init", 8, [](napi_env env, napi_value exports) {
    Make(env);
    TestWork work;
    EXPECT_EQ(work.Create(env), napi_ok);
    napi_deferred deferred = nullptr;
    napi_value promise = nullptr;
    EXPECT_EQ(napi_create_promise(env, &deferred, &promise), napi_ok);
    return exports;
  });
  Teardown();
}

// Still reachable, as leak sanitizers say: in globals, in thread-local variables, in instance data,
// and in whatever hangs on them.

TEST_F(ReferenceLeaks, WhatAGlobalHolds) {
  Keeps("reference/leaked");
  static napi_ref global;
  Run([](napi_env env) { global = Make(env); });
  Teardown();
  EXPECT_NE(global, nullptr);
}

TEST_F(ReferenceLeaks, WhatAThreadLocalVariableHolds) {
  Keeps("reference/leaked");
  static thread_local napi_ref mine;
  static thread_local std::vector<napi_ref> more;
  Run([](napi_env env) {
    mine = Make(env);
    for (int i = 0; i < 5; ++i) more.push_back(Make(env));
  });
  Teardown();
  EXPECT_NE(mine, nullptr);
  more = {};
}

TEST_F(ReferenceLeaks, WhatALongVectorHolds) {
  Keeps("reference/leaked");
  static std::vector<napi_ref> references;
  Run([](napi_env env) {
    for (int i = 0; i < 1000; ++i) references.push_back(Make(env));
  });
  Teardown();
  references = {};
}

TEST_F(ReferenceLeaks, WhatTreesListsAndTablesHold) {
  Keeps("reference/leaked");
  struct Constructor {
    std::string name;
    napi_ref reference;
  };
  static std::map<int, std::unique_ptr<Constructor>> tree;
  static std::list<napi_ref> list;
  static std::unordered_map<std::string, napi_ref> table;
  Run([](napi_env env) {
    for (int i = 0; i < 300; ++i) {
      std::string name = "a class with a name of some length " + std::to_string(i);
      tree[i] = std::make_unique<Constructor>(Constructor{name, Make(env)});
      list.push_back(Make(env));
      table[name] = Make(env);
    }
  });
  Teardown();
  tree.clear();
  list.clear();
  table.clear();
}

TEST_F(ReferenceLeaks, WhatInstanceDataHoldsHoweverDeep) {
  Keeps("reference/leaked");
  struct Node {
    std::unique_ptr<Node> next;
    napi_ref reference;
  };
  static std::unique_ptr<Node> kept;
  Run([](napi_env env) {
    std::unique_ptr<Node> first;
    for (int i = 0; i < 50; ++i) {
      first = std::make_unique<Node>(Node{std::move(first), Make(env)});
    }
    ASSERT_EQ(napi_set_instance_data(env, first.release(), nullptr, nullptr), napi_ok);
  });
  void* data = nullptr;
  Run([&](napi_env env) { ASSERT_EQ(napi_get_instance_data(env, &data), napi_ok); });
  Teardown();
  kept.reset(static_cast<Node*>(data));
}

TEST_F(ReferenceLeaks, WhatFinalizersAndHooksDeleteAtTheEnd) {
  Keeps("reference/leaked", "reference/use-after-delete", "handle-scope/none-open");
  struct Held {
    napi_env env;
    napi_ref reference;

    static void Hook(void* data) { Free(static_cast<Held*>(data)); }
    static void Finalize(node_api_basic_env, void* data, void*) { Free(static_cast<Held*>(data)); }
    static void Free(Held* held) {
      napi_value value = nullptr;
      EXPECT_EQ(napi_get_reference_value(held->env, held->reference, &value), napi_ok);
      EXPECT_EQ(TypeOf(held->env, value), napi_object);
      EXPECT_EQ(napi_delete_reference(held->env, held->reference), napi_ok);
      delete held;
    }
  };
  Run([](napi_env env) {
    EXPECT_EQ(napi_add_env_cleanup_hook(env, Held::Hook, new Held{env, Make(env)}), napi_ok);
    EXPECT_EQ(
        napi_wrap(env, Object(env), new Held{env, Make(env)}, Held::Finalize, nullptr, nullptr),
        napi_ok);
    napi_value external = nullptr;
    EXPECT_EQ(
        napi_create_external(env, new Held{env, Make(env)}, Held::Finalize, nullptr, &external),
        napi_ok);
  });
  Teardown();
}

}  // namespace
}  // namespace napisan
