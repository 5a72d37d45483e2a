// Objects with finalizers are collected while works that refer to others of them execute. What a
// reference holds stays; every finalizer runs once, and before the env has gone.

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

constexpr int kObjects = 3;

class Scene {
 public:
  std::string Run() {
    {
      Stage stage;
      stage.Run([&](napi_env env) {
        for (Object& object : objects_) Make(env, object);
        work_ = NewWork(env, Execute, Complete, this);
        wrong_.Expect(napi_queue_async_work(env, work_) == napi_ok, "a work cannot be queued");
        Count(evidence->queued);
      });
      stage.agent().CollectGarbage();
      stage.agent().Turn(false);
      wrong_.Expect(objects_[0].finalized == 0, "what a reference holds is finalized");
      stage.agent().RunLoop();
      stage.agent().Teardown();
    }
    for (Object& object : objects_) {
      wrong_.Expect(object.finalized == 1, "an object is not finalized once");
    }
    return wrong_.Take();
  }

 private:
  struct Object {
    Scene* scene = nullptr;
    int finalized = 0;
  };

  void Make(napi_env env, Object& object) {
    object.scene = this;
    napi_value value = nullptr;
    napi_create_object(env, &value);
    napi_wrap(env, value, &object, Finalize, nullptr, nullptr);
    if (&object == &objects_[0]) napi_create_reference(env, value, 1, &reference_);
  }
  static void Finalize(napi_env, void* data, void*) {
    ++static_cast<Object*>(data)->finalized;
    Count(evidence->finalized);
  }
  static void Execute(napi_env, void*) { Count(evidence->executed); }
  static void Complete(napi_env env, napi_status, void* data) {
    auto& scene = *static_cast<Scene*>(data);
    napi_value value = nullptr;
    void* object = nullptr;
    scene.wrong_.Expect(napi_get_reference_value(env, scene.reference_, &value) == napi_ok &&
                            napi_unwrap(env, value, &object) == napi_ok &&
                            object == &scene.objects_[0],
                        "what a reference holds is gone");
    napi_delete_reference(env, scene.reference_);
    napi_delete_async_work(env, scene.work_);
    Count(evidence->completed);
  }

  Wrong wrong_;
  Object objects_[kObjects];
  napi_ref reference_ = nullptr;
  napi_async_work work_ = nullptr;
};

}  // namespace

std::string RunFinalizers() { return Scene().Run(); }

}  // namespace napisan::stress
