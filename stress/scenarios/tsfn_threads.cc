// Threads acquire and release one function at the same time, and none of them calls. It lives as
// long as one of them holds it, and is finalized once.

#include <thread>

#include "scenarios/scenario.h"

namespace napisan::stress {
namespace {

class Scene final : public Tsfn::Receiver {
 public:
  void OnCall(napi_env, void*) override { wrong_.Say("a call arrives that nobody made"); }

  std::string RunReleasedLate() {
    {
      Stage stage;
      stage.Run([&](napi_env env) { tsfn_.Create(env, *this, 3, 0); });
      auto release = [this] {
        wrong_.Expect(napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release) == napi_ok,
                      "a release is refused");
      };
      std::thread first(release);
      std::thread second(release);
      stage.Run([&](napi_env) { napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_abort); });
      stage.agent().RunLoop();
      first.join();
      second.join();
      stage.agent().Teardown();
    }
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

  std::string Run() {
    {
      Stage stage;
      stage.Run([&](napi_env env) { tsfn_.Create(env, *this, 2, 0); });
      auto hold = [this] {
        wrong_.Expect(napi_acquire_threadsafe_function(tsfn_.get()) == napi_ok,
                      "an acquire is refused");
        for (int i = 0; i < 2; ++i) {
          wrong_.Expect(napi_release_threadsafe_function(tsfn_.get(), napi_tsfn_release) == napi_ok,
                        "a release is refused");
        }
      };
      std::thread first(hold);
      std::thread second(hold);
      stage.agent().RunLoop();
      first.join();
      second.join();
      stage.agent().Teardown();
    }
    wrong_.Expect(tsfn_.finalized() == 1, "the function is not finalized once");
    return wrong_.Take();
  }

 private:
  Wrong wrong_;
  Tsfn tsfn_;
};

}  // namespace

std::string RunTsfnThreads() { return Scene().Run(); }

// The agent aborts it, and two threads that still hold it let go at any time: the last one frees
// it.
std::string RunTsfnReleasedLate() { return Scene().RunReleasedLate(); }

}  // namespace napisan::stress
