// A module as node-addon-api's users write them: AsyncWorker and its progress workers, promises,
// thread-safe functions fed by threads, and a wrapped object with work of its own.
//
// Built twice: with C++ exceptions, and with NODE_ADDON_API_DISABLE_CPP_EXCEPTIONS.

#include <napi.h>

#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

// Calls back with (undefined, sum), or with an error where a number is negative.
class SumWorker : public Napi::AsyncWorker {
 public:
  SumWorker(const Napi::Function& callback, std::vector<double> numbers)
      : Napi::AsyncWorker(callback, "sum"), numbers_(std::move(numbers)) {}

  void Execute() override {
    for (double number : numbers_) {
      if (number < 0) return SetError("a negative number");
      sum_ += number;
    }
  }
  std::vector<napi_value> GetResult(Napi::Env env) override {
    return {env.Undefined(), Napi::Number::New(env, sum_)};
  }

 private:
  std::vector<double> numbers_;
  double sum_ = 0;
};

std::vector<double> NumbersOf(const Napi::Array& array) {
  std::vector<double> numbers;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    numbers.push_back(array.Get(i).As<Napi::Number>().DoubleValue());
  }
  return numbers;
}

void Sum(const Napi::CallbackInfo& info) {
  auto* worker = new SumWorker(info[1].As<Napi::Function>(), NumbersOf(info[0].As<Napi::Array>()));
  worker->Queue();
}

// Resolves with the text backwards, or rejects where there is none.
class ReverseWorker : public Napi::AsyncWorker {
 public:
  ReverseWorker(Napi::Env env, std::string text)
      : Napi::AsyncWorker(env, "reverse"), deferred_(env), text_(std::move(text)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }
  void Execute() override {
    if (text_.empty()) return SetError("no text");
    text_ = std::string(text_.rbegin(), text_.rend());
  }
  void OnOK() override { deferred_.Resolve(Napi::String::New(Env(), text_)); }
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  std::string text_;
};

Napi::Value Reverse(const Napi::CallbackInfo& info) {
  if (info.Length() < 1 || !info[0].IsString()) {
    Napi::TypeError::New(info.Env(), "a text is expected").ThrowAsJavaScriptException();
    return info.Env().Undefined();
  }
  auto* worker = new ReverseWorker(info.Env(), info[0].As<Napi::String>().Utf8Value());
  Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

// Tells of each step; none is lost with the queue worker.
class CountWorker : public Napi::AsyncProgressQueueWorker<uint32_t> {
 public:
  CountWorker(const Napi::Function& done, const Napi::Function& progress, uint32_t steps)
      : Napi::AsyncProgressQueueWorker<uint32_t>(done, "count"),
        progress_(Napi::Persistent(progress)),
        steps_(steps) {}

  void Execute(const ExecutionProgress& progress) override {
    for (uint32_t i = 1; i <= steps_; ++i) progress.Send(&i, 1);
  }
  void OnProgress(const uint32_t* step, size_t) override {
    progress_.Call({Napi::Number::New(Env(), *step)});
  }

 private:
  Napi::FunctionReference progress_;
  uint32_t steps_;
};

void Count(const Napi::CallbackInfo& info) {
  auto* worker = new CountWorker(info[2].As<Napi::Function>(), info[1].As<Napi::Function>(),
                                 info[0].As<Napi::Number>().Uint32Value());
  worker->Queue();
}

// The latest step only: how often it is told depends on the threads.
class LatestWorker : public Napi::AsyncProgressWorker<uint32_t> {
 public:
  LatestWorker(const Napi::Function& done, uint32_t steps)
      : Napi::AsyncProgressWorker<uint32_t>(done, "latest"), steps_(steps) {}

  void Execute(const ExecutionProgress& progress) override {
    for (uint32_t i = 1; i <= steps_; ++i) progress.Send(&i, 1);
  }
  void OnProgress(const uint32_t*, size_t) override {}
  void OnOK() override { Callback().Call({Env().Null(), Napi::Number::New(Env(), steps_)}); }

 private:
  uint32_t steps_;
};

void Latest(const Napi::CallbackInfo& info) {
  auto* worker =
      new LatestWorker(info[1].As<Napi::Function>(), info[0].As<Napi::Number>().Uint32Value());
  worker->Queue();
}

// Threads that call one function: emit(threads, calls, queue_max, callback) resolves when all have
// ended.
struct Emission {
  explicit Emission(Napi::Env env) : deferred(env) {}
  Napi::Promise::Deferred deferred;
  std::vector<std::thread> threads;
  Napi::ThreadSafeFunction function;
  uint32_t delivered = 0;
};

Napi::Value Emit(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  uint32_t threads = info[0].As<Napi::Number>().Uint32Value();
  uint32_t calls = info[1].As<Napi::Number>().Uint32Value();
  uint32_t queue_max = info[2].As<Napi::Number>().Uint32Value();
  auto* emission = new Emission(env);
  Napi::Promise promise = emission->deferred.Promise();
  emission->function = Napi::ThreadSafeFunction::New(
      env, info[3].As<Napi::Function>(), "emit", queue_max, threads, emission,
      [](Napi::Env in, void*, Emission* ended) {
        for (std::thread& thread : ended->threads) thread.join();
        ended->deferred.Resolve(Napi::Number::New(in, ended->delivered));
        delete ended;
      },
      static_cast<void*>(nullptr));
  for (uint32_t i = 0; i < threads; ++i) {
    emission->threads.emplace_back([emission, i, calls] {
      for (uint32_t call = 0; call < calls; ++call) {
        auto deliver = [emission, i](Napi::Env in, Napi::Function callback) {
          ++emission->delivered;
          callback.Call({Napi::Number::New(in, i)});
        };
        if (emission->function.BlockingCall(deliver) != napi_ok) break;
      }
      emission->function.Release();
    });
  }
  return promise;
}

// A typed thread-safe function, whose data is freed also when the env goes away.
void CallTick(Napi::Env env, Napi::Function callback, std::nullptr_t*, double* tick) {
  std::unique_ptr<double> owned(tick);
  if (env != nullptr && callback != nullptr) callback.Call({Napi::Number::New(env, *tick)});
}
using Ticker = Napi::TypedThreadSafeFunction<std::nullptr_t, double, CallTick>;

void Tick(const Napi::CallbackInfo& info) {
  uint32_t ticks = info[0].As<Napi::Number>().Uint32Value();
  Ticker ticker = Ticker::New(info.Env(), info[1].As<Napi::Function>(), "tick", 0, 1);
  std::thread([ticker, ticks]() mutable {
    for (uint32_t i = 1; i <= ticks; ++i) {
      auto tick = std::make_unique<double>(i);
      if (ticker.NonBlockingCall(tick.get()) == napi_ok) static_cast<void>(tick.release());
    }
    ticker.Release();
  }).detach();
}

// An account: a wrapped object whose work keeps it alive.
class Account : public Napi::ObjectWrap<Account> {
 public:
  static Napi::Function Define(Napi::Env env) {
    return DefineClass(env, "Account",
                       {
                           InstanceMethod<&Account::Deposit>("deposit"),
                           InstanceMethod<&Account::Audit>("audit"),
                           InstanceAccessor<&Account::GetBalance, &Account::SetBalance>("balance"),
                           StaticMethod<&Account::Merge>("merge"),
                       });
  }

  explicit Account(const Napi::CallbackInfo& info) : Napi::ObjectWrap<Account>(info) {
    if (info.Length() > 0) balance_ = info[0].ToNumber().DoubleValue();
  }

 private:
  class AuditWorker : public Napi::AsyncWorker {
   public:
    AuditWorker(Napi::Env env, Account* account)
        : Napi::AsyncWorker(env, "audit"), deferred_(env), account_(account) {
      account_->Ref();
    }
    Napi::Promise promise() const { return deferred_.Promise(); }
    void Execute() override { balance_ = account_->balance_; }
    void OnOK() override {
      account_->Unref();
      deferred_.Resolve(Napi::Number::New(Env(), balance_));
    }

   private:
    Napi::Promise::Deferred deferred_;
    Account* account_;
    double balance_ = 0;
  };

  Napi::Value Deposit(const Napi::CallbackInfo& info) {
    if (!info[0].IsNumber()) {
      Napi::TypeError::New(info.Env(), "a number is expected").ThrowAsJavaScriptException();
      return info.Env().Undefined();
    }
    balance_ += info[0].As<Napi::Number>().DoubleValue();
    return Napi::Number::New(info.Env(), balance_);
  }
  Napi::Value Audit(const Napi::CallbackInfo& info) {
    auto* worker = new AuditWorker(info.Env(), this);
    Napi::Promise promise = worker->promise();
    worker->Queue();
    return promise;
  }
  Napi::Value GetBalance(const Napi::CallbackInfo& info) {
    return Napi::Number::New(info.Env(), balance_);
  }
  void SetBalance(const Napi::CallbackInfo&, const Napi::Value& value) {
    balance_ = value.ToNumber().DoubleValue();
  }
  static Napi::Value Merge(const Napi::CallbackInfo& info) {
    Account* a = Unwrap(info[0].As<Napi::Object>());
    Account* b = Unwrap(info[1].As<Napi::Object>());
    a->balance_ += std::exchange(b->balance_, 0);
    return info[0];
  }

  double balance_ = 0;
};

// Memory of the module's own, handed to JavaScript with its finalizer.
Napi::Value Lend(const Napi::CallbackInfo& info) {
  auto* bytes = new std::string(info[0].As<Napi::String>().Utf8Value());
  return Napi::Buffer<char>::NewOrCopy(
      info.Env(), bytes->data(), bytes->size(),
      [](Napi::Env, char*, std::string* owned) { delete owned; }, bytes);
}

struct Instance {
  Napi::FunctionReference account;
};

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  auto* instance = new Instance;
  Napi::Function account = Account::Define(env);
  instance->account = Napi::Persistent(account);
  env.SetInstanceData(instance);
  exports.Set("Account", account);
  exports.Set("sum", Napi::Function::New(env, Sum, "sum"));
  exports.Set("reverse", Napi::Function::New(env, Reverse, "reverse"));
  exports.Set("count", Napi::Function::New(env, Count, "count"));
  exports.Set("latest", Napi::Function::New(env, Latest, "latest"));
  exports.Set("emit", Napi::Function::New(env, Emit, "emit"));
  exports.Set("tick", Napi::Function::New(env, Tick, "tick"));
  exports.Set("lend", Napi::Function::New(env, Lend, "lend"));
  return exports;
}

}  // namespace

NODE_API_MODULE(addon_api, Init)
