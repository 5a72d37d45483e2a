#include "threads/scene.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <thread>

#include "checker/checker.h"
#include "napisan/yield.h"

namespace napisan::threads {
namespace {

constexpr uintptr_t kTaskId = 7;

#ifdef NAPISAN_FUZZ_PLANT
// To be found: two works that take these the other way round wait for each other, in some orders.
std::mutex planted[2];
#endif

napi_value NameOf(napi_env env) {
  napi_value name = nullptr;
  if (napi_create_string_utf8(env, "threads", 7, &name) != napi_ok) std::abort();
  return name;
}

}  // namespace

void Scene::Disagree(const std::string& what) const {
  std::string text = "threads: FAILED: " + what + "\n" + ToText(program_);
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  std::abort();
}

void Scene::OnReport(const ReportInfo& report, void* scene) {
  const auto& self = *static_cast<Scene*>(scene);
  // Who ends an env with a function in use leaves it to its threads.
  bool left = self.ended_ && std::strcmp(report.rule, "threadsafe-function/leaked") == 0;
  if (!left) self.Disagree(fmt::format("{} is reported: {}", report.rule, report.message));
}

void Scene::Run() {
  HostOptions options;
  options.profile = kProfiles[program_.profile];
  options.gc = GcMode::kOff;
  options.on_uncaught = [](void*, const std::string&) {};
  checker::SetProfile(*ParseProfile(options.profile));
  SetReportPrinting(false);
  SetReportListener(OnReport, this, /*with_json=*/false);
  agent_ = std::make_unique<HostAgent>(options);
  std::string error;
  // What throws in call_js is swallowed below version 10.
  if (!agent_->Add("threads", nullptr, 10, module_, error)) Disagree(error);
  for (uint8_t i = 0; i < kWorks; ++i) {
    works_[i].scene = this;
    works_[i].slot = i;
  }
  std::thread producers[kProducers];
  if (program_.producers > 0) {
    agent_->Run(module_, [this](napi_env env) { CreateFunction(env); });
    for (uint8_t i = 0; i < program_.producers; ++i) {
      producers[i] = std::thread([this, i] { Produce(i); });
    }
  }
  for (uint8_t i = 0; i < program_.count && !ended_; ++i) {
    const Operation& operation = program_.operations[i];
    if (InfoOf(operation.kind).place == Place::kMain) Perform(operation);
  }
  if (!ended_) {
    LetGo(napi_tsfn_release);
    agent_->RunLoop();
    agent_->Teardown();
  }
  for (std::thread& producer : producers) {
    if (producer.joinable()) producer.join();
  }
  for (; owed_ > 0; --owed_) {
    Expect(napi_release_threadsafe_function(function_, napi_tsfn_release) == napi_ok,
           "a release is refused");
  }
  agent_.reset();
  CheckEnd();
  SetReportListener(nullptr, nullptr);
  checker::SetProfile(kDefaultProfile);
  ResetReports();
}

void Scene::CreateFunction(napi_env env) {
  for (uint8_t i = 0; i < program_.producers; ++i) holders_[i].holds = 1;
  holders_[kMainSends].holds = 1;
  napi_status status = napi_create_threadsafe_function(
      env, nullptr, nullptr, NameOf(env), program_.bound, program_.producers + 1u, this, OnFinalize,
      this, OnCallJs, &function_);
  Expect(status == napi_ok, "a thread-safe function is not created");
}

void Scene::Perform(const Operation& operation) {
  bool done = true;
  Holder& own = holders_[kMainSends];
  switch (operation.kind) {
    case OpKind::k_queue:
    case OpKind::k_queue_task: {
      Work& work = works_[operation.slot];
      bool of_task = operation.kind == OpKind::k_queue_task;
      done = !work.alive && (!of_task || program_.profile != 0);
      if (done) Queue(work, of_task);
      break;
    }
    case OpKind::k_cancel:
      done = works_[operation.slot].alive && !works_[operation.slot].cancelled;
      if (done) Cancel(works_[operation.slot]);
      break;
    case OpKind::k_turn:
      agent_->Turn(false);
      break;
    case OpKind::k_send:
      done = own.holds > 0;
      if (done) Send(kMainSends, napi_tsfn_nonblocking);
      break;
    case OpKind::k_let_go:
    case OpKind::k_abort:
      done = own.holds > 0;
      if (operation.kind == OpKind::k_abort && done) {
        aborted_ = true;
        ++counts_.aborted;
        LetGo(napi_tsfn_abort);
      } else {
        LetGo(napi_tsfn_release);
      }
      break;
    case OpKind::k_collect:
      agent_->CollectGarbage();
      break;
    case OpKind::k_end:
      done = program_.profile == 0;
      if (!done) break;
      ended_ = true;
      ++counts_.ended_early;
      agent_->Teardown();
      // As its threads do, once they are told.
      LetGo(napi_tsfn_release);
      break;
    default:
      break;
  }
  ++(done ? counts_.performed : counts_.left_out);
}

void Scene::Queue(Work& work, bool of_task) {
  uint8_t slot = work.slot;
  work = {};
  work.scene = this;
  work.slot = slot;
  work.alive = true;
  work.of_task = of_task;
  work.number = ++numbers_;
  ++counts_.queued;
  agent_->Run(module_, [&](napi_env env) {
    napi_status status = napi_create_async_work(env, nullptr, NameOf(env), OnExecute, OnComplete,
                                                &work, &work.handle);
    Expect(status == napi_ok, "a work is not created");
    status = of_task ? napi_queue_async_work_with_queue(env, work.handle, napi_qos_default, kTaskId)
                     : napi_queue_async_work(env, work.handle);
    Expect(status == napi_ok, "a work is not queued");
  });
}

void Scene::Cancel(Work& work) {
  agent_->Run(module_, [&](napi_env env) {
    napi_status status = napi_cancel_async_work(env, work.handle);
    if (program_.profile != 0) {
      // OpenHarmony's says little: complete alone tells.
      Expect(status == napi_ok || status == napi_generic_failure, "a cancel is refused");
    } else if (status == napi_ok) {
      work.cancelled = true;
      Expect(work.executed == 0, "a work is cancelled that has executed");
    } else {
      Expect(status == napi_generic_failure, "a cancel is refused for another reason");
    }
  });
}

void Scene::LetGo(napi_threadsafe_function_release_mode mode) {
  Holder& own = holders_[kMainSends];
  if (own.holds == 0) return;
  own.holds = 0;
  Expect(napi_release_threadsafe_function(function_, mode) == napi_ok,
         "the main agent's release is refused");
}

void Scene::OnExecute(napi_env, void* data) {
  auto& work = *static_cast<Work*>(data);
  Scene& scene = *work.scene;
  ++work.executed;
  ++scene.counts_.executed;
  scene.Expect(work.alive, "a work executes after it has completed");
  scene.Expect(!work.cancelled, "a cancelled work executes");
  if (work.of_task) {
    scene.Expect(!scene.task_executes_, "two works of one task execute at the same time");
    scene.Expect(work.number > scene.newest_of_task_, "works of one task change their order");
    scene.task_executes_ = true;
    scene.newest_of_task_ = work.number;
    napisan_yield("executes a task's work");
  }
#ifdef NAPISAN_FUZZ_PLANT
  std::lock_guard first(planted[work.slot % 2]);
  std::lock_guard second(planted[1 - work.slot % 2]);
#endif
  for (uint8_t i = 0; i < scene.program_.count; ++i) {
    const Operation& operation = scene.program_.operations[i];
    bool own = operation.kind == OpKind::k_wait && operation.slot == work.slot;
    if (own) napisan_yield("goes on executing");
  }
  if (work.of_task) scene.task_executes_ = false;
}

void Scene::OnComplete(napi_env env, napi_status status, void* data) {
  auto& work = *static_cast<Work*>(data);
  Scene& scene = *work.scene;
  scene.Expect(work.alive, "a work completes twice");
  work.alive = false;
  bool executed = work.executed == 1;
  scene.Expect(work.executed <= 1, "a work executes twice");
  if (scene.program_.profile != 0) {
    scene.Expect(executed == (status != napi_cancelled),
                 "execute and complete of a work tell different things");
  } else {
    scene.Expect(status == (work.cancelled ? napi_cancelled : napi_ok),
                 "a work completes with another status than its cancel was answered");
    scene.Expect(executed != work.cancelled, "a work completes that did not execute");
  }
  if (status == napi_cancelled) ++scene.counts_.cancelled;
  scene.Expect(napi_delete_async_work(env, work.handle) == napi_ok, "a work is not deleted");
}

void Scene::Produce(uint8_t own) {
  Holder& holder = holders_[own];
  for (uint8_t i = 0; i < program_.count; ++i) {
    const Operation& operation = program_.operations[i];
    if (InfoOf(operation.kind).place != Place::kProducer || operation.slot != own) continue;
    bool done = true;
    switch (operation.kind) {
      case OpKind::k_call:
      case OpKind::k_call_blocking:
        done = holder.holds > 0 && !holder.told;
        if (done) {
          Send(own, operation.kind == OpKind::k_call ? napi_tsfn_nonblocking : napi_tsfn_blocking);
        }
        break;
      case OpKind::k_acquire:
        done = holder.holds > 0 && !holder.told;
        if (done) Acquire(holder);
        break;
      case OpKind::k_release:
        done = holder.holds > 0;
        if (done) Release(holder);
        break;
      case OpKind::k_pause:
        napisan_yield("pauses");
        break;
      default:
        break;
    }
    ++(done ? counts_.performed : counts_.left_out);
  }
  while (holder.holds > 0) Release(holder);
}

void Scene::Send(uint8_t own, napi_threadsafe_function_call_mode mode) {
  Holder& holder = holders_[own];
  Item& item = items_[item_count_++];
  item.producer = own;
  napi_status status = napi_call_threadsafe_function(function_, &item, mode);
  item.answered = true;
  if (status == napi_ok) {
    item.ok = true;
    ++counts_.sent;
    // One that is taken out, and about to be delivered, makes room for another.
    if (!item.arrived) ++outstanding_;
    Expect(program_.bound == 0 || outstanding_ <= program_.bound + 1u,
           "more is queued than the queue has room for");
    return;
  }
  Expect(!item.arrived, "a call arrives that was refused");
  if (status == napi_closing) {
    Expect(closes(), "a function that nobody closes says that it is closing");
    // The call gave up one of them.
    --holder.holds;
    IsTold(holder);
    return;
  }
  Expect(status == napi_queue_full && mode == napi_tsfn_nonblocking && program_.bound > 0,
         "a call is refused");
}

void Scene::Acquire(Holder& holder) {
  napi_status status = napi_acquire_threadsafe_function(function_);
  if (status == napi_ok) {
    ++holder.holds;
    return;
  }
  Expect(status == napi_closing && closes(), "an acquire is refused");
  IsTold(holder);
}

void Scene::IsTold(Holder& holder) {
  holder.told = true;
  owed_ += holder.holds;
  holder.holds = 0;
}

void Scene::Release(Holder& holder) {
  --holder.holds;
  Expect(napi_release_threadsafe_function(function_, napi_tsfn_release) == napi_ok,
         "a release is refused");
}

void Scene::OnCallJs(napi_env env, napi_value, void* context, void* data) {
  auto& scene = *static_cast<Scene*>(context);
  auto& item = *static_cast<Item*>(data);
  scene.Expect(!item.arrived, "a call arrives twice");
  item.arrived = true;
  if (item.ok) --scene.outstanding_;
  scene.Expect(!item.answered || item.ok, "a call arrives that was refused");
  Holder& holder = scene.holders_[item.producer];
  auto number = static_cast<uint32_t>(&item - scene.items_) + 1;
  scene.Expect(number > holder.newest_arrived, "calls of one thread change their order");
  holder.newest_arrived = number;
  scene.Expect(scene.finalized_ == 0, "a call arrives after the finalizer");
  if (env == nullptr) {
    scene.Expect(scene.closes(), "a call is drained though nothing closes the function");
    ++scene.counts_.drained;
    return;
  }
  ++scene.counts_.arrived;
  if (scene.program_.throws && scene.calls_++ == 0) napi_throw_error(env, nullptr, "as it says");
}

void Scene::OnFinalize(napi_env, void* data, void*) {
  auto& scene = *static_cast<Scene*>(data);
  scene.Expect(++scene.finalized_ == 1, "a function is finalized twice");
}

void Scene::CheckEnd() const {
  for (const Work& work : works_) Expect(!work.alive, "a work never completes");
  if (program_.producers == 0) return;
  Expect(finalized_ == 1, "a function is not finalized");
  for (uint32_t i = 0; i < item_count_; ++i) {
    Expect(!items_[i].ok || items_[i].arrived, "a call is lost");
  }
}

}  // namespace napisan::threads
