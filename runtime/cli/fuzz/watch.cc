#include "cli/fuzz/watch.h"

#include <string_view>
#include <type_traits>

#include "api/functions.h"
#include "api/host_table.h"
#include "api/thread.h"
#include "checker/state.h"
#include "host/agent.h"
#include "host/handles.h"
#include "host/strings.h"

namespace napisan::cli::fuzz {
namespace {

using host::Value;

Knowledge* learning = nullptr;
Features* seen_features = nullptr;
// The host's own functions.
HostTable real;

// Agent's thread only: the call that is watched, and which handles are of its arguments, or of what
// was read of them. Handles are used again once their scope is closed, and only its own.
struct Tracked {
  napi_value handle;
  Node* node;
};
struct Current {
  host::Object* function = nullptr;
  Node* node = nullptr;
  std::vector<Tracked> tracked;
};
Current current;
constexpr size_t kTrackedMax = 64;

struct FaultState {
  FunctionId function;
  uint32_t left;
};
std::vector<FaultState> faults;

constexpr std::string_view kFaulty[] = {
    "napi_create_async_work",  "napi_queue_async_work",           "napi_create_reference",
    "napi_create_promise",     "napi_create_threadsafe_function", "napi_create_buffer",
    "napi_create_arraybuffer", "napi_create_buffer_copy",         "napi_wrap",
};

constexpr ValueKind ReadKind(FunctionId function) {
#define READ(name, kind) \
  if (function == FunctionId::name) return ValueKind::kind;
#include "cli/fuzz/reads.def"
  return ValueKind::kCount;
}

constexpr bool IsFaulty(FunctionId function) {
  for (std::string_view name : kFaulty) {
    if (name == Info(function).name) return true;
  }
  return false;
}

Node* Find(napi_value handle) {
  for (const Tracked& tracked : current.tracked) {
    if (tracked.handle == handle) return tracked.node;
  }
  return nullptr;
}

void Track(napi_value handle, Node& node) {
  if (current.tracked.size() < kTrackedMax) current.tracked.push_back({handle, &node});
}

bool OnWatchedThread() {
  return CurrentThread().kind == ThreadKind::kAgent && current.node != nullptr;
}

bool Fails(FunctionId function) {
  for (FaultState& fault : faults) {
    if (fault.function == function && fault.left-- == 0) return true;
  }
  return false;
}

// Relaxed by being the thread's own: the call before this one.
thread_local FunctionId call_before [[gnu::tls_model("initial-exec")]] = FunctionId::kCount;

void AddFeatures(FunctionId function, napi_status status) {
  auto call = static_cast<uint64_t>(function) * 64 + static_cast<uint64_t>(status);
  seen_features->Add(call * 512 + static_cast<uint64_t>(call_before));
  call_before = function;
  if (OnWatchedThread()) seen_features->Add(call ^ current.node->hash);
}

void LearnRead(ValueKind kind, napi_value value) {
  if (value == nullptr || !OnWatchedThread()) return;
  if (Node* node = Find(value)) learning->Note(*node, kind);
}

// The second parameter, where it is a value.
template <class... Rest>
napi_value Second(napi_env, napi_value value, Rest...) {
  return value;
}

template <FunctionId kFunction, auto kMember, class Type>
struct Watched;

template <FunctionId kFunction, auto kMember, class... Arguments>
struct Watched<kFunction, kMember, napi_status (*)(Arguments...)> {
  static napi_status Call(Arguments... arguments) {
    if constexpr (ReadKind(kFunction) != ValueKind::kCount) {
      LearnRead(ReadKind(kFunction), Second(arguments...));
    }
    if constexpr (IsFaulty(kFunction)) {
      if (!faults.empty() && Fails(kFunction)) return napi_generic_failure;
    }
    napi_status status = (real.*kMember)(arguments...);
    AddFeatures(kFunction, status);
    return status;
  }
};

template <FunctionId kFunction, auto kMember>
void Watch(HostTable& table) {
  using Type = std::remove_reference_t<decltype(table.*kMember)>;
  // Those that return no status do not return, or are not called while an input runs.
  if constexpr (requires { &Watched<kFunction, kMember, Type>::Call; }) {
    table.*kMember = &Watched<kFunction, kMember, Type>::Call;
  }
}

napi_status WatchedCbInfo(napi_env env, napi_callback_info info, size_t* argc, napi_value* argv,
                          napi_value* this_arg, void** data) {
  size_t wanted = argc != nullptr && argv != nullptr ? *argc : 0;
  napi_status status = real.napi_get_cb_info(env, info, argc, argv, this_arg, data);
  AddFeatures(FunctionId::napi_get_cb_info, status);
  auto* frame = reinterpret_cast<host::CallFrame*>(info);
  bool own = OnWatchedThread() && status == napi_ok && frame->function == current.function;
  if (!own) return status;
  // Who takes any number of arguments asks for more than anybody means.
  constexpr size_t kArgumentsMax = 8;
  wanted = wanted < kArgumentsMax ? wanted : kArgumentsMax;
  learning->NoteCount(current.node->Child("#"), static_cast<uint32_t>(wanted));
  for (size_t i = 0; i < wanted; ++i) Track(argv[i], current.node->Child(std::to_string(i)));
  return status;
}

// A property that is read of an argument is known by its name, an element by being one.
napi_status WatchedNamed(napi_env env, napi_value object, const char* name, napi_value* result) {
  napi_status status = real.napi_get_named_property(env, object, name, result);
  AddFeatures(FunctionId::napi_get_named_property, status);
  Node* node = OnWatchedThread() ? Find(object) : nullptr;
  if (node == nullptr) return status;
  learning->Note(*node, ValueKind::kObject);
  Node& property = node->Child("." + std::string(name));
  if (status == napi_ok) Track(*result, property);
  return status;
}

napi_status WatchedProperty(napi_env env, napi_value object, napi_value key, napi_value* result) {
  Node* node = OnWatchedThread() && object != nullptr ? Find(object) : nullptr;
  std::string name;
  if (node != nullptr && key != nullptr && host::IsString(key->value)) {
    name = host::ToUtf8(*host::AsString(key->value));
  }
  napi_status status = real.napi_get_property(env, object, key, result);
  AddFeatures(FunctionId::napi_get_property, status);
  if (node == nullptr || name.empty()) return status;
  learning->Note(*node, ValueKind::kObject);
  if (status == napi_ok) Track(*result, node->Child("." + name));
  return status;
}

napi_status WatchedElement(napi_env env, napi_value object, uint32_t index, napi_value* result) {
  napi_status status = real.napi_get_element(env, object, index, result);
  AddFeatures(FunctionId::napi_get_element, status);
  Node* node = OnWatchedThread() ? Find(object) : nullptr;
  if (node == nullptr) return status;
  learning->Note(*node, ValueKind::kArray);
  if (status == napi_ok) Track(*result, node->Child("[]"));
  return status;
}

// A function that is called, where it came in as an argument.
napi_status WatchedCallFunction(napi_env env, napi_value receiver, napi_value function, size_t argc,
                                const napi_value* argv, napi_value* result) {
  LearnRead(ValueKind::kFunction, function);
  napi_status status = real.napi_call_function(env, receiver, function, argc, argv, result);
  AddFeatures(FunctionId::napi_call_function, status);
  return status;
}

// Kept until later: an object, or a function, which is one.
napi_status WatchedReference(napi_env env, napi_value value, uint32_t count, napi_ref* result) {
  if (value != nullptr && OnWatchedThread()) {
    Node* node = Find(value);
    if (node != nullptr && host::IsFunction(value->value)) {
      learning->Note(*node, ValueKind::kFunction);
    } else if (node != nullptr && node->kinds == 0) {
      learning->Note(*node, ValueKind::kFunction);
      learning->Note(*node, ValueKind::kObject);
    }
  }
  if (!faults.empty() && Fails(FunctionId::napi_create_reference)) return napi_generic_failure;
  napi_status status = real.napi_create_reference(env, value, count, result);
  AddFeatures(FunctionId::napi_create_reference, status);
  return status;
}

}  // namespace

void BeginWatch(Knowledge& to, Features& seen) {
  learning = &to;
  seen_features = &seen;
  real = checker::host;
  HostTable& table = checker::host;
#define FUNCTION(name, since, thread, pending, basic, event) \
  Watch<FunctionId::name, &HostTable::name>(table);
#include "api/functions.def"
  table.napi_get_cb_info = WatchedCbInfo;
  table.napi_get_named_property = WatchedNamed;
  table.napi_get_property = WatchedProperty;
  table.napi_get_element = WatchedElement;
  table.napi_call_function = WatchedCallFunction;
  table.napi_create_reference = WatchedReference;
}

const std::vector<std::string>& FaultyFunctions() {
  static const auto* names = new std::vector<std::string>(std::begin(kFaulty), std::end(kFaulty));
  return *names;
}

void SetFaults(const std::vector<Fault>& wanted) {
  faults.clear();
  for (const Fault& fault : wanted) {
    for (int i = 0; i < kFunctionCount; ++i) {
      if (fault.function == kFunctions[i].name) {
        faults.push_back({static_cast<FunctionId>(i), fault.call});
      }
    }
  }
}

WatchedCall::WatchedCall(host::Object* function, Node* node) {
  current.function = function;
  current.node = node;
  current.tracked.clear();
}

WatchedCall::~WatchedCall() {
  current.function = nullptr;
  current.node = nullptr;
  current.tracked.clear();
}

}  // namespace napisan::cli::fuzz
