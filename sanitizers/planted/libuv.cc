// Two threads run one loop: libuv's memory races, and no line of ours does.
#include <uv.h>

#include <thread>

namespace {
void Turn(uv_loop_t* loop) {
  for (int i = 0; i < 100; ++i) uv_run(loop, UV_RUN_NOWAIT);
}
}  // namespace

int main() {
  uv_loop_t loop;
  uv_loop_init(&loop);
  std::thread first(Turn, &loop);
  std::thread second(Turn, &loop);
  first.join();
  second.join();
  uv_loop_close(&loop);
}
