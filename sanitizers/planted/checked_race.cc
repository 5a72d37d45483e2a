// Two agents write one variable, each between checked calls on objects of its own. They share
// nothing else; a checker that took a lock or counted with ordering would hide it.
#include <chrono>
#include <thread>

#include "planted.h"

namespace {

using napisan::planted::Planted;
using napisan::planted::Require;

int shared = 0;

void CheckedCalls(napi_env env) {
  napi_async_work work = Planted::NewWork(
      env, [](napi_env, void*) {}, [](napi_env, napi_status, void*) {}, nullptr);
  Require(napi_delete_async_work(env, work) == napi_ok, "napi_delete_async_work");
  napi_value object = nullptr;
  napi_ref reference = nullptr;
  Require(napi_create_object(env, &object) == napi_ok, "napi_create_object");
  Require(napi_create_reference(env, object, 1, &reference) == napi_ok, "napi_create_reference");
  Require(napi_delete_reference(env, reference) == napi_ok, "napi_delete_reference");
}

// `delay` so that one is done before the other begins: only the clock orders them.
void Write(int delay) {
  Planted planted;
  planted.Run([&](napi_env env) {
    std::this_thread::sleep_for(std::chrono::milliseconds(delay));
    CheckedCalls(env);
    ++shared;
    CheckedCalls(env);
    // The agent's end takes locks, which would order what comes later.
    std::this_thread::sleep_for(std::chrono::milliseconds(120 - delay));
  });
}

}  // namespace

int main() {
  std::thread first(Write, 20);
  std::thread second(Write, 60);
  first.join();
  second.join();
}
