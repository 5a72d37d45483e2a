// async-work/*: each rule with a module that breaks it and one that comes close and does not.
#include "rule_test.h"

namespace napisan {
namespace {

class AsyncWorkRules : public RuleTest {
 protected:
  // Created and queued; complete deletes it unless the test says otherwise.
  void Queue(TestWork& work) {
    Run([&](napi_env env) {
      ASSERT_EQ(work.Create(env), napi_ok);
      ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    });
  }
  void Delete(TestWork& work, napi_status expected) {
    Run([&](napi_env env) { EXPECT_EQ(napi_delete_async_work(env, work.handle), expected); });
  }
  static void DeleteInComplete(napi_env env, napi_status, TestWork& work) {
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_ok);
  }
};

TEST_F(AsyncWorkRules, AWorkIsCreatedQueuedExecutedCompletedAndDeleted) {
  Keeps("async-work/double-delete", "async-work/use-after-delete", "async-work/delete-while-queued",
        "async-work/queue-twice", "async-work/null-complete", "async-work/leaked");
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  ASSERT_TRUE(agent().StepExecute(0));
  EXPECT_EQ(work.completed, 0);
  ASSERT_TRUE(agent().StepComplete());
  EXPECT_EQ(work.executed, 1);
  EXPECT_EQ(work.completed, 1);
  EXPECT_EQ(work.status, napi_ok);
}

TEST_F(AsyncWorkRules, AWorkMayBeDeletedLaterOrWithoutBeingQueued) {
  Keeps("async-work/leaked", "async-work/cancel-not-queued", "async-work/delete-while-queued");
  TestWork later;
  TestWork never_queued;
  Queue(later);
  agent().RunLoop();
  Delete(later, napi_ok);
  Run([&](napi_env env) {
    ASSERT_EQ(never_queued.Create(env), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, never_queued.handle), napi_ok);
  });
}

TEST_F(AsyncWorkRules, DoubleDelete) {
  Breaks("async-work/double-delete");
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_invalid_arg);
  };
  Queue(work);
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre("async-work/double-delete"));
}

TEST_F(AsyncWorkRules, ASlotUsedAgainIsStillADoubleDelete) {
  TestWork first;
  TestWork second;
  Run([&](napi_env env) {
    ASSERT_EQ(first.Create(env), napi_ok);
    ASSERT_EQ(napi_delete_async_work(env, first.handle), napi_ok);
    ASSERT_EQ(second.Create(env), napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, first.handle), napi_invalid_arg);
    EXPECT_EQ(napi_delete_async_work(env, second.handle), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/double-delete"));
}

TEST_F(AsyncWorkRules, UseAfterDelete) {
  Breaks("async-work/use-after-delete");
  TestWork work;
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    ASSERT_EQ(napi_delete_async_work(env, work.handle), napi_ok);
    EXPECT_EQ(napi_queue_async_work(env, work.handle), napi_invalid_arg);
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_invalid_arg);
  });
  EXPECT_EQ(work.executed, 0);
  EXPECT_THAT(Reports(), ElementsAre("async-work/use-after-delete", "async-work/use-after-delete"));
}

TEST_F(AsyncWorkRules, DeleteWhileQueued) {
  Breaks("async-work/delete-while-queued");
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  Delete(work, napi_generic_failure);
  EXPECT_THAT(Reports(), ElementsAre("async-work/delete-while-queued"));
  agent().RunLoop();
  EXPECT_EQ(work.completed, 1);
}

TEST_F(AsyncWorkRules, ADeleteBetweenExecuteAndCompleteIsADeleteWhileQueued) {
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  ASSERT_TRUE(agent().StepExecute(0));
  Delete(work, napi_generic_failure);
  EXPECT_THAT(Reports(), ElementsAre("async-work/delete-while-queued"));
  agent().RunLoop();
}

TEST_F(AsyncWorkRules, DeleteAfterCancelBeforeComplete) {
  Breaks("async-work/delete-after-cancel-before-complete");
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  Run([&](napi_env env) { EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_ok); });
  Delete(work, napi_generic_failure);
  EXPECT_THAT(Reports(), ElementsAre("async-work/delete-after-cancel-before-complete"));
  agent().RunLoop();
  EXPECT_EQ(work.executed, 0);
  EXPECT_EQ(work.status, napi_cancelled);
}

TEST_F(AsyncWorkRules, ACancelledWorkIsDeletedInComplete) {
  Keeps("async-work/delete-after-cancel-before-complete", "async-work/cancel-not-queued");
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  Run([&](napi_env env) { EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_ok); });
  agent().RunLoop();
  EXPECT_EQ(work.executed, 0);
  EXPECT_EQ(work.completed, 1);
  EXPECT_EQ(work.status, napi_cancelled);
}

TEST_F(AsyncWorkRules, CancelStatusIgnored) {
  Breaks("async-work/cancel-status-ignored");
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  ASSERT_TRUE(agent().StepExecute(0));
  Run([&](napi_env env) {
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_generic_failure);
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_generic_failure);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/cancel-status-ignored"));
  agent().RunLoop();
}

TEST_F(AsyncWorkRules, ACancelThatFailedMayBeIgnoredWhenNothingFollowsFromIt) {
  Keeps("async-work/cancel-status-ignored");
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  ASSERT_TRUE(agent().StepExecute(0));
  Run([&](napi_env env) {
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_generic_failure);
  });
  agent().RunLoop();
  EXPECT_EQ(work.status, napi_ok);
}

TEST_F(AsyncWorkRules, QueueTwice) {
  Breaks("async-work/queue-twice");
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  Run([&](napi_env env) {
    EXPECT_EQ(napi_queue_async_work(env, work.handle), napi_generic_failure);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/queue-twice"));
  agent().RunLoop();
  EXPECT_EQ(work.executed, 1);
  EXPECT_EQ(work.completed, 1);
}

TEST_F(AsyncWorkRules, RequeueAfterComplete) {
  Breaks("async-work/requeue-after-complete");
  TestWork work;
  work.on_complete = [](napi_env env, napi_status status, TestWork& self) {
    if (self.completed == 1) {
      EXPECT_EQ(napi_queue_async_work(env, self.handle), napi_ok);
    } else {
      DeleteInComplete(env, status, self);
    }
  };
  Queue(work);
  agent().RunLoop();
  EXPECT_EQ(work.executed, 2);
  EXPECT_EQ(work.completed, 2);
  EXPECT_THAT(Reports(), ElementsAre("async-work/requeue-after-complete"));
}

TEST_F(AsyncWorkRules, ACompleteQueuesAnotherWorkForTheRest) {
  Keeps("async-work/requeue-after-complete", "async-work/queue-twice");
  TestWork first;
  TestWork second;
  first.extra = &second;
  second.on_complete = DeleteInComplete;
  first.on_complete = [](napi_env env, napi_status status, TestWork& self) {
    auto& next = *static_cast<TestWork*>(self.extra);
    EXPECT_EQ(next.Create(env), napi_ok);
    EXPECT_EQ(napi_queue_async_work(env, next.handle), napi_ok);
    DeleteInComplete(env, status, self);
  };
  Queue(first);
  agent().RunLoop();
  EXPECT_EQ(first.completed, 1);
  EXPECT_EQ(second.completed, 1);
}

TEST_F(AsyncWorkRules, CancelNotQueued) {
  Breaks("async-work/cancel-not-queued");
  TestWork work;
  Run([&](napi_env env) {
    ASSERT_EQ(work.Create(env), napi_ok);
    EXPECT_EQ(napi_cancel_async_work(env, work.handle), napi_invalid_arg);
    EXPECT_EQ(napi_delete_async_work(env, work.handle), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/cancel-not-queued"));
}

TEST_F(AsyncWorkRules, Leaked) {
  Breaks("async-work/leaked");
  TestWork never_queued;
  TestWork completed;
  Run([&](napi_env env) { ASSERT_EQ(never_queued.Create(env), napi_ok); });
  Queue(completed);
  agent().RunLoop();
  Teardown();
  EXPECT_THAT(Reports(), ElementsAre("async-work/leaked", "async-work/leaked"));
}

TEST_F(AsyncWorkRules, AWorkInFlightAtTeardownCompletesAndIsNoLeak) {
  Keeps("async-work/leaked");
  TestWork work;
  work.on_complete = DeleteInComplete;
  Queue(work);
  Teardown();
  EXPECT_EQ(work.completed, 1);
}

TEST_F(AsyncWorkRules, ExecuteCallsNapi) {
  Breaks("async-work/execute-calls-napi");
  TestWork work;
  work.on_complete = DeleteInComplete;
  work.on_execute = [](napi_env env, TestWork&) {
    napi_value value = nullptr;
    EXPECT_EQ(napi_create_int32(env, 1, &value), napi_generic_failure);
    EXPECT_EQ(value, nullptr);
  };
  Queue(work);
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre("async-work/execute-calls-napi"));
}

TEST_F(AsyncWorkRules, InsideExecuteThisRuleComesBeforeEveryOther) {
  TestWork work;
  TestWork deleted;
  Run([&](napi_env env) {
    ASSERT_EQ(deleted.Create(env), napi_ok);
    ASSERT_EQ(napi_delete_async_work(env, deleted.handle), napi_ok);
  });
  work.extra = deleted.handle;
  work.on_complete = DeleteInComplete;
  work.on_execute = [](napi_env env, TestWork& self) {
    EXPECT_EQ(napi_delete_async_work(env, static_cast<napi_async_work>(self.extra)),
              napi_generic_failure);
  };
  Queue(work);
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre("async-work/execute-calls-napi"));
}

TEST_F(AsyncWorkRules, DeleteWhileExecutingIsToldAsTheCallFromExecuteThatItIs) {
  TestWork work;
  work.on_complete = DeleteInComplete;
  work.on_execute = [](napi_env env, TestWork& self) {
    EXPECT_EQ(napi_delete_async_work(env, self.handle), napi_generic_failure);
  };
  Queue(work);
  agent().RunLoop();
  EXPECT_THAT(Reports(), ElementsAre("async-work/execute-calls-napi"));
}

TEST_F(AsyncWorkRules, WrongEnv) {
  Breaks("async-work/wrong-env");
  HostAgent::ModuleRef other = Add("other_module");
  TestWork work;
  Run([&](napi_env env) { ASSERT_EQ(work.Create(env), napi_ok); });
  agent().Run(other, [&](napi_env env) {
    EXPECT_EQ(napi_queue_async_work(env, work.handle), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/wrong-env"));
  Delete(work, napi_ok);
}

TEST_F(AsyncWorkRules, EachEnvHasItsOwnWorks) {
  Keeps("async-work/wrong-env");
  HostAgent::ModuleRef other = Add("other_module");
  TestWork mine;
  TestWork theirs;
  mine.on_complete = theirs.on_complete = DeleteInComplete;
  Queue(mine);
  agent().Run(other, [&](napi_env env) {
    ASSERT_EQ(theirs.Create(env), napi_ok);
    EXPECT_EQ(napi_queue_async_work(env, theirs.handle), napi_ok);
    EXPECT_EQ(napi_cancel_async_work(env, theirs.handle), napi_ok);
  });
  agent().RunLoop();
  EXPECT_EQ(mine.status, napi_ok);
  EXPECT_EQ(theirs.status, napi_cancelled);
}

TEST_F(AsyncWorkRules, NullComplete) {
  Breaks("async-work/null-complete");
  Run([&](napi_env env) {
    napi_async_work work = nullptr;
    EXPECT_EQ(napi_create_async_work(env, nullptr, Text(env, "w"), TestWork::Execute, nullptr,
                                     nullptr, &work),
              napi_ok);
    EXPECT_EQ(napi_delete_async_work(env, work), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/null-complete"));
}

TEST_F(AsyncWorkRules, AWorkWithoutACompleteIsInFlightUntilItsCompletionIsDelivered) {
  TestWork work;
  napi_async_work cancelled = nullptr;
  Run([&](napi_env env) {
    ASSERT_EQ(napi_create_async_work(env, nullptr, Text(env, "w"), TestWork::Execute, nullptr,
                                     &work, &work.handle),
              napi_ok);
    ASSERT_EQ(napi_create_async_work(env, nullptr, Text(env, "w"), TestWork::Execute, nullptr,
                                     &work, &cancelled),
              napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, work.handle), napi_ok);
    ASSERT_EQ(napi_queue_async_work(env, cancelled), napi_ok);
    ASSERT_EQ(napi_cancel_async_work(env, cancelled), napi_ok);
  });
  EXPECT_THAT(Reports(), ElementsAre("async-work/null-complete", "async-work/null-complete"));
  ASSERT_TRUE(agent().StepExecute(0));
  Delete(work, napi_generic_failure);
  EXPECT_THAT(Reports(), ElementsAre("async-work/delete-while-queued"));
  agent().RunLoop();
  Delete(work, napi_ok);
  Run([&](napi_env env) { EXPECT_EQ(napi_delete_async_work(env, cancelled), napi_ok); });
}

TEST_F(AsyncWorkRules, ACancelThatFailedIsOfNoLaterLife) {
  TestWork work;
  work.on_complete = [](napi_env env, napi_status, TestWork& self) {
    if (self.completed > 1) return;
    EXPECT_EQ(napi_cancel_async_work(env, self.handle), napi_generic_failure);
    EXPECT_EQ(napi_queue_async_work(env, self.handle), napi_ok);
  };
  Queue(work);
  ASSERT_TRUE(agent().StepExecute(0));
  ASSERT_TRUE(agent().StepComplete());
  EXPECT_THAT(Reports(), ElementsAre("async-work/requeue-after-complete"));
  Delete(work, napi_generic_failure);
  EXPECT_THAT(Reports(), ElementsAre("async-work/delete-while-queued"));
  agent().RunLoop();
  Delete(work, napi_ok);
}

TEST_F(AsyncWorkRules, NullArgumentsAreTheHostsToAnswerAndNoReport) {
  Run([&](napi_env env) {
    EXPECT_EQ(napi_delete_async_work(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_queue_async_work(env, nullptr), napi_invalid_arg);
    EXPECT_EQ(napi_cancel_async_work(env, nullptr), napi_invalid_arg);
    napi_async_work work = nullptr;
    EXPECT_EQ(napi_create_async_work(env, nullptr, Text(env, "w"), nullptr, TestWork::Complete,
                                     nullptr, &work),
              napi_invalid_arg);
    EXPECT_EQ(napi_create_async_work(env, nullptr, Text(env, "w"), TestWork::Execute,
                                     TestWork::Complete, nullptr, nullptr),
              napi_invalid_arg);
  });
}

TEST_F(AsyncWorkRules, ForgedHandles) {
  Run([&](napi_env env) {
    EXPECT_EQ(napi_delete_async_work(env, Forged<napi_async_work>()), napi_invalid_arg);
    EXPECT_EQ(napi_queue_async_work(env, Forged<napi_async_work>(UINTPTR_MAX)), napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle/forged", "handle/forged"));
}

TEST_F(AsyncWorkRules, HandlesOfAnotherKind) {
  Run([&](napi_env env) {
    napi_value value = Number(env, 1);
    EXPECT_EQ(napi_delete_async_work(env, reinterpret_cast<napi_async_work>(value)),
              napi_invalid_arg);
  });
  EXPECT_THAT(Reports(), ElementsAre("handle/wrong-kind"));
}

}  // namespace
}  // namespace napisan
