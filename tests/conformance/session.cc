#include "session.h"

#include <deque>
#include <memory>

#include "callbacks.h"
#include "inspect.h"
#include "trace.h"

namespace napisan::conformance {
namespace {

std::vector<Program>& AllPrograms() {
  static auto* programs = new std::vector<Program>;
  return *programs;
}

// Machines are reached through their envs; this keeps them.
void Keep(std::unique_ptr<Machine> machine) {
  static std::mutex mutex;
  static auto* machines = new std::deque<std::unique_ptr<Machine>>;
  std::lock_guard lock(mutex);
  machines->push_back(std::move(machine));
}

thread_local const Program* selected = nullptr;

napi_value Threw(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value exception = nullptr;
  if (napi_get_cb_info(env, info, &count, &exception, nullptr, nullptr) == napi_ok) {
    ShowThrown(env, exception);
  }
  return nullptr;
}

napi_value Close(napi_env env, napi_callback_info) {
  if (Machine* machine = Machine::Of(env)) machine->Close();
  return nullptr;
}

napi_value FunctionOf(napi_env env, const char* name, napi_callback callback) {
  napi_value function = nullptr;
  napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, nullptr, &function);
  return function;
}

}  // namespace

bool LoadPrograms(const std::string& path, std::string& error) {
  std::vector<Program>& programs = AllPrograms();
  if (!ReadPrograms(path, programs, error)) return false;
  for (const Program& program : programs) {
    if (program.blocks.size() <= kBlocksMax) continue;
    error = program.name + " has more than " + std::to_string(kBlocksMax) + " blocks";
    return false;
  }
  return true;
}

const std::vector<Program>& Programs() { return AllPrograms(); }

void Select(const Program* program) { selected = program; }
const Program* Selected() { return selected; }

Machine* Begun() { return Machine::OfThread(); }

napi_value BeginProgram(napi_env env, napi_value exports) {
  auto made = std::make_unique<Machine>(*selected);
  Machine& machine = *made;
  Keep(std::move(made));
  machine.Begin(env);

  napi_value mains = nullptr;
  napi_create_array(env, &mains);
  uint32_t count = 0;
  for (const Block& block : machine.program().blocks) {
    if (block.kind != BlockKind::kMain) continue;
    napi_set_element(env, mains, count++,
                     FunctionOf(env, "main", CallbackFor<napi_callback>(block)));
  }
  napi_set_named_property(env, exports, "mains", mains);
  napi_set_named_property(env, exports, "threw", FunctionOf(env, "threw", Threw));
  napi_set_named_property(env, exports, "close", FunctionOf(env, "close", Close));

  for (const Block& block : machine.program().blocks) {
    if (block.kind != BlockKind::kInit) continue;
    Frame frame{.machine = machine, .block = block, .env = env};
    frame.SetValue("exports", exports);
    frame.Say("init {");
    machine.Run(frame);
    frame.Say("}");
    if (frame.has_returned) return frame.returned;
  }
  return exports;
}

void ShowThrown(napi_env env, napi_value exception) {
  Machine* machine = Machine::Of(env);
  if (machine == nullptr || machine->closed()) return;
  WriteTrace("threw " + Inspect(*machine, env, exception));
}

}  // namespace napisan::conformance
