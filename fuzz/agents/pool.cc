#include "agents/pool.h"

#include <chrono>
#include <string>
#include <thread>

namespace napisan::agents {
namespace {

// So many elements take a while to be cloned.
constexpr uint32_t kLarge = 3000;

void Nap() { std::this_thread::sleep_for(std::chrono::microseconds(50)); }

napi_value LargeArray(napi_env env) {
  napi_value array = nullptr;
  napi_create_array_with_length(env, kLarge, &array);
  napi_value number = nullptr;
  napi_create_uint32(env, 1, &number);
  for (uint32_t i = 0; i < kLarge; ++i) napi_set_element(env, array, i, number);
  return array;
}

// Whether JavaScript may run.
bool MayRun(napi_env env) {
  napi_handle_scope scope = nullptr;
  napi_value object = nullptr;
  napi_open_handle_scope(env, &scope);
  bool may = napi_create_object(env, &object) == napi_ok &&
             napi_set_named_property(env, object, "a", object) == napi_ok;
  napi_close_handle_scope(env, scope);
  return may;
}

bool IsCancelled(napi_env env, napi_value error) {
  bool is_error = false;
  napi_value message = nullptr;
  char text[64] = "";
  size_t length = 0;
  return napi_is_error(env, error, &is_error) == napi_ok && is_error &&
         napi_get_named_property(env, error, "message", &message) == napi_ok &&
         napi_get_value_string_utf8(env, message, text, sizeof(text), &length) == napi_ok &&
         std::string(text, length) == "taskpool:: task has been canceled";
}

}  // namespace

bool Pool::Perform(const Operation& operation, uint8_t number, const PoolModel& model) {
  switch (operation.kind) {
    case OpKind::k_pool:
      Start(operation.variant + 1u);
      return true;
    case OpKind::k_execute:
      Execute(static_cast<TaskKind>(operation.variant),
              static_cast<HostTaskPriority>(operation.slot), number);
      return true;
    case OpKind::k_let:
      operation.variant == 1 ? gates_.back().Open() : void(gated_[model.asked()].open = true);
      return true;
    case OpKind::k_cancel:
      return Cancel(model.asked()) == model.found();
    case OpKind::k_race: {
      Race(number, operation.variant);
      return Cancel(number);
    }
    case OpKind::k_idle:
      pool_->WaitIdle();
      return true;
    default:
      LetGo(model);
      End();
      return true;
  }
}

void Pool::LetGo(const PoolModel& model) {
  if (pool_ == nullptr || gates_.empty()) return;
  gates_.back().Open();
  inside_->WaitFor(model.inside().size());
}

void Pool::End() {
  pool_.reset();
  tasks_.clear();
  gated_.clear();
  gates_.clear();
}

void Pool::Forget() {
  outside_.clear();
  reactions_.clear();
  inside_ = std::make_unique<EventLog>();
}

void Pool::Start(size_t threads) {
  HostTaskPool::Options options;
  options.threads_max = threads;
  options.start = [](HostAgent& own, HostAgent::ModuleRef& module, std::string& error) {
    return own.Add("pool", nullptr, 8, module, error);
  };
  pool_ = std::make_unique<HostTaskPool>(agent_, std::move(options));
}

void Pool::Execute(TaskKind kind, HostTaskPriority priority, uint8_t number) {
  if (kind == TaskKind::kGated) gated_[number].open = false;
  if (kind >= TaskKind::kWorks) gates_.emplace_back();
  HostTask task(
      [this, kind, number](HostTaskScope& scope) { return RunTask(scope, kind, number); });
  agent_.Run(module_, [&](napi_env env) { ExecuteTask(number, task, priority, {}, env); });
}

void Pool::Race(uint8_t number, uint8_t variant) {
  // It says nothing: whether it runs is a matter of time.
  HostTask task([](HostTaskScope& scope) -> napi_value {
    while (!scope.cancelled && MayRun(scope.env)) Nap();
    return nullptr;
  });
  agent_.Run(module_, [&](napi_env env) {
    ExecuteTask(number, task, HostTaskPriority::kMedium, {LargeArray(env)}, env);
  });
  for (uint8_t i = 0; i < variant; ++i) Nap();
}

void Pool::ExecuteTask(uint8_t number, HostTask task, HostTaskPriority priority,
                       const std::vector<napi_value>& arguments, napi_env env) {
  tasks_.insert_or_assign(number, task);
  napi_value promise = pool_->Execute(env, task, arguments, priority);
  napi_value reactions[2] = {};
  for (bool fulfilled : {true, false}) {
    Reaction& reaction = reactions_.emplace_back(Reaction{this, number, fulfilled});
    napi_create_function(env, "settled", NAPI_AUTO_LENGTH, OnSettled, &reaction,
                         &reactions[fulfilled ? 0 : 1]);
  }
  napi_value then = nullptr;
  napi_value result = nullptr;
  napi_get_named_property(env, promise, "then", &then);
  napi_call_function(env, promise, then, 2, reactions, &result);
}

napi_value Pool::OnSettled(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value value = nullptr;
  void* data = nullptr;
  napi_get_cb_info(env, info, &count, &value, nullptr, &data);
  auto& reaction = *static_cast<Reaction*>(data);
  EventKind kind = reaction.fulfilled        ? EventKind::kFulfilled
                   : IsCancelled(env, value) ? EventKind::kCancelled
                                             : EventKind::kRejected;
  reaction.pool->outside_.push_back({kind, reaction.number});
  return nullptr;
}

bool Pool::Cancel(uint8_t number) {
  bool found = false;
  agent_.Run(module_, [&](napi_env) { found = pool_->Cancel(tasks_.at(number)); });
  return found;
}

// --- On a pool thread ---

napi_value Pool::RunTask(HostTaskScope& scope, TaskKind kind, uint8_t number) {
  inside_->Add({EventKind::kTaskRuns, number});
  napi_value value = nullptr;
  switch (kind) {
    case TaskKind::kValue:
      napi_create_uint32(scope.env, number, &value);
      break;
    case TaskKind::kLarge:
      // Told first, so that the main thread most likely sleeps in its loop when it returns.
      inside_->Add({EventKind::kTaskReturns, number});
      return LargeArray(scope.env);
    case TaskKind::kThrow:
      napi_throw_error(scope.env, nullptr, "task");
      break;
    case TaskKind::kSymbol:
      napi_create_symbol(scope.env, nullptr, &value);
      break;
    case TaskKind::kGated:
      return Wait(scope, gated_.at(number), number);
    case TaskKind::kWorks:
      QueueWork(scope.env, number, false);
      break;
    case TaskKind::kPromised:
      return QueueWork(scope.env, number, true);
  }
  inside_->Add({EventKind::kTaskReturns, number});
  return value;
}

napi_value Pool::Wait(HostTaskScope& scope, const Gated& gated, uint8_t number) {
  while (!gated.open) {
    // Its pool ends: nobody hears of it any more.
    if (!MayRun(scope.env)) return nullptr;
    Nap();
  }
  bool cancelled = scope.cancelled;
  inside_->Add({cancelled ? EventKind::kTaskSeesCancel : EventKind::kTaskReturns, number});
  return nullptr;
}

napi_value Pool::QueueWork(napi_env env, uint8_t number, bool promised) {
  auto* work = new Work{this, number, &gates_.back(), nullptr, nullptr};
  napi_value promise = nullptr;
  if (promised) napi_create_promise(env, &work->deferred, &promise);
  napi_value name = nullptr;
  napi_create_string_utf8(env, "task", NAPI_AUTO_LENGTH, &name);
  auto execute = [](napi_env, void* data) { static_cast<Work*>(data)->gate->Pass(); };
  napi_create_async_work(env, nullptr, name, execute, Complete, work, &work->handle);
  napi_queue_async_work(env, work->handle);
  return promise;
}

void Pool::Complete(napi_env env, napi_status, void* data) {
  auto* work = static_cast<Work*>(data);
  napi_value value = nullptr;
  napi_get_undefined(env, &value);
  if (work->deferred != nullptr) napi_resolve_deferred(env, work->deferred, value);
  napi_delete_async_work(env, work->handle);
  work->pool->inside_->Add({EventKind::kTaskWorkDone, work->number});
  delete work;
}

}  // namespace napisan::agents
