#include "line_recorder.h"

#include <fmt/format.h>

#include <cmath>
#include <cstring>

#include "recording.h"
#include "type_names.h"

namespace napisan::cases {
namespace {

constexpr const char* kHandleStems[] = {
    "",      "reference",       "deferred",       "work",          "threadsafe_function",
    "scope", "escapable_scope", "callback_scope", "async_context", "async_hook"};
constexpr const char* kHandleTypes[] = {"",
                                        "napi_ref",
                                        "napi_deferred",
                                        "napi_async_work",
                                        "napi_threadsafe_function",
                                        "napi_handle_scope",
                                        "napi_escapable_handle_scope",
                                        "napi_callback_scope",
                                        "napi_async_context",
                                        "napi_async_cleanup_hook_handle"};
static_assert(std::size(kHandleStems) == static_cast<size_t>(HandleKind::kCount));
static_assert(std::size(kHandleTypes) == static_cast<size_t>(HandleKind::kCount));

// What a function gives, by its name: napi_create_object gives an object.
std::string StemOf(FunctionId function) {
  std::string name = Info(function).name;
  for (const char* prefix : {"napi_", "node_api_", "create_", "get_", "coerce_to_", "and_clear_"}) {
    if (name.rfind(prefix, 0) == 0) name.erase(0, std::strlen(prefix));
  }
  return name == "call_function" || name == "make_callback" ? "returned" : name;
}

// Without the last *.
std::string Pointed(std::string_view type) {
  type = type.substr(0, type.rfind('*'));
  return std::string(type.substr(0, type.find_last_not_of(' ') + 1));
}

template <class Char>
std::string Literal(const char* prefix, const Char* text) {
  std::string literal = std::string(prefix) + '"';
  for (; *text != 0; ++text) {
    auto code = static_cast<uint32_t>(static_cast<std::make_unsigned_t<Char>>(*text));
    bool plain = code >= ' ' && code < 127 && code != '"' && code != '\\';
    if (plain) {
      literal += static_cast<char>(code);
    } else if (sizeof(Char) > 1 && code > 255) {
      literal += fmt::format("\\u{:04x}", code);
    } else {
      literal += fmt::format("\\{:03o}", code & 255);
    }
  }
  return literal + '"';
}

std::string Number(double number) {
  if (std::isnan(number)) return "NAN";
  if (std::isinf(number)) return number > 0 ? "INFINITY" : "-INFINITY";
  std::string text = fmt::format("{:.17g}", number);
  return text.find_first_of(".e") == text.npos ? text + ".0" : text;
}

template <class T>
const T* As(const Slot& slot) {
  return static_cast<const T*>(slot.pointer);
}

// As many as the size before says: arguments, words.
bool GivesSeveral(FunctionId function, size_t at) {
  return (function == FunctionId::napi_get_cb_info && at == 3) ||
         (function == FunctionId::napi_get_value_bigint_words && at == 4);
}

}  // namespace

void LineRecorder::Write(const std::string& line) {
  if (lines_.size + line.size() + 1 > Lines::kMax) return;
  std::memcpy(lines_.text + lines_.size, line.data(), line.size());
  lines_.text[lines_.size + line.size()] = '\n';
  lines_.size += line.size() + 1;
}

void LineRecorder::Before(const std::string& line) { Write("before\t" + line + "\t"); }

void LineRecorder::Unrepeatable(const std::string& why) {
  if (unrepeatable_.empty()) unrepeatable_ = why;
}

void LineRecorder::OnDrive(Drive drive, uint64_t index) {
  Write(fmt::format("drive\t{}\t{}\t", static_cast<int>(drive), index));
  if (drive == Drive::kRun) handles_.Begin();
  if (drive != Drive::kFault) return;
  terminated_ |= index == static_cast<uint64_t>(FaultKind::kTerminate);
  no_external_buffers_ |= index == static_cast<uint64_t>(FaultKind::kNoExternalBuffers);
}

void LineRecorder::OnDriven(Drive drive) {
  if (drive == Drive::kRun) handles_.End();
  Write("driven\t");
}

void LineRecorder::OnChoice(uint32_t, uint32_t choice) {
  Write(fmt::format("choice\t{}\t", choice));
}

void LineRecorder::OnEnter(Parameter callback, const Cell& cell) {
  handles_.Begin();
  callbacks_.push_back(callback);
  Write(fmt::format("enter\t{}\t{}\t", static_cast<int>(callback), cell.index));
}

void LineRecorder::OnLeave() {
  callbacks_.pop_back();
  handles_.End();
  Write("leave\t");
}

void LineRecorder::OnCall(FunctionId function, const Slot* slots, const Operation* operation) {
  bool own = operation == nullptr;
  Pending pending{false, {}};
  // What the runner only looks at, and a hook that only it knows: what has a cell releases things.
  bool is_hook = function == FunctionId::napi_add_env_cleanup_hook && !IsCell(slots[2].bits);
  if (own && (is_hook || function == FunctionId::napi_get_last_error_info ||
              function == FunctionId::napi_is_exception_pending ||
              function == FunctionId::napi_get_cb_info)) {
    pending.left_out = true;
    calls_.push_back(pending);
    return;
  }
  unrepeatable_.clear();
  if (terminated_) Unrepeatable("the agent was terminated");
  if (no_external_buffers_ && MakesExternalBuffer(function)) {
    Unrepeatable("external buffers are refused");
  }
  bool other_thread = std::this_thread::get_id() != thread_;
  bool of_env = Info(function).thread == CallThread::Env;
  bool executes = !callbacks_.empty() && callbacks_.back() == Parameter::kExecute;
  if (of_env && (other_thread || executes)) Unrepeatable("it is made by a wrong thread");
  if (!handles_.in_body()) Unrepeatable("it is made where no callback runs");
  const Signature& signature = SignatureOf(function);
  pending.names.resize(signature.count);
  std::string arguments;
  for (size_t i = 0; i < signature.count; ++i) {
    arguments += i == 0 ? "" : ", ";
    arguments += Argument(function, slots, i, pending);
  }
  Write(fmt::format("call\t{}\t{:d}\t{:d}\t{}\t{}\t", static_cast<int>(function), own, other_thread,
                    arguments, unrepeatable_));
  calls_.push_back(std::move(pending));
}

void LineRecorder::OnReturn(FunctionId function, const Slot* slots, napi_status status) {
  Pending pending = std::move(calls_.back());
  calls_.pop_back();
  if (pending.left_out) return;
  Write(fmt::format("return\t{}\t", static_cast<int>(status)));
  if (status != napi_ok) return;
  const Signature& signature = SignatureOf(function);
  for (size_t i = 0; i < signature.count; ++i) {
    if (pending.names[i].empty()) continue;
    bool is_value = signature.parameters[i].parameter == Parameter::kValueOut;
    handles_.Learn(*As<uint64_t>(slots[i]), pending.names[i], is_value,
                   function == FunctionId::napi_escape_handle);
  }
  handles_.Follow(function, slots);
}

std::string LineRecorder::Handle(uint64_t bits, std::string_view type) {
  if (bits == 0) return "nullptr";
  const std::string* name = handles_.Find(bits);
  if (name == nullptr) {
    Unrepeatable("a handle is forged");
    return fmt::format("reinterpret_cast<{}>(uintptr_t{{{:#x}}})", type, bits);
  }
  if (handles_.IsOver(bits)) Unrepeatable(*name + " is over");
  return *name;
}

bool LineRecorder::IsCell(uint64_t bits) const {
  auto begin = reinterpret_cast<uint64_t>(world_.cells);
  return bits >= begin && bits < begin + sizeof(world_.cells);
}

// A cell, or what is in its memory.
std::string LineRecorder::Data(uint64_t bits, const char* type) {
  if (bits == 0) return "nullptr";
  if (!IsCell(bits)) {
    Unrepeatable("a pointer is forged");
    return fmt::format("reinterpret_cast<{}>(uintptr_t{{{:#x}}})", type, bits);
  }
  auto begin = reinterpret_cast<uint64_t>(world_.cells);
  uint64_t cell = (bits - begin) / sizeof(Cell);
  uint64_t offset = (bits - begin) % sizeof(Cell);
  std::string memory = fmt::format("cells[{}].memory", cell);
  if (offset > 0) return fmt::format("&{}[{}]", memory, offset);
  if (std::strcmp(type, "char*") == 0) return memory;
  if (std::strcmp(type, "void*") == 0) return fmt::format("&cells[{}]", cell);
  return fmt::format("reinterpret_cast<{}>({})", type, memory);
}

std::string LineRecorder::Values(const Slot& slot) {
  if (slot.bits == 0) return "nullptr";
  // As many as a case ever passes.
  constexpr size_t kCount = 4;
  std::string name = handles_.NewName("list");
  std::string line = fmt::format("napi_value {}[] = {{", name);
  for (size_t i = 0; i < kCount; ++i) {
    line += (i == 0 ? "" : ", ") + Handle(As<uint64_t>(slot)[i], "napi_value");
  }
  Before(line + "};");
  return name;
}

std::string LineRecorder::Descriptors(const Slot* slots, size_t at) {
  auto* descriptors = As<napi_property_descriptor>(slots[at]);
  if (descriptors == nullptr) return "nullptr";
  uint64_t count = slots[at - 1].bits;
  std::string name = handles_.NewName("properties");
  auto function = [](napi_callback callback) {
    return callback == nullptr ? "nullptr" : "OnFunction";
  };
  std::string line = fmt::format("napi_property_descriptor {}[2] = {{", name);
  for (uint64_t i = 0; i < count && i < 2; ++i) {
    const napi_property_descriptor& each = descriptors[i];
    line += fmt::format(
        "{}{{{}, {}, {}, {}, {}, {}, static_cast<napi_property_attributes>({}), {}}}",
        i == 0 ? "" : ", ", each.utf8name == nullptr ? "nullptr" : Literal("", each.utf8name),
        Handle(reinterpret_cast<uint64_t>(each.name), "napi_value"), function(each.method),
        function(each.getter), function(each.setter),
        Handle(reinterpret_cast<uint64_t>(each.value), "napi_value"),
        static_cast<int>(each.attributes), Data(reinterpret_cast<uint64_t>(each.data), "void*"));
  }
  Before(line + "};");
  return name;
}

// Where a function puts what it gives. Values and handles have names that last, the rest is local.
std::string LineRecorder::Out(FunctionId function, const Slot* slots, size_t at, Pending& pending) {
  if (slots[at].bits == 0) return "nullptr";
  const Signature& signature = SignatureOf(function);
  const ParameterInfo& info = signature.parameters[at];
  auto handle = static_cast<size_t>(info.handle);
  if (GivesSeveral(function, at)) {
    std::string name = handles_.NewName("results");
    Before(fmt::format("{} {}[8] = {{}};", Pointed(TypeName(function, at)), name));
    return name;
  }
  switch (info.parameter) {
    case Parameter::kValueOut:
      pending.names[at] = handles_.NewName(StemOf(function));
      Write("variable\tnapi_value\t" + pending.names[at] + "\t");
      return "&" + pending.names[at];
    case Parameter::kHandleOut:
      pending.names[at] = handles_.NewName(kHandleStems[handle]);
      Write(fmt::format("variable\t{}\t{}\t", kHandleTypes[handle], pending.names[at]));
      return "&" + pending.names[at];
    default: {
      std::string name = handles_.NewName("result");
      Before(fmt::format("{} {}{{}};", Pointed(TypeName(function, at)), name));
      return "&" + name;
    }
  }
}

std::string LineRecorder::Argument(FunctionId function, const Slot* slots, size_t at,
                                   Pending& pending) {
  const Signature& signature = SignatureOf(function);
  const ParameterInfo& info = signature.parameters[at];
  const Slot& slot = slots[at];
  bool is_null = slot.bits == 0;
  switch (info.parameter) {
    case Parameter::kEnv:
      if (is_null) return "nullptr";
      if (env_ == 0) env_ = slot.bits;
      if (env_ == slot.bits) return "env";
      Unrepeatable("the env is another");
      return fmt::format("reinterpret_cast<napi_env>(uintptr_t{{{:#x}}})", slot.bits);
    case Parameter::kValue:
      return Handle(slot.bits, "napi_value");
    case Parameter::kHandle:
      return Handle(slot.bits, kHandleTypes[static_cast<size_t>(info.handle)]);
    case Parameter::kValues:
      return Values(slot);
    case Parameter::kValueOut:
    case Parameter::kHandleOut:
    case Parameter::kScalarOut:
      return Out(function, slots, at, pending);
    case Parameter::kText:
      return is_null ? "nullptr" : Literal("", As<char>(slot));
    case Parameter::kText16:
      return is_null ? "nullptr" : Literal("u", As<char16_t>(slot));
    case Parameter::kCopy:
    case Parameter::kCopy16: {
      bool wide = info.parameter == Parameter::kCopy16;
      if (is_null) return "nullptr";
      if (TakesCharacters(function)) return Data(slot.bits, wide ? "char16_t*" : "char*");
      std::string name = handles_.NewName("buffer");
      Before(fmt::format("{} {}[64];", wide ? "char16_t" : "char", name));
      return name;
    }
    case Parameter::kSize:
      return slot.bits == NAPI_AUTO_LENGTH ? "NAPI_AUTO_LENGTH" : fmt::format("{}u", slot.bits);
    case Parameter::kInteger:
      return fmt::format("{}", static_cast<int64_t>(slot.bits));
    case Parameter::kDouble:
      return Number(slot.number);
    case Parameter::kBool:
      return (slot.bits & 1) != 0 ? "true" : "false";
    case Parameter::kEnum:
      return fmt::format("static_cast<{}>({})", TypeName(function, at),
                         static_cast<int32_t>(slot.bits));
    case Parameter::kSizeInOut: {
      if (is_null) return "nullptr";
      std::string name = handles_.NewName("size");
      Before(fmt::format("size_t {} = {};", name, *As<size_t>(slot)));
      return "&" + name;
    }
    case Parameter::kData:
      return Data(slot.bits, "void*");
    case Parameter::kConstData:
    case Parameter::kWords:
      return is_null ? "nullptr" : "kWords";
    case Parameter::kInfo:
      return is_null ? "nullptr" : "info";
    case Parameter::kTag: {
      if (is_null) return "nullptr";
      auto* tag = As<napi_type_tag>(slot);
      std::string name = handles_.NewName("tag");
      Before(fmt::format("const napi_type_tag {} = {{{}u, {}u}};", name, tag->lower, tag->upper));
      return "&" + name;
    }
    case Parameter::kDescriptors:
      return Descriptors(slots, at);
    case Parameter::kCallback:
    case Parameter::kExecute:
    case Parameter::kComplete:
    case Parameter::kFinalize:
    case Parameter::kNoenvFinalize:
    case Parameter::kCallJs:
    case Parameter::kHook:
    case Parameter::kAsyncHook:
      return is_null ? "nullptr" : CallbackName(info.parameter);
  }
  return "";
}

}  // namespace napisan::cases
