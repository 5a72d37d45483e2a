// The agent writes what execute writes, with nothing between them.
#include <chrono>
#include <thread>

#include "planted.h"

namespace {
int shared = 0;
}

int main() {
  napisan::planted::Planted planted;
  planted.Run([](napi_env env) {
    napi_async_work work = napisan::planted::Planted::NewWork(
        env, [](napi_env, void*) { ++shared; }, [](napi_env, napi_status, void*) { ++shared; },
        nullptr);
    napi_queue_async_work(env, work);
    // Nothing orders this with execute, which begins while this thread sleeps.
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    ++shared;
  });
  planted.agent().RunLoop();
}
