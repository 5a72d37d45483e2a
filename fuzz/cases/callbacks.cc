// The module's callbacks: each must be one that the model expects now, and runs its block.
#include <fmt/format.h>

#include <cstring>

#include "runner.h"

namespace napisan::cases {

struct CallbackTable {
  static void Put(Slot& slot, Parameter parameter) {
    auto put = [&](auto* function) { slot.bits = reinterpret_cast<uint64_t>(function); };
    switch (parameter) {
      case Parameter::kCallback:
        return put(Runner::OnFunction);
      case Parameter::kExecute:
        return put(Runner::OnExecute);
      case Parameter::kComplete:
        return put(Runner::OnComplete);
      case Parameter::kFinalize:
        return put(Runner::OnFinalize);
      case Parameter::kNoenvFinalize:
        return put(Runner::OnNoenvFinalize);
      case Parameter::kCallJs:
        return put(Runner::OnCallJs);
      case Parameter::kHook:
        return put(Runner::OnHook);
      default:
        return put(Runner::OnAsyncHook);
    }
  }
};

void PutCallback(Slot& slot, Parameter parameter) { CallbackTable::Put(slot, parameter); }

namespace {

// One item of a thread-safe function's is one byte of its cell.
uint8_t ItemOf(const Cell& cell, void* data) {
  return static_cast<uint8_t>(static_cast<char*>(data) - cell.memory);
}

}  // namespace

napi_value Runner::OnFunction(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  if (napi_get_cb_info(env, info, nullptr, nullptr, nullptr, &data) != napi_ok) return nullptr;
  auto& cell = *static_cast<Cell*>(data);
  Entered entered(Parameter::kCallback, cell);
  Runner& self = *cell.runner;
  self.See(0x100u | cell.index);
  if (self.world_.terminated && self.frame_ == nullptr) {
    self.Disagree("JavaScript calls a function after it was terminated");
  }
  Frame frame{Phase::kCalled, env, info, self.frame_, self.world_.value_count, self.world_.depth};
  self.RunBlock(frame, cell.block);
  self.Unwind(frame);
  return self.Return(frame);
}

void Runner::OnExecute(napi_env env, void* data) {
  auto& cell = *static_cast<Cell*>(data);
  Entered entered(Parameter::kExecute, cell);
  Runner& self = *cell.runner;
  if (self.real_pool_ != nullptr) self.real_pool_->Begin();
  World& world = self.world_;
  Resource& work = world.resources[cell.resource];
  self.See(0x200u | cell.resource);
  if (env != self.env_ || work.life != Life::kQueued) {
    self.Disagree(fmt::format("execute of handle {} runs", cell.resource));
  }
  uint8_t at = 0;
  while (world.queued[at] != cell.resource) ++at;
  --world.queued_count;
  std::memmove(world.queued + at, world.queued + at + 1, world.queued_count - at);
  work.life = Life::kExecuting;
  ++world.executes;
  Frame frame{Phase::kExecute, env, nullptr, self.frame_, world.value_count, world.depth};
  self.RunBlock(frame, cell.block);
  work.life = Life::kExecuted;
  world.finished[world.finished_count++] = cell.resource;
  self.Unwind(frame);
}

void Runner::OnComplete(napi_env env, napi_status status, void* data) {
  auto& cell = *static_cast<Cell*>(data);
  Entered entered(Parameter::kComplete, cell);
  Runner& self = *cell.runner;
  World& world = self.world_;
  uint8_t index = cell.resource;
  Resource& work = world.resources[index];
  self.See(0x300u | index | static_cast<uint64_t>(status) << 16);
  bool cancelled = work.life == Life::kCancelled;
  bool next = world.finished_count > 0 && world.finished[0] == index;
  if (env != self.env_ || !next || status != (cancelled ? napi_cancelled : napi_ok)) {
    self.Disagree(
        fmt::format("complete of handle {} runs with status {}", index, static_cast<int>(status)));
  }
  --world.finished_count;
  ++self.delivered_;
  std::memmove(world.finished, world.finished + 1, world.finished_count);
  work.life = Life::kCompleting;
  Frame frame{Phase::kComplete, env, nullptr, self.frame_, world.value_count, world.depth};
  self.RunBlock(frame, cell.block);
  if (work.life == Life::kCompleting) self.EndCompletion(env, work);
  self.Unwind(frame);
}

void Runner::EndCompletion(napi_env env, Resource& work) {
  work.life = Life::kCompleted;
  // Nobody can delete it later.
  if (!world_.stopping || world_.abandoned) return;
  if (napi_delete_async_work(env, static_cast<napi_async_work>(work.handle())) != napi_ok) {
    Disagree("a work cannot be deleted in complete");
  }
  work.life = Life::kEnded;
}

void Runner::OnFinalize(napi_env env, void* data, void*) {
  auto& cell = *static_cast<Cell*>(data);
  Entered entered(Parameter::kFinalize, cell);
  Runner& self = *cell.runner;
  World& world = self.world_;
  self.See(0x400u | cell.index);
  if (cell.finalizer != Finalizer::kPending && cell.finalizer != Finalizer::kMayRun) {
    self.Disagree(fmt::format("the finalizer of cell {} runs", cell.index));
  }
  cell.finalizer = Finalizer::kRan;
  for (Identity& identity : world.identities) {
    if (identity.wraps == cell.index) identity.wraps = kNobody;
  }
  if (world.instance_data == cell.index) world.instance_data = kNobody;
  if (cell.resource != kNobody &&
      world.resources[cell.resource].kind == HandleKind::kThreadsafeFunction) {
    self.OnTsfnFinalized(world.resources[cell.resource]);
  }
  // An external string's may come without: there is nothing to call with. With one, Node.js ends
  // the process when it makes a call that runs JavaScript.
  if (env == nullptr) return;
  bool calls = !cell.finalizer_in_gc || self.case_->tier == Tier::kHostile;
  Frame frame{Phase::kFinalize, env, nullptr, self.frame_, world.value_count, world.depth};
  self.RunBlock(frame, calls ? cell.block : kNoBlock);
  if (cell.resource != kNobody) world.resources[cell.resource].finalizing = false;
  self.Unwind(frame);
}

// Of memory that envs share: it runs on any thread, and not at a time that the model knows.
void Runner::OnNoenvFinalize(void*, void*) {}

void Runner::OnTsfnFinalized(Resource& function) {
  bool may = function.life == Life::kClosing || world_.stopping ||
             (function.count == 0 && function.waiting() == 0);
  if (!may) Disagree("a thread-safe function is finalized that is in use");
  bool leaks = function.life == Life::kNew && function.count > 0 && !function.unreferenced;
  if (leaks) ++leaks_[static_cast<size_t>(Rule::kTsfnLeaked)];
  function.finalizing = true;
  function.life = Life::kFinalized;
}

void Runner::OnCallJs(napi_env env, napi_value, void* context, void* data) {
  auto& cell = *static_cast<Cell*>(context);
  Entered entered(Parameter::kCallJs, cell);
  Runner& self = *cell.runner;
  World& world = self.world_;
  Resource& function = world.resources[cell.resource];
  self.See(0x500u | cell.resource);
  if (ItemOf(cell, data) != function.delivered % kCellBytes || function.waiting() == 0) {
    self.Disagree(fmt::format("call_js gets item {}, not {}", ItemOf(cell, data),
                              function.delivered % kCellBytes));
  }
  // Node 24 drains first.
  if (function.life == Life::kFinalized) self.Disagree("call_js runs after the finalizer");
  ++function.delivered;
  if (env == nullptr) {
    if (function.life == Life::kNew && !world.stopping) self.Disagree("call_js gets no env");
    return;
  }
  if (function.life != Life::kNew) self.Disagree("call_js of a closing function gets an env");
  Frame frame{Phase::kCallJs, env, nullptr, self.frame_, world.value_count, world.depth};
  self.RunBlock(frame, cell.block);
  self.Unwind(frame);
}

void Runner::OnHook(void* data) {
  auto& cell = *static_cast<Cell*>(data);
  Entered entered(Parameter::kHook, cell);
  Runner& self = *cell.runner;
  World& world = self.world_;
  self.See(0x600u | cell.index);
  if (cell.index == 0) return self.TidyInHook();
  // The newest first.
  if (!world.stopping || world.hook_count == 0 || world.hooks[world.hook_count - 1] != cell.index) {
    self.Disagree(fmt::format("the cleanup hook of cell {} runs", cell.index));
  }
  bool hostile = self.case_->tier == Tier::kHostile;
  bool in_flight = world.queued_count + world.finished_count > 0;
  if (in_flight && !hostile) self.Disagree("a hook runs before a work");
  --world.hook_count;
  // Some take the next with them, which then must not run.
  bool removes = cell.block == 1 && world.hook_count > 0 && !hostile;
  if (!removes) return;
  Cell& next = world.cells[world.hooks[--world.hook_count]];
  if (napi_remove_env_cleanup_hook(self.env_, OnHook, &next) != napi_ok) {
    self.Disagree("a cleanup hook cannot be removed in another");
  }
}

void Runner::OnAsyncHook(napi_async_cleanup_hook_handle handle, void* data) {
  auto& cell = *static_cast<Cell*>(data);
  Entered entered(Parameter::kAsyncHook, cell);
  Runner& self = *cell.runner;
  Resource& hook = self.world_.resources[cell.resource];
  self.See(0x700u | cell.index);
  if (!self.world_.stopping || hook.life != Life::kNew || hook.called) {
    self.Disagree(fmt::format("the asynchronous cleanup hook of cell {} runs", cell.index));
  }
  hook.called = true;
  if (self.world_.abandoned) return;
  hook.life = Life::kEnded;
  if (napi_remove_async_cleanup_hook(handle) != napi_ok) {
    self.Disagree("an asynchronous cleanup hook cannot be removed");
  }
}

}  // namespace napisan::cases
