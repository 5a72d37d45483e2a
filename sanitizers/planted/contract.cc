// A work is deleted twice.
#include "planted.h"

int main() {
  napisan::planted::Planted planted;
  planted.Run([](napi_env env) {
    napi_async_work work = napisan::planted::Planted::NewWork(
        env, [](napi_env, void*) {}, [](napi_env, napi_status, void*) {}, nullptr);
    napi_delete_async_work(env, work);
    napi_delete_async_work(env, work);
  });
  planted.agent().Teardown();
  return napisan::ExitCodeFor(0);
}
