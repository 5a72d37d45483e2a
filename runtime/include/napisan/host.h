// The engine-free host, for programs that embed it: tests, fuzzers, stress scenarios, benchmarks.
//
// A program makes an agent on a thread, adds modules (its own code, or a shared library), runs code
// in them, turns the loop, and tears the agent down. The code that it runs uses the napi_* symbols
// like any module; whether the checker stands in front of them is decided by what is linked:
// napisan::checked or napisan::unchecked. More agents, each on a thread of its own: worker.h and
// task_pool.h.
//
// Threads: an Agent is used on the thread that made it, and only there. Each thread may have one.
// Lifetimes: a ModuleRef is good until its Agent is torn down or reset; an env and values as in any
// module: until the body or callback returns that was given them.
// Errors: what can fail returns false and one line of text; misuse of this API aborts with a line.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <node_api.h>

#include "napisan/gc_mode.h"

namespace napisan {

enum class ExecutorKind : uint8_t {
  kUv,        // uv_queue_work on libuv's pool
  kStepping,  // one thread plays all, one choice at a time
};

// Which of `count` (2 or more) possible steps comes next: 0 … count - 1. Steps are listed as:
// execute the first, second, … queued work; deliver the oldest completion; wake a thread-safe
// function.
class StepChooser {
 public:
  virtual ~StepChooser() = default;
  virtual uint32_t Choose(uint32_t count) = 0;
};

struct HostOptions {
  // node20, node22, node24, node26, openharmony, or openharmony:cancel_status=guide: what its guide
  // says where its source does otherwise.
  std::string profile = "node24";
  ExecutorKind executor = ExecutorKind::kUv;
  // Stepping only; outlives the agent. Null: always the first.
  StepChooser* chooser = nullptr;
  // The thread is the module's own, as OpenHarmony's napi_create_ark_runtime has it: its module may
  // call napi_run_event_loop.
  bool native_thread = false;
  // When unreachable objects go. With the stepping executor it depends on nothing but the calls.
  GcMode gc = GcMode::kIdle;
  // False: memory of the module's stays outside, as with V8's memory cage, which Electron has:
  // external array buffers and buffers are answered with napi_no_external_buffers_allowed, and
  // external strings are copied.
  bool external_buffers = true;
  // Told of each exception nobody caught, as text; null prints it to stderr.
  void (*on_uncaught)(void* context, const std::string& text) = nullptr;
  // Told of each exception that is swallowed, as Node swallows those in callbacks of modules below
  // version 10 (DEP0168); null prints that to stderr.
  void (*on_swallowed)(void* context) = nullptr;
  void* context = nullptr;
};

struct GcCounts {
  uint64_t collections = 0;
  // Cells (strings, symbols, bigints and objects): alive after the newest collection, and freed by
  // all of them.
  size_t live_cells = 0;
  uint64_t freed_cells = 0;
};

// How a call of a function ended.
struct CallResult {
  // kStopped: the agent is being stopped, and nothing ran.
  enum class Kind : uint8_t { kReturned, kThrew, kStopped };
  Kind kind;
  // What it returned or threw; null where nothing ran.
  napi_value value;
};

// What became of a promise; kPending: nothing is left that could settle it.
enum class Settled : uint8_t { kFulfilled, kRejected, kPending };

class HostAgent {
 public:
  using ModuleRef = uint32_t;
  using PromiseRef = uint32_t;

  explicit HostAgent(const HostOptions& options);
  ~HostAgent();
  HostAgent(const HostAgent&) = delete;
  HostAgent& operator=(const HostAgent&) = delete;

  // Loads a .node or .so and runs its init in an env of its own.
  bool Load(const std::string& path, ModuleRef& module, std::string& error);
  // The same for init in the program itself; null stands for an init that does nothing.
  bool Add(const std::string& name, napi_addon_register_func init, int32_t api_version,
           ModuleRef& module, std::string& error);

  // Runs body(env) as though JavaScript had called a function of the module's: with a handle scope
  // open, and with microtasks run afterwards. False where the agent is being stopped: nothing ran.
  template <class Body>
  bool Run(ModuleRef module, Body&& body) {
    using Callable = std::remove_reference_t<Body>;
    return Invoke(
        module, [](napi_env env, void* data) { (*static_cast<Callable*>(data))(env); }, &body);
  }

  // These two are for use inside such a body, or a callback that was given this env.
  // Calls an export of the module that the env is of, as JavaScript would.
  CallResult Call(napi_env env, const std::string& name,
                  const std::vector<napi_value>& arguments = {});
  // Keeps a promise, or any other value, for Await.
  PromiseRef Keep(napi_env env, napi_value promise);

  // Turns the loop until a promise that was kept is settled, then runs body(env, value) with what
  // it was settled with, in the module whose env kept it. Once a promise, and not inside a body.
  template <class Body>
  Settled Await(PromiseRef promise, Body&& body) {
    using Callable = std::remove_reference_t<Body>;
    return AwaitValue(
        promise,
        [](napi_env env, napi_value value, void* data) {
          (*static_cast<Callable*>(data))(env, value);
        },
        &body);
  }

  // Turns the loop once, waiting for an event if `wait`. False when nothing keeps it alive.
  bool Turn(bool wait = true);
  // Turns until nothing keeps the loop alive, or the agent is being stopped.
  void RunLoop();

  // Stepping only.
  size_t queued_works() const;
  size_t finished_works() const;
  // Executes the queued work with this index on a played worker; false where there is none.
  bool StepExecute(size_t index);
  // Delivers the oldest completion, wakes a thread-safe function; false where there is none.
  bool StepComplete();
  bool StepWake();

  // Collects what cannot be reached: in any mode, inside of a callback too. Finalizers run when the
  // profile has them run: on Node, in a later turn of the loop.
  void CollectGarbage();
  GcCounts gc_counts() const;

  // Ends the envs as the profile does: workers and task pools end, works complete, hooks run,
  // finalizers run. Leaks are judged.
  void Teardown();
  // Tears down, then back to the state of a new agent, at the cost of what was used.
  void Reset();

  size_t uncaught_exceptions() const;

  // Faults, each until Reset.
  // On any thread: as when a worker is terminated, JavaScript may not run from now on. What was
  // called goes on, and calls that need it answer napi_cannot_run_js, or below version 10
  // napi_pending_exception. The loop is not woken; what is left is Teardown.
  void Terminate();
  // As the option external_buffers = false, from now on.
  void RefuseExternalBuffers();
  // Stepping only: as libuv does, all thread-safe functions that were called since are woken in one
  // step.
  void CoalesceWakeups();

 private:
  friend struct Embedding;
  struct Impl;

  // Over an agent that is somebody else's.
  struct Wrapped {};
  HostAgent(Wrapped, std::unique_ptr<Impl> impl);

  bool Invoke(ModuleRef module, void (*body)(napi_env env, void* data), void* data);
  Settled AwaitValue(PromiseRef promise, void (*body)(napi_env env, napi_value value, void* data),
                     void* data);

  std::unique_ptr<Impl> impl_;
};

}  // namespace napisan
