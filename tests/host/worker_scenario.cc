#include "worker_scenario.h"

namespace napisan {
namespace {

#define EXPECT_OK(call) EXPECT_EQ((call), napi_ok)

napi_value Text(napi_env env, const char* text) {
  napi_value value = nullptr;
  EXPECT_OK(napi_create_string_utf8(env, text, NAPI_AUTO_LENGTH, &value));
  return value;
}

// Once the worker is stopped, what needs JavaScript is refused; until then it must succeed.
bool Went(napi_status status) {
  EXPECT_TRUE(status == napi_ok || status == napi_pending_exception) << status;
  return status == napi_ok;
}

}  // namespace

int WorkerScenario::Run(HostAgent& parent, HostAgent::ModuleRef module) {
  int exit_code = -1;
  {
    HostWorker worker(parent, [this](HostWorkerScope& self) { Script(self); });
    worker.OnExit([&](int code) { exit_code = code; });
    parent.Run(module, [&](napi_env env) { worker.PostMessage(env, Text(env, "go")); });
    // The parent's loop is turned meanwhile.
    std::thread terminator([&] {
      WaitFor([&] { return reached_ || ended_ || target_ == WorkerStep::kNone; });
      std::this_thread::sleep_for(delay_);
      worker.Terminate();
      terminated_ = true;
      gate_open_ = true;
    });
    parent.RunLoop();
    ended_ = true;
    terminator.join();
  }
  EXPECT_EQ(reached_, target_ != WorkerStep::kNone) << "the target was never reached";
  return exit_code;
}

void WorkerScenario::Reach(WorkerStep step) {
  if (step != target_ || reached_) return;
  reached_ = true;
  WaitFor([this] { return terminated_.load(); });
}

void WorkerScenario::Script(HostWorkerScope& self) {
  self_ = &self;
  HostAgent::ModuleRef module = 0;
  std::string error;
  if (!self.agent().Add("scenario", nullptr, 8, module, error)) return;
  Reach(WorkerStep::kModuleAdded);
  self.agent().Run(module, [this](napi_env env) {
    AddHooks(env);
    Reach(WorkerStep::kHooksAdded);
    AddFinalizers(env);
    Reach(WorkerStep::kFinalizersAdded);
    MakeFunction(env);
    Reach(WorkerStep::kFunctionsMade);
    if (function_ != nullptr) {
      for (int i = 0; i < kProducers; ++i) producers_.emplace_back([this, i] { Produce(i == 0); });
      WaitFor([this] { return producers_full_ > 0; });
    }
    Reach(WorkerStep::kProducersBlocked);
    Work* quick = NewWork(env, false);
    Queue(env, quick);
    WaitFor([this] { return executed_ == 1; });
    Reach(WorkerStep::kWorkFinished);
    for (int i = 0; i < kGated; ++i) Queue(env, NewWork(env, true));
    WaitFor([this] { return executing_ == 1 + kGated || gate_open_; });
    Reach(WorkerStep::kWorksExecuting);
    Work* last = nullptr;
    for (int i = 0; i < kQueued; ++i) Queue(env, last = NewWork(env, true));
    Reach(WorkerStep::kWorksQueued);
    // The gate may be open already; complete tells whether it came too late.
    napi_cancel_async_work(env, last->handle);
    Reach(WorkerStep::kWorkCancelled);
    // One that is never queued is deleted all the same.
    Work* idle = NewWork(env, true);
    EXPECT_OK(napi_delete_async_work(env, idle->handle));
    delete idle;
    ++deleted_;
  });
  self.OnMessage(module, [this](napi_env, napi_value) { Reach(WorkerStep::kInOnMessage); });
  Reach(WorkerStep::kScriptDone);
}

void WorkerScenario::AddHooks(napi_env env) {
  EXPECT_OK(napi_get_uv_event_loop(env, &loop_));
  auto add = [&](char letter) {
    EXPECT_OK(napi_add_env_cleanup_hook(env, Hook, new NamedHook{this, letter}));
    hooks_made_ += letter;
  };
  add('a');
  EXPECT_OK(napi_add_async_cleanup_hook(env, AsyncHook, this, nullptr));
  hooks_made_ += 'b';
  add('c');
  EXPECT_OK(napi_add_async_cleanup_hook(env, LateAsyncHook, this, &late_handle_));
  hooks_made_ += 'd';
  add('e');
  async_made_ = 2;
}

void WorkerScenario::Hook(void* data) {
  auto* named = static_cast<NamedHook*>(data);
  named->scenario->hooks_ran_ += named->letter;
  named->scenario->Reach(WorkerStep::kInHook);
  delete named;
}

void WorkerScenario::AsyncHook(napi_async_cleanup_hook_handle handle, void* data) {
  WorkerScenario& self = Self(data);
  self.hooks_ran_ += 'b';
  EXPECT_OK(napi_remove_async_cleanup_hook(handle));
  ++self.async_ran_;
}

// Ends on a later turn of the loop, with a handle of the module's own.
void WorkerScenario::LateAsyncHook(napi_async_cleanup_hook_handle handle, void* data) {
  WorkerScenario& self = Self(data);
  self.hooks_ran_ += 'd';
  EXPECT_EQ(handle, self.late_handle_);
  EXPECT_EQ(uv_timer_init(self.loop_, &self.timer_), 0);
  self.timer_.data = data;
  auto fire = [](uv_timer_t* timer) {
    uv_close(reinterpret_cast<uv_handle_t*>(timer), [](uv_handle_t* closed) {
      WorkerScenario& scenario = Self(closed->data);
      ++scenario.async_ran_;
      EXPECT_OK(napi_remove_async_cleanup_hook(scenario.late_handle_));
    });
  };
  EXPECT_EQ(uv_timer_start(&self.timer_, fire, 1, 0), 0);
  self.Reach(WorkerStep::kInAsyncHook);
}

void WorkerScenario::AddFinalizers(napi_env env) {
  auto counted = [this](napi_status status) { finalizers_made_ += Went(status) ? 1 : 0; };
  counted(napi_set_instance_data(env, this, FinalizeInstanceData, nullptr));
  napi_value object = nullptr;
  EXPECT_OK(napi_create_object(env, &object));
  counted(napi_wrap(env, object, this, Finalize, nullptr, nullptr));
  napi_value external = nullptr;
  counted(napi_create_external(env, this, Finalize, nullptr, &external));
  static char memory[64];
  counted(napi_create_external_arraybuffer(
      env, memory, sizeof(memory),
      [](node_api_basic_env, void*, void* hint) { ++Self(hint).finalized_; }, this, &external));
}

void WorkerScenario::Finalize(napi_env, void* data, void*) { ++Self(data).finalized_; }

// The one that no collector runs before the env ends.
void WorkerScenario::FinalizeInstanceData(napi_env env, void* data, void* hint) {
  Finalize(env, data, hint);
  Self(data).Reach(WorkerStep::kInFinalizer);
}

void WorkerScenario::MakeFunction(napi_env env) {
  if (!with_functions_) return;
  napi_status status =
      napi_create_threadsafe_function(env, nullptr, nullptr, Text(env, "scenario"), 4, kProducers,
                                      this, FinalizeFunction, this, CallJs, &function_);
  if (status != napi_ok) {
    Went(status);
    return;
  }
  ++functions_made_;
}

// One producer alone blocks: of several a host may wake too few (nodejs/node#58723).
void WorkerScenario::Produce(bool blocks) {
  for (int i = 0; i < kItems;) {
    napi_status status = napi_call_threadsafe_function(function_, this, napi_tsfn_nonblocking);
    if (status == napi_queue_full) {
      ++producers_full_;
      Reach(WorkerStep::kOnProducer);
      if (blocks) {
        status = napi_call_threadsafe_function(function_, this, napi_tsfn_blocking);
      } else {
        std::this_thread::sleep_for(std::chrono::microseconds(20));
        continue;
      }
    }
    if (status == napi_closing) {
      ++producers_ended_;
      return;
    }
    EXPECT_OK(status);
    ++sent_;
    ++i;
  }
  EXPECT_OK(napi_release_threadsafe_function(function_, napi_tsfn_release));
  ++producers_ended_;
}

void WorkerScenario::CallJs(napi_env env, napi_value, void* context, void* data) {
  WorkerScenario& self = Self(context);
  EXPECT_EQ(data, context);
  ++(env != nullptr ? self.called_ : self.drained_);
  if (env == nullptr) return;
  self.Reach(WorkerStep::kInCallJs);
  // A promise, so that microtasks are due when this returns.
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  if (!Went(napi_create_promise(env, &deferred, &promise))) return;
  napi_value undefined = nullptr;
  EXPECT_OK(napi_get_undefined(env, &undefined));
  napi_value then = nullptr;
  napi_value reaction = nullptr;
  napi_value result = nullptr;
  auto reach = [](napi_env in, napi_callback_info info) -> napi_value {
    void* scenario = nullptr;
    EXPECT_OK(napi_get_cb_info(in, info, nullptr, nullptr, nullptr, &scenario));
    Self(scenario).Reach(WorkerStep::kInMicrotask);
    return nullptr;
  };
  if (Went(napi_get_named_property(env, promise, "then", &then)) &&
      Went(napi_create_function(env, "reach", NAPI_AUTO_LENGTH, reach, context, &reaction))) {
    Went(napi_call_function(env, promise, then, 1, &reaction, &result));
  }
  // Where it fails, the deferred is lost with its env.
  Went(napi_resolve_deferred(env, deferred, undefined));
}

void WorkerScenario::FinalizeFunction(napi_env, void* data, void* hint) {
  EXPECT_EQ(data, hint);
  WorkerScenario& self = Self(data);
  // They have been told napi_closing, or have released it; some hosts free it after this.
  for (std::thread& producer : self.producers_) producer.join();
  ++self.functions_finalized_;
}

WorkerScenario::Work* WorkerScenario::NewWork(napi_env env, bool gated) {
  auto* work = new Work{this, nullptr, gated};
  EXPECT_OK(napi_create_async_work(env, nullptr, Text(env, "scenario"), Execute, Complete, work,
                                   &work->handle));
  ++works_made_;
  return work;
}

void WorkerScenario::Queue(napi_env env, Work* work) {
  EXPECT_OK(napi_queue_async_work(env, work->handle));
  ++works_queued_;
}

void WorkerScenario::Execute(napi_env, void* data) {
  auto& work = *static_cast<Work*>(data);
  WorkerScenario& self = *work.scenario;
  ++self.executing_;
  if (work.gated) {
    self.Reach(WorkerStep::kInExecute);
    WaitFor([&] { return self.gate_open_.load(); });
  }
  ++self.executed_;
}

void WorkerScenario::Complete(napi_env env, napi_status status, void* data) {
  auto* work = static_cast<Work*>(data);
  WorkerScenario& self = *work->scenario;
  EXPECT_TRUE(status == napi_ok || status == napi_cancelled) << status;
  self.cancelled_ += status == napi_cancelled ? 1 : 0;
  self.Reach(status == napi_ok ? WorkerStep::kInComplete : WorkerStep::kInCompleteOfCancelled);
  // What needs JavaScript is tried, as modules do.
  napi_value object = nullptr;
  EXPECT_OK(napi_create_object(env, &object));
  Went(napi_set_named_property(env, object, "a", object));
  EXPECT_OK(napi_delete_async_work(env, work->handle));
  delete work;
  ++self.deleted_;
  ++self.completed_;
  self.gate_open_ = true;
  if (self.completed_ == self.works_queued_) self.self_->Close();
}

void WorkerScenario::Expect() const {
  EXPECT_EQ(completed_, works_queued_);
  EXPECT_EQ(deleted_, works_made_);
  EXPECT_EQ(executed_, works_queued_ - cancelled_);
  EXPECT_EQ(hooks_ran_, std::string(hooks_made_.rbegin(), hooks_made_.rend()));
  EXPECT_EQ(async_ran_, async_made_);
  EXPECT_EQ(finalized_, finalizers_made_);
  EXPECT_EQ(producers_ended_, static_cast<int>(producers_.size()));
  EXPECT_EQ(functions_finalized_, functions_made_);
  EXPECT_EQ(called_ + drained_, sent_);
}

}  // namespace napisan
