#include "machine.h"

#include "operations.h"
#include "trace.h"

namespace napisan::conformance {
namespace {

// Deeper calls of blocks do nothing: generated programs may call themselves.
constexpr int kDepthMax = 5;

struct Registry {
  std::mutex mutex;
  std::map<napi_env, Machine*> envs;
  std::map<const void*, Machine*> pointers;
};

Registry& TheRegistry() {
  static auto* registry = new Registry;
  return *registry;
}

thread_local Machine* of_thread = nullptr;
thread_local int indent = 0;

}  // namespace

bool Frame::FindValue(const std::string& name, napi_value& value) const {
  for (const Frame* frame = this; frame != nullptr; frame = frame->outer) {
    auto found = frame->values.find(name);
    if (found == frame->values.end()) continue;
    value = found->second.value;
    return true;
  }
  return false;
}

bool Frame::FindHandle(const std::string& name, const char* type, uint64_t& bits) const {
  auto found = handles.find(name);
  if (found == handles.end()) return machine.Get(name, type, bits);
  if (std::string_view(found->second.type) != type) return false;
  bits = found->second.bits;
  return true;
}

void Frame::SetHandle(const std::string& name, Slot slot) {
  handles[name] = slot;
  machine.Set(name, slot);
}

void Frame::ForgetHandle(const std::string& name, uint64_t bits) {
  for (Frame* frame = this; frame != nullptr; frame = frame->outer) {
    std::erase_if(frame->handles, [bits](const auto& each) { return each.second.bits == bits; });
  }
  machine.Forget(name, bits);
}

void Frame::Say(const std::string& text) const {
  std::string line = std::string(2 * static_cast<size_t>(indent), ' ') + text;
  log != nullptr ? log->push_back(line) : WriteTrace(line);
}

Machine::Machine(const Program& program) : program_(program) {}

Machine::~Machine() {
  for (auto& [name, thread] : threads_) {
    if (thread.thread.joinable()) thread.thread.join();
  }
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  registry.envs.erase(env_);
  std::erase_if(registry.pointers, [this](const auto& entry) { return entry.second == this; });
  if (of_thread == this) of_thread = nullptr;
}

Machine* Machine::Of(napi_env env) {
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  auto found = registry.envs.find(env);
  return found == registry.envs.end() ? nullptr : found->second;
}

Machine* Machine::OfPointer(const void* pointer) {
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  auto found = registry.pointers.find(pointer);
  return found == registry.pointers.end() ? nullptr : found->second;
}

Machine* Machine::OfThread() { return of_thread; }

void Machine::Begin(napi_env env) {
  env_ = env;
  of_thread = this;
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  registry.envs[env] = this;
}

void Machine::Close() {
  closed_ = true;
  std::lock_guard lock(mutex_);
  for (auto& [data, log] : logs_) {
    for (const std::string& line : log) WriteTrace("  never completed: " + line);
  }
  logs_.clear();
}

void Machine::Run(Frame& frame) {
  if (frame.log == nullptr && (depth_ >= kDepthMax || lines_left_ <= 0)) {
    frame.Say("(too deep, or too much)");
    return;
  }
  ++indent;
  if (frame.log == nullptr) ++depth_;
  for (const Line& line : frame.block.lines) {
    if (frame.log == nullptr) --lines_left_;
    RunLine(frame, line);
    if (frame.has_returned) break;
  }
  if (frame.log == nullptr) --depth_;
  --indent;
}

std::string Machine::NameOf(const void* pointer) {
  if (pointer == nullptr) return "null";
  std::lock_guard lock(mutex_);
  for (const Datum& datum : data_) {
    if (&datum == pointer || (!datum.bytes.empty() && datum.bytes.data() == pointer)) {
      return datum.name;
    }
  }
  return "memory";
}

void* Machine::Register(std::string name, std::string bytes) {
  Datum* datum;
  void* pointer;
  {
    std::lock_guard lock(mutex_);
    datum = &data_.emplace_back(Datum{std::move(name), std::move(bytes)});
    pointer = datum->bytes.empty() ? static_cast<void*>(datum) : datum->bytes.data();
    slots_[datum->name] = {"void*", reinterpret_cast<uintptr_t>(pointer)};
  }
  Registry& registry = TheRegistry();
  std::lock_guard lock(registry.mutex);
  registry.pointers[pointer] = this;
  return pointer;
}

void* Machine::PointerTo(const std::string& name) {
  uint64_t bits;
  if (Get(name, "void*", bits)) return reinterpret_cast<void*>(bits);
  return Register(name, "");
}

void* Machine::NewBytes(const std::string& name, std::string bytes) {
  return Register(name, std::move(bytes));
}

void Machine::Set(const std::string& name, Slot slot) {
  std::lock_guard lock(mutex_);
  slots_[name] = slot;
}

bool Machine::Get(const std::string& name, const char* type, uint64_t& bits) {
  std::lock_guard lock(mutex_);
  auto found = slots_.find(name);
  if (found == slots_.end() || std::string_view(found->second.type) != type) return false;
  bits = found->second.bits;
  return true;
}

void Machine::Forget(const std::string& name, uint64_t bits) {
  std::lock_guard lock(mutex_);
  auto found = slots_.find(name);
  if (found != slots_.end() && found->second.bits == bits) slots_.erase(found);
}

void Machine::Forget(const std::string& name) {
  std::lock_guard lock(mutex_);
  slots_.erase(name);
}

bool Machine::Has(const std::string& name) {
  std::lock_guard lock(mutex_);
  return slots_.count(name) > 0;
}

void Machine::OpenGate(const std::string& gate) {
  std::lock_guard lock(mutex_);
  gates_[gate] = true;
  gate_opened_.notify_all();
}

void Machine::WaitFor(const std::string& gate) {
  std::unique_lock lock(mutex_);
  gate_opened_.wait(lock, [&] { return gates_[gate]; });
}

void Machine::Start(const Block& block) {
  std::lock_guard lock(mutex_);
  Thread& thread = threads_[block.name];
  thread.thread = std::thread([this, &block, &thread] {
    Frame frame{.machine = *this, .block = block, .log = &thread.log};
    Run(frame);
  });
}

bool Machine::Join(const std::string& name, std::vector<std::string>& log) {
  Thread* thread;
  {
    std::lock_guard lock(mutex_);
    auto found = threads_.find(name);
    if (found == threads_.end()) return false;
    thread = &found->second;
  }
  thread->thread.join();
  log = std::move(thread->log);
  std::lock_guard lock(mutex_);
  threads_.erase(name);
  return true;
}

void Machine::KeepLog(const void* data, std::vector<std::string> log) {
  std::lock_guard lock(mutex_);
  auto& kept = logs_[data];
  kept.insert(kept.end(), log.begin(), log.end());
}

std::vector<std::string> Machine::TakeLog(const void* data) {
  std::lock_guard lock(mutex_);
  auto found = logs_.find(data);
  if (found == logs_.end()) return {};
  auto log = std::move(found->second);
  logs_.erase(found);
  return log;
}

}  // namespace napisan::conformance
