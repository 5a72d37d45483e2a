// The calls of the module that a script is made of.

#include <fmt/format.h>

#include <utility>

#include "run_async_work.h"

namespace napisan::fuzz {
namespace {

napi_async_work Reveal(uint64_t hidden) { return reinterpret_cast<napi_async_work>(~hidden); }

constexpr uintptr_t kLow = 0x1000;

// The canary's defect: a module that deletes a cancelled work again in the complete that has just
// deleted it.
#ifdef NAPISAN_FUZZ_PLANT
constexpr bool kPlanted = true;
#else
constexpr bool kPlanted = false;
#endif

napi_status Apply(LineKind function, napi_env env, napi_async_work work) {
  switch (function) {
    case LineKind::kQueue:
      return napi_queue_async_work(env, work);
    case LineKind::kCancel:
      return napi_cancel_async_work(env, work);
    default:
      return napi_delete_async_work(env, work);
  }
}

}  // namespace

// What a call needs for itself is no part of the script and never fails.
void Runner::Must(napi_status status) {
  if (status != napi_ok) {
    Disagree(fmt::format("a helping call returns {}", static_cast<int>(status)));
  }
}

void Runner::PerformCall(napi_env env, const Line& line) {
  napi_status status = napi_ok;
  switch (line.kind) {
    case LineKind::kCreate:
      status = Create(env, line);
      break;
    case LineKind::kQueue:
    case LineKind::kCancel:
    case LineKind::kDelete:
      status = Use(env, line);
      break;
    case LineKind::kThrow:
      awaited_ = line.rule;
      called_with_ = env;
      status = napi_throw_error(env, nullptr, "thrown");
      break;
    default:
      Disagree("the module's function or callback is still running");
  }
  if (awaited_ != nullptr) Disagree(fmt::format("{} is not reported", awaited_));
  if (status != line.status) {
    Disagree(fmt::format("the call returns status {}", static_cast<int>(status)));
  }
  CheckLastError(line);
  See(static_cast<uint64_t>(line.kind) << 8 | static_cast<uint64_t>(status));
}

void Runner::CheckLastError(const Line& line) {
  napi_env with = std::exchange(called_with_, nullptr);
  if (with == nullptr || executing_ || torn_down_) return;
  const napi_extended_error_info* info = nullptr;
  Must(napi_get_last_error_info(with, &info));
  if (info->error_code != line.status) {
    Disagree(fmt::format("the last error is {}", static_cast<int>(info->error_code)));
  }
}

napi_status Runner::Create(napi_env env, const Line& line) {
  Cell& cell = cells_[line.slot];
  napi_value resource = nullptr;
  napi_value name = nullptr;
  napi_async_work work = nullptr;
  auto making = static_cast<Making>(line.variant);
  if (making != Making::kNoName && making != Making::kForgedName && making != Making::kNumberName &&
      making != Making::kSymbolName) {
    Must(napi_create_string_utf8(env, "work", 4, &name));
  }
  auto create = [&](napi_env with, napi_async_execute_callback execute,
                    napi_async_complete_callback complete, napi_async_work* result) {
    awaited_ = line.rule;
    called_with_ = with;
    return napi_create_async_work(with, resource, name, execute, complete, &cell, result);
  };
  napi_status status = napi_ok;
  switch (making) {
    case Making::kNoExecute:
      return create(env, nullptr, Complete, &work);
    case Making::kNoResult:
      return create(env, Execute, Complete, nullptr);
    case Making::kNullEnv:
      return create(nullptr, Execute, Complete, &work);
    case Making::kNullComplete:
      status = create(env, Execute, nullptr, &work);
      break;
    case Making::kScopeAsName: {
      napi_handle_scope scope = nullptr;
      Must(napi_open_handle_scope(env, &scope));
      name = reinterpret_cast<napi_value>(scope);
      status = create(env, Execute, Complete, &work);
      CheckLastError(line);
      Must(napi_close_handle_scope(env, scope));
      return status;
    }
    case Making::kObjectResource:
      Must(napi_create_object(env, &resource));
      status = create(env, Execute, Complete, &work);
      break;
    case Making::kUndefinedResource:
      Must(napi_get_undefined(env, &resource));
      return create(env, Execute, Complete, &work);
    case Making::kNumberName:
      Must(napi_create_int32(env, 17, &name));
      status = create(env, Execute, Complete, &work);
      break;
    case Making::kSymbolName:
      Must(napi_create_symbol(env, nullptr, &name));
      return create(env, Execute, Complete, &work);
    case Making::kForgedName:
      name = reinterpret_cast<napi_value>(kLow);
      return create(env, Execute, Complete, &work);
    case Making::kPlain:
    case Making::kNoName:
      status = create(env, Execute, Complete, &work);
      break;
  }
  if (status == napi_ok) cell.handle = ~reinterpret_cast<uint64_t>(work);
  return status;
}

napi_status Runner::Use(napi_env env, const Line& line) {
  napi_async_work own = Reveal(cells_[line.slot].handle);
  napi_async_work work = own;
  switch (static_cast<Passing>(line.variant)) {
    case Passing::kOwn:
      break;
    case Passing::kNull:
      work = nullptr;
      break;
    case Passing::kNullEnv:
      env = nullptr;
      break;
    case Passing::kOtherEnv:
      env = other_env_;
      break;
    case Passing::kLow:
      work = reinterpret_cast<napi_async_work>(kLow);
      break;
    case Passing::kHigh:
      work = reinterpret_cast<napi_async_work>(UINTPTR_MAX);
      break;
    case Passing::kStack:
      work = reinterpret_cast<napi_async_work>(&own);
      break;
    case Passing::kEnv:
      work = reinterpret_cast<napi_async_work>(env);
      break;
    case Passing::kValue:
    case Passing::kScope:
    case Passing::kReference:
      return UseBorrowed(env, line);
  }
  awaited_ = line.rule;
  called_with_ = env;
  napi_status status = Apply(line.kind, env, work);
  if (kPlanted && line.kind == LineKind::kDelete && status == napi_ok &&
      line.state == WorkState::kCompleting && completed_with_ == napi_cancelled) {
    Apply(line.kind, env, work);
  }
  return status;
}

napi_status Runner::UseBorrowed(napi_env env, const Line& line) {
  napi_value value = nullptr;
  Must(napi_create_object(env, &value));
  auto apply = [&](auto handle) {
    awaited_ = line.rule;
    called_with_ = env;
    napi_status status = Apply(line.kind, env, reinterpret_cast<napi_async_work>(handle));
    // Before the helping calls that follow.
    CheckLastError(line);
    return status;
  };
  napi_status status = napi_ok;
  switch (static_cast<Passing>(line.variant)) {
    case Passing::kScope: {
      napi_handle_scope scope = nullptr;
      Must(napi_open_handle_scope(env, &scope));
      status = apply(scope);
      Must(napi_close_handle_scope(env, scope));
      return status;
    }
    case Passing::kReference: {
      napi_ref reference = nullptr;
      Must(napi_create_reference(env, value, 1, &reference));
      status = apply(reference);
      Must(napi_delete_reference(env, reference));
      return status;
    }
    default:
      return apply(value);
  }
}

}  // namespace napisan::fuzz
