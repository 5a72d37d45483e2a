#include "callbacks.h"

#include <utility>

#include "machine.h"
#include "operations.h"

namespace napisan::conformance {
namespace {

thread_local Frame* innermost = nullptr;

// Runs a block as a frame of this thread.
void RunFrame(Frame& frame, const std::string& heading) {
  frame.outer = innermost;
  innermost = &frame;
  frame.Say(heading + " {");
  frame.machine.Run(frame);
  frame.Say("}");
  innermost = frame.outer;
}

const Block& BlockAt(Machine& machine, size_t index) { return machine.program().blocks[index]; }

Machine* Open(Machine* machine) {
  return machine == nullptr || machine->closed() ? nullptr : machine;
}

// For callbacks without an env: whose pointer it is, or who runs on this thread.
Machine* ByPointer(const void* pointer) {
  Machine* machine = Machine::OfPointer(pointer);
  return Open(machine != nullptr ? machine : Machine::OfThread());
}

template <size_t I>
napi_value Function(napi_env env, napi_callback_info info) {
  Machine* machine = Open(Machine::Of(env));
  if (machine == nullptr) return nullptr;
  Frame frame{.machine = *machine, .block = BlockAt(*machine, I), .env = env, .info = info};
  RunFrame(frame, "function " + frame.block.name);
  return frame.returned;
}

template <size_t I>
void Finalize(napi_env env, void* data, void* hint) {
  Machine* machine = env != nullptr ? Open(Machine::Of(env)) : ByPointer(hint);
  if (machine == nullptr || !machine->Sees(BlockAt(*machine, I), innermost != nullptr)) return;
  Frame frame{.machine = *machine, .block = BlockAt(*machine, I), .env = env};
  RunFrame(frame, "finalize " + frame.block.name + (env != nullptr ? "" : " env=null") +
                      " data=" + machine->NameOf(data) + " hint=" + machine->NameOf(hint));
}

template <size_t I>
void Execute(napi_env env, void* data) {
  Machine* machine = Open(Machine::Of(env));
  if (machine == nullptr) return;
  std::vector<std::string> log;
  Frame frame{.machine = *machine, .block = BlockAt(*machine, I), .env = env, .log = &log};
  frame.Say("execute " + frame.block.name + " data=" + machine->NameOf(data));
  machine->Run(frame);
  machine->KeepLog(data, std::move(log));
}

template <size_t I>
void Complete(napi_env env, napi_status status, void* data) {
  Machine* machine = Open(Machine::Of(env));
  if (machine == nullptr) return;
  Frame frame{.machine = *machine, .block = BlockAt(*machine, I), .env = env};
  for (const std::string& line : machine->TakeLog(data)) frame.Say("had run: " + line);
  RunFrame(frame, "complete " + frame.block.name + " " + StatusName(status) +
                      " data=" + machine->NameOf(data));
}

template <size_t I>
void CallJs(napi_env env, napi_value function, void* context, void* data) {
  Machine* machine =
      env != nullptr ? Open(Machine::Of(env)) : ByPointer(context != nullptr ? context : data);
  if (machine == nullptr) return;
  Frame frame{.machine = *machine, .block = BlockAt(*machine, I), .env = env};
  if (function != nullptr) frame.SetValue("js", function);
  RunFrame(frame, "call_js " + frame.block.name + (env != nullptr ? "" : " env=null") +
                      (function != nullptr ? "" : " function=null") +
                      " context=" + machine->NameOf(context) + " data=" + machine->NameOf(data));
}

template <size_t I>
void Hook(void* argument) {
  Machine* machine = ByPointer(argument);
  if (machine == nullptr) return;
  Frame frame{.machine = *machine, .block = BlockAt(*machine, I), .env = machine->env()};
  RunFrame(frame, "hook " + frame.block.name + " arg=" + machine->NameOf(argument));
}

template <size_t I>
void AsyncHook(napi_async_cleanup_hook_handle handle, void* argument) {
  Machine* machine = ByPointer(argument);
  if (machine == nullptr) {
    // Teardown waits for it.
    napi_remove_async_cleanup_hook(handle);
    return;
  }
  Frame frame{.machine = *machine, .block = BlockAt(*machine, I), .env = machine->env()};
  machine->Set("handle", {"napi_async_cleanup_hook_handle", reinterpret_cast<uintptr_t>(handle)});
  RunFrame(frame, "async_hook " + frame.block.name + " arg=" + machine->NameOf(argument));
}

using AllBlocks = std::make_index_sequence<kBlocksMax>;

}  // namespace

#define NAPISAN_CALLBACKS(type, function)                      \
  namespace {                                                  \
  template <size_t... I>                                       \
  type function##At(size_t index, std::index_sequence<I...>) { \
    static constexpr type kAll[] = {function<I>...};           \
    return kAll[index];                                        \
  }                                                            \
  }                                                            \
  template <>                                                  \
  type CallbackFor<type>(const Block& block) {                 \
    return function##At(block.index, AllBlocks());             \
  }

NAPISAN_CALLBACKS(napi_callback, Function)
NAPISAN_CALLBACKS(napi_finalize, Finalize)
NAPISAN_CALLBACKS(napi_async_execute_callback, Execute)
NAPISAN_CALLBACKS(napi_async_complete_callback, Complete)
NAPISAN_CALLBACKS(napi_threadsafe_function_call_js, CallJs)
NAPISAN_CALLBACKS(napi_cleanup_hook, Hook)
NAPISAN_CALLBACKS(napi_async_cleanup_hook, AsyncHook)
#undef NAPISAN_CALLBACKS

}  // namespace napisan::conformance
