// A machine runs one program: it holds what the program's names stand for, and knows which env is
// its own.
//
// Ownership: a machine is made by its module's init and kept until the process ends: callbacks of
// its env may come late. After Close() they do nothing.
// Threads: its env's, but for variables, gates and logs, which blocks on other threads use.
#pragma once

#include <node_api.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "program.h"

namespace napisan::conformance {

class Machine;

// What a name stands for: a handle, a pointer or a number, by the C type that made it.
struct Slot {
  const char* type = nullptr;
  uint64_t bits = 0;
};

// One execution of a block. Values live as long as their frame, and those of outer frames are good
// in inner ones.
struct Frame {
  Machine& machine;
  const Block& block;
  napi_env env = nullptr;
  napi_callback_info info = nullptr;
  Frame* outer = nullptr;
  // Null on the env's thread: lines go to the trace at once.
  std::vector<std::string>* log = nullptr;
  struct Named {
    napi_value value;
    // Of how many handle scopes that this frame opened it is in the innermost.
    int scopes;
  };
  std::map<std::string, Named> values = {};
  int open_scopes = 0;
  // Handles that this frame made: a block that calls itself has its own.
  std::map<std::string, Slot> handles = {};
  napi_value returned = nullptr;
  bool has_returned = false;
  // Of the line that runs: only what the function itself does; and with a null env.
  bool quiet = false;
  bool without_env = false;

  // False where no such value is at hand.
  bool FindValue(const std::string& name, napi_value& value) const;
  // `outward`: in a scope so much further out.
  void SetValue(const std::string& name, napi_value value, int outward = 0) {
    values[name] = {value, open_scopes - outward};
  }
  // What was in the innermost scope is no more.
  void CloseScope() {
    --open_scopes;
    std::erase_if(values, [this](const auto& each) { return each.second.scopes > open_scopes; });
  }
  // A handle of this frame's, or else the newest that any frame made.
  bool FindHandle(const std::string& name, const char* type, uint64_t& bits) const;
  void SetHandle(const std::string& name, Slot slot);
  // The handle has come to its end.
  void ForgetHandle(const std::string& name, uint64_t bits);
  void Say(const std::string& text) const;
};

class Machine {
 public:
  explicit Machine(const Program& program);
  ~Machine();
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // By what a callback was given: its env, or a pointer that this machine gave out.
  static Machine* Of(napi_env env);
  static Machine* OfPointer(const void* pointer);
  // The one that began last on this thread.
  static Machine* OfThread();

  // Its module's init.
  void Begin(napi_env env);
  // Callbacks do nothing from here on.
  void Close();
  bool closed() const { return closed_; }

  const Program& program() const { return program_; }
  napi_env env() const { return env_; }

  // Runs the block on this thread; nothing of it where the program has done too much already.
  void Run(Frame& frame);
  // What `data` of a callback is called; "null", or "memory" for what the host owns.
  std::string NameOf(const void* pointer);
  // The datum of this name.
  void* PointerTo(const std::string& name);
  // A datum that owns bytes; the one of this name before it stays alive.
  void* NewBytes(const std::string& name, std::string bytes);

  void Set(const std::string& name, Slot slot);
  bool Get(const std::string& name, const char* type, uint64_t& bits);
  void Forget(const std::string& name, uint64_t bits);
  void Forget(const std::string& name);
  bool Has(const std::string& name);

  // A gate is closed until it is opened, by any thread.
  void OpenGate(const std::string& gate);
  void WaitFor(const std::string& gate);

  void Start(const Block& block);
  // False where it does not run.
  bool Join(const std::string& thread, std::vector<std::string>& log);

  // This finalize block belongs to something that ends by itself, not to an object.
  void Expect(const Block& block) { expected_.insert(block.index); }
  // False for the finalizer of an object that the engine collected when it saw fit: only programs
  // that watch the teardown see those.
  bool Sees(const Block& finalizer, bool in_frame) const {
    return in_frame || program_.teardown != TeardownAt::kNever ||
           expected_.count(finalizer.index) > 0;
  }

  // Lines of an execute callback, by its data, until its complete callback shows them.
  void KeepLog(const void* data, std::vector<std::string> log);
  std::vector<std::string> TakeLog(const void* data);

 private:
  struct Thread {
    std::thread thread;
    std::vector<std::string> log;
  };
  struct Datum {
    std::string name;
    std::string bytes;
  };

  void* Register(std::string name, std::string bytes);

  const Program& program_;
  napi_env env_ = nullptr;
  bool closed_ = false;
  int depth_ = 0;
  int lines_left_ = 1200;

  std::set<size_t> expected_;

  std::mutex mutex_;
  std::condition_variable gate_opened_;
  std::map<std::string, Slot> slots_;
  std::deque<Datum> data_;
  std::map<std::string, bool> gates_;
  std::map<std::string, Thread> threads_;
  std::map<const void*, std::vector<std::string>> logs_;
};

}  // namespace napisan::conformance
