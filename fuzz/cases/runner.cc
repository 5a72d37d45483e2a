#include "runner.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "case_text.h"

namespace napisan::cases {
namespace {

constexpr int kNestingMost = 4;

napi_valuetype TypeOf(Kind kind) {
  constexpr napi_valuetype kTypes[] = {napi_undefined, napi_null,   napi_boolean,
                                       napi_number,    napi_string, napi_symbol,
                                       napi_bigint,    napi_object, napi_function};
  if (kind <= Kind::kFunction) return kTypes[static_cast<int>(kind)];
  return kind == Kind::kExternal ? napi_external : napi_object;
}

}  // namespace

HostOptions Runner::Options() {
  HostOptions options;
  options.executor = pool_ == Pool::kReal ? ExecutorKind::kUv : ExecutorKind::kStepping;
  options.chooser = this;
  // Garbage goes where the case says, and nowhere else.
  options.gc = GcMode::kOff;
  options.on_uncaught = OnUncaught;
  options.on_swallowed = OnSwallowed;
  options.context = this;
  return options;
}

Runner::Runner(Pool pool, bool comparable)
    : pool_(pool),
      comparable_(comparable),
      real_pool_(pool == Pool::kReal ? std::make_unique<RealPool>() : nullptr),
      agent_(Options()) {
  SetReportPrinting(false);
  SetReportListener(OnReport, this, /*with_json=*/false);
}

Runner::~Runner() { SetReportListener(nullptr, nullptr); }

void Runner::Run(const Case& program) {
  case_ = &program;
  at_ = nullptr;
  frame_ = nullptr;
  random_ = program.schedule;
  faults_left_ = static_cast<uint8_t>((1u << program.fault_count) - 1);
  trace_hash_ = 0xcbf29ce484222325;
  trace_.clear();
  // What is past the counts is never read.
  world_.value_count = world_.resource_count = world_.identity_count = 0;
  world_.queued_count = world_.finished_count = world_.hook_count = 0;
  world_.instance_data = world_.global = kNobody;
  world_.depth = world_.performed_deep = 0;
  world_.performed = world_.left_out = 0;
  world_.pending = world_.stopping = world_.gone = world_.wraps_unknown = false;
  world_.terminated = world_.no_external_buffers = world_.coalesces = false;
  world_.dead_count = world_.unset_count = world_.marks = 0;
  for (Unset& unset : world_.unset) unset = {};
  world_.ended_info = nullptr;
  world_.executes = world_.closings = 0;
  world_.abandoned = world_.unwound = world_.hooks_ran = false;
  std::memset(leaks_, 0, sizeof(leaks_));
  std::memset(leaks_told_, 0, sizeof(leaks_told_));
  world_.detached_unknown = world_.used_unknown = false;
  world_.probe_count = 0;
  // The first cell is for functions that the runner makes itself.
  world_.cells[0] = {{}, this, 0, 1, kNobody, Finalizer::kNone, false};
  world_.cell_count = 1;

  std::string error;
  if (!agent_.Add("case", nullptr, program.version_10 ? 10 : 8, module_, error)) {
    Disagree("the module cannot be added: " + error);
  }
  agent_.Run(module_, [this](napi_env env) { env_ = env; });
  bool hostile = program.tier == Tier::kHostile;
  if (hostile) BeginHostile();
  uint8_t at = 0;
  while (at < program.count && !world_.gone && !world_.terminated) {
    const Operation& operation = program.operations[at];
    if (operation.block != 0) {
      ++at;
    } else if (operation.is_step()) {
      ++at;
      PerformStep(operation);
    } else if (IsTwisted(operation, Twist::kOutside)) {
      ++at;
      PerformOutside(operation, Phase::kOutside);
    } else {
      PerformCalls(at);
    }
  }
  if (!world_.gone) {
    StrikeFaults(program.count);
    if (!world_.terminated) RunToEnd();
    TearDown();
  } else if (hostile) {
    EndHostile();
  }
  agent_.Reset();
  // Here and not before the next: what is forgotten is this case's, and so is the time it takes.
  ResetReports();
}

// Consecutive operations of block 0 are one call of the module.
void Runner::PerformCalls(uint8_t& at) {
  agent_.Run(module_, [&](napi_env env) {
    Frame frame{Phase::kCall, env, nullptr, nullptr, world_.value_count, world_.depth};
    frame_ = &frame;
    for (; at < case_->count; ++at) {
      const Operation& operation = case_->operations[at];
      if (operation.block != 0) continue;
      if (operation.is_step() || IsTwisted(operation, Twist::kOutside)) break;
      Perform(frame, operation);
    }
    EndFrame(frame);
  });
  CheckReported(0, "a call");
}

// The body of a callback.
void Runner::RunBlock(Frame& frame, uint8_t block) {
  const Operation* before = at_;
  frame_ = &frame;
  int nesting = 0;
  for (const Frame* outer = frame.outer; outer != nullptr; outer = outer->outer) ++nesting;
  if (nesting < kNestingMost) {
    for (uint8_t i = 0; i < case_->count; ++i) {
      const Operation& operation = case_->operations[i];
      if (operation.block == block && !operation.is_step()) Perform(frame, operation);
    }
  }
  EndFrame(frame);
  at_ = before;
}

// Each value is what it was made as, whatever came and went meanwhile.
void Runner::CheckValues(const Frame& frame) {
  if (frame.phase == Phase::kExecute) return;
  for (uint8_t i = frame.values; i < world_.value_count; ++i) {
    const Value& value = world_.values[i];
    if (value.kind == Kind::kUnknown) continue;
    napi_valuetype type;
    bool is = napi_typeof(frame.env, value.handle, &type) == napi_ok && type == TypeOf(value.kind);
    if (!is) Disagree(fmt::format("value {} is none of kind {}", i, static_cast<int>(value.kind)));
  }
}

// Closes what is open, and forgets the values that end here.
void Runner::EndFrame(Frame& frame) {
  if (case_->tier == Tier::kHostile) {
    BeginEnd(frame);
  } else {
    CheckValues(frame);
  }
  for (uint8_t i = world_.resource_count; i-- > 0;) {
    Resource& scope = world_.resources[i];
    if (scope.kind != HandleKind::kCallbackScope || scope.life == Life::kEnded ||
        scope.opened_in != &frame) {
      continue;
    }
    scope.life = Life::kEnded;
    if (napi_close_callback_scope(frame.env, static_cast<napi_callback_scope>(scope.handle())) !=
        napi_ok) {
      Disagree("a callback scope cannot be closed");
    }
  }
  while (world_.depth > frame.depth) {
    for (uint8_t i = world_.resource_count; i-- > 0;) {
      Resource& scope = world_.resources[i];
      bool is_scope = scope.kind == HandleKind::kScope || scope.kind == HandleKind::kEscapableScope;
      if (!is_scope || scope.life == Life::kEnded || scope.depth != world_.depth) continue;
      napi_status status =
          scope.kind == HandleKind::kScope
              ? napi_close_handle_scope(frame.env, static_cast<napi_handle_scope>(scope.handle()))
              : napi_close_escapable_handle_scope(
                    frame.env, static_cast<napi_escapable_handle_scope>(scope.handle()));
      if (status != napi_ok) Disagree("a scope cannot be closed");
      scope.life = Life::kEnded;
      --world_.depth;
      break;
    }
  }
  // A callback that JavaScript did not call throws to nobody, and a reaction to no call of the
  // case.
  if (frame.phase != Phase::kCalled || frame.outer == nullptr) world_.pending = false;
  world_.value_count = frame.values;
  frame_ = frame.outer;
}

uint32_t Runner::Choose(uint32_t count) {
  random_ = static_cast<uint16_t>(random_ * 25173 + 13849);
  See(0x10000u | count);
  return (random_ >> 8) % count;
}

// For all threads that have not released it. Also a closed one: it is kept for them.
napi_status Runner::Release(Resource& resource) {
  napi_status status = napi_ok;
  auto release_all = [&] {
    while (resource.count > 0 && status == napi_ok) {
      --resource.count;
      status = napi_release_threadsafe_function(
          static_cast<napi_threadsafe_function>(resource.handle()), napi_tsfn_release);
    }
  };
  if (resource.count > 0 && resource.told_closing) {
    // What this thread held is gone, and it may not touch it again.
    std::thread(release_all).join();
  } else {
    release_all();
  }
  return status;
}

void Runner::Tidy() {
  agent_.Run(module_, [this](napi_env env) {
    Frame frame{Phase::kCall, env, nullptr, nullptr, world_.value_count, world_.depth};
    TidyIn(frame);
  });
}

// Deletes, settles and releases what is left: a module does, before its env ends.
void Runner::TidyIn(Frame& frame) {
  napi_env env = frame.env;
  frame_ = &frame;
  napi_value undefined = nullptr;
  if (napi_get_undefined(env, &undefined) != napi_ok) Disagree("there is no undefined");
  for (uint8_t i = 0; i < world_.resource_count; ++i) {
    Resource& resource = world_.resources[i];
    if (resource.life == Life::kEnded) continue;
    napi_status status = napi_ok;
    bool ends = true;
    switch (resource.kind) {
      case HandleKind::kReference:
        status = napi_delete_reference(env, static_cast<napi_ref>(resource.handle()));
        break;
      case HandleKind::kDeferred:
        if (resource.probe != kNobody) {
          world_.probes[resource.probe].expected = Outcome::kFulfilled;
        }
        status =
            napi_resolve_deferred(env, static_cast<napi_deferred>(resource.handle()), undefined);
        // It was tried: what is left of it is told no more.
        if (js_is_off() && status == WhenJsIsOff()) {
          resource.excused = true;
          ends = false;
          status = napi_ok;
        }
        break;
      case HandleKind::kWork:
        ends = resource.life == Life::kNew || resource.life == Life::kCompleted;
        if (!ends) break;
        status = napi_delete_async_work(env, static_cast<napi_async_work>(resource.handle()));
        break;
      case HandleKind::kAsyncContext:
        status = napi_async_destroy(env, static_cast<napi_async_context>(resource.handle()));
        break;
      case HandleKind::kThreadsafeFunction:
        ends = false;
        status = Release(resource);
        break;
      default:
        ends = false;
        break;
    }
    if (status != napi_ok) {
      Disagree(fmt::format("handle {} cannot be ended: status {}", i, static_cast<int>(status)));
    }
    if (ends) resource.life = Life::kEnded;
  }
  EndFrame(frame);
}

void Runner::TearDown(bool abandons) {
  // What a promise's reactions make meanwhile, too.
  uint8_t before;
  do {
    before = world_.resource_count;
    if (one_by_one()) RunToEnd();
    if (!abandons && !world_.terminated) Tidy();
    if (recorder != nullptr && recorder->env_end() == EnvEnd::kIdle) RunToEnd();
  } while (world_.resource_count != before || (one_by_one() && world_.queued_count > 0));
  if (world_.terminated) AddTidyHook();
  world_.abandoned = abandons;
  world_.stopping = true;
  agent_.Teardown();
  world_.gone = true;
  CheckEnd();
}

void Runner::CheckEnd() {
  if (world_.hook_count > 0) Disagree("a cleanup hook did not run");
  if (world_.queued_count + world_.finished_count > 0) Disagree("a work did not complete");
  for (uint8_t i = 0; i < world_.cell_count; ++i) {
    if (world_.cells[i].finalizer == Finalizer::kPending) {
      Disagree(fmt::format("the finalizer of cell {} did not run", i));
    }
  }
  for (uint8_t i = 0; i < world_.resource_count; ++i) {
    const Resource& resource = world_.resources[i];
    if (resource.kind == HandleKind::kThreadsafeFunction && resource.waiting() > 0) {
      Disagree(fmt::format("{} items of handle {} were not delivered", resource.waiting(), i));
    }
    if (resource.kind == HandleKind::kAsyncHook && resource.life == Life::kNew &&
        !resource.called) {
      Disagree("an asynchronous cleanup hook did not run");
    }
  }
  CheckLeaks();
}

void Runner::OnUncaught(void* context, const std::string&) {
  static_cast<Runner*>(context)->See(0x800);
}

// Below Node-API version 10 only.
void Runner::OnSwallowed(void* context) {
  auto& self = *static_cast<Runner*>(context);
  self.See(0x801);
  if (self.case_->version_10) self.Disagree("an exception is swallowed");
}

void Runner::Disagree(const std::string& what) {
  std::string text = "case: FAILED: " + what + "\n";
  text += "  of the case, at >\n" + ToText(*case_, at_);
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  std::abort();
}

}  // namespace napisan::cases
