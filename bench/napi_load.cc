// The Node-API load: a module's way, whichever front is linked.

#include <node_api.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "napisan/host.h"

#include "load.h"

namespace napisan::bench {
namespace {

void Require(bool ok, const char* what) {
  if (ok) return;
  std::fprintf(stderr, "bench: %s failed\n", what);
  std::abort();
}

class NapiLoad final : public Load {
 public:
  explicit NapiLoad(const Shape& shape)
      : Load(shape), agent_(HostOptions()), slots_(shape.in_flight) {
    std::string error;
    Require(agent_.Add("bench", nullptr, 10, module_, error), "HostAgent::Add");
    for (Slot& slot : slots_) slot.load = this;
  }
  ~NapiLoad() override { agent_.Teardown(); }

 protected:
  void RunSteady(uint64_t works) override {
    left_ = works;
    agent_.Run(module_, [this](napi_env env) {
      napi_value name = MakeName(env);
      for (Slot& slot : slots_) {
        if (left_ > 0) Queue(env, name, slot);
      }
    });
    agent_.RunLoop();
  }

  void QueueAll(uint32_t works) override {
    left_ = works;
    agent_.Run(module_, [this, works](napi_env env) {
      napi_value name = MakeName(env);
      for (uint32_t i = 0; i < works; ++i) Queue(env, name, slots_[i]);
    });
  }

  void CompleteAll() override { agent_.RunLoop(); }

 private:
  // The module's own data of a work, allocated before as the raw load's requests are.
  struct Slot {
    napi_async_work work;
    NapiLoad* load;
    int64_t queued_at;
  };

  // A value of the callback that it is made in: one for all works that the callback queues.
  static napi_value MakeName(napi_env env) {
    napi_value name = nullptr;
    Require(napi_create_string_utf8(env, "bench", 5, &name) == napi_ok, "napi_create_string_utf8");
    return name;
  }

  void Queue(napi_env env, napi_value name, Slot& slot) {
    --left_;
    if (latencies_ != nullptr) slot.queued_at = WallNs();
    napi_status status =
        napi_create_async_work(env, nullptr, name, Execute, Complete, &slot, &slot.work);
    if (status == napi_ok) status = napi_queue_async_work(env, slot.work);
    Require(status == napi_ok, "napi_queue_async_work");
  }

  static void Execute(napi_env, void* data) {
    const Shape& shape = static_cast<Slot*>(data)->load->shape_;
    if (shape.execute_ns != 0) Spin(shape.execute_ns);
    if (shape.slow_ns != 0) Spin(shape.slow_ns);
  }

  static void Complete(napi_env env, napi_status, void* data) {
    auto& slot = *static_cast<Slot*>(data);
    NapiLoad& load = *slot.load;
    if (load.shape_.slow_ns != 0) Spin(load.shape_.slow_ns);
    if (load.latencies_ != nullptr) load.OnLatency(slot.queued_at);
    Require(napi_delete_async_work(env, slot.work) == napi_ok, "napi_delete_async_work");
    if (load.left_ > 0) load.Queue(env, MakeName(env), slot);
  }

  HostAgent agent_;
  HostAgent::ModuleRef module_ = 0;
  std::vector<Slot> slots_;
  // Works that are still to be queued.
  uint64_t left_ = 0;
};

}  // namespace

std::unique_ptr<Load> NewNapiLoad(const Shape& shape) { return std::make_unique<NapiLoad>(shape); }

}  // namespace napisan::bench
