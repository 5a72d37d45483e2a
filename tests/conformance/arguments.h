// How each C type is written in a program and shown in a trace. What one function does with its
// arguments in a way that their types do not tell is in by_hand.cc.
//
//   In   from words to the argument; false where the call is not to be made
//   Out  after the call: results are named and shown
#pragma once

#include <cstring>
#include <type_traits>

#include "callbacks.h"
#include "decoder.h"
#include "inspect.h"
#include "words.h"

namespace napisan::conformance {

// What results are filled with before a call, to see whether it wrote them.
inline constexpr unsigned char kUntouched = 0x5a;

template <class T>
bool Untouched(const T& value) {
  unsigned char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  for (unsigned char byte : bytes) {
    if (byte != kUntouched) return false;
  }
  return true;
}

template <class T>
T FromInteger(int64_t number) {
  if constexpr (std::is_enum_v<T>) {
    // The bits, whatever the enum has room for.
    auto bits = static_cast<std::underlying_type_t<T>>(number);
    T value;
    std::memcpy(&value, &bits, sizeof(value));
    return value;
  } else {
    return static_cast<T>(number);
  }
}

// --- Numbers, truth values, enums ---

template <class T>
struct Arg {
  static_assert(std::is_integral_v<T> || std::is_enum_v<T>, "say in arguments.h how it is written");
  T value;

  bool In(Decoder& decoder) {
    int64_t number = 0;
    if (!decoder.TakeInteger(number)) return false;
    value = FromInteger<T>(number);
    return true;
  }
  void Out(Decoder&, napi_status) {}
};

template <>
struct Arg<double> {
  double value;
  bool In(Decoder& decoder) { return decoder.NumberOf(decoder.Take(), value); }
  void Out(Decoder&, napi_status) {}
};

// --- Results that are numbers ---

template <class T>
requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) struct Arg<T*> {
  T* value;
  T result;
  std::string name;

  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = nullptr;
    if (IsNull(word)) return true;
    if (word.kind != Word::Kind::kOut) return decoder.Refuse("a result was expected");
    std::memset(static_cast<void*>(&result), kUntouched, sizeof(result));
    name = word.text;
    value = &result;
    return true;
  }
  void Out(Decoder& decoder, napi_status status) {
    if (value == nullptr) return;
    if (Untouched(result)) {
      if (status == napi_ok) decoder.Show(name, "untouched");
      return;
    }
    if constexpr (std::is_same_v<T, double>) {
      char text[40];
      std::snprintf(text, sizeof(text), "%.17g", result);
      decoder.Show(name, std::strcmp(text, "-nan") == 0 ? "nan" : text);
    } else if constexpr (std::is_same_v<T, bool>) {
      unsigned char byte;
      std::memcpy(&byte, &result, 1);
      decoder.Show(name, byte == 0 ? "false" : byte == 1 ? "true" : "neither");
      decoder.Bind(name, "number", byte);
    } else {
      decoder.Show(name, std::to_string(result));
      decoder.Bind(name, "number", static_cast<uint64_t>(result));
    }
  }
};

// --- Values ---

template <>
struct Arg<napi_value> {
  napi_value value;
  bool In(Decoder& decoder) { return decoder.ValueOf(decoder.Take(), value); }
  void Out(Decoder&, napi_status) {}
};

template <>
struct Arg<napi_value*> {
  napi_value* value;
  napi_value result;
  std::string name;

  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = nullptr;
    if (IsNull(word)) return true;
    if (word.kind != Word::Kind::kOut) return decoder.Refuse("a result was expected");
    std::memset(static_cast<void*>(&result), kUntouched, sizeof(result));
    name = word.text;
    value = &result;
    return true;
  }
  void Out(Decoder& decoder, napi_status status) {
    if (value == nullptr) return;
    if (status != napi_ok) {
      if (!Untouched(result)) decoder.Show(name, "written");
      return;
    }
    if (Untouched(result)) {
      decoder.Show(name, "untouched");
      return;
    }
    Frame& frame = decoder.frame();
    int outward = decoder.event() == Event::Escape ? 1 : 0;
    if (result != nullptr) frame.SetValue(name, result, outward);
    if (!frame.quiet) decoder.Show(name, Inspect(frame.machine, frame.env, result));
  }
};

template <>
struct Arg<const napi_value*> {
  const napi_value* value;
  std::vector<napi_value> all;

  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = nullptr;
    if (IsNull(word)) return true;
    if (word.kind != Word::Kind::kList) return decoder.Refuse("a list was expected");
    for (const Word& item : word.items) {
      if (!decoder.ValueOf(item, all.emplace_back())) return false;
    }
    // Not null, also where it is empty.
    all.push_back(nullptr);
    value = all.data();
    return true;
  }
  void Out(Decoder&, napi_status) {}
};

template <>
struct Arg<napi_callback_info> {
  napi_callback_info value;
  bool In(Decoder& decoder) {
    value = IsNull(decoder.Take()) ? nullptr : decoder.frame().info;
    return true;
  }
  void Out(Decoder&, napi_status) {}
};

// --- Text ---

template <>
struct Arg<const char*> {
  const char* value;
  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = IsNull(word) ? nullptr : word.text.c_str();
    return IsNull(word) || word.kind == Word::Kind::kText || decoder.Refuse("text was expected");
  }
  void Out(Decoder&, napi_status) {}
};

template <>
struct Arg<const char16_t*> {
  const char16_t* value;
  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = IsNull(word) ? nullptr : word.wide.c_str();
    return IsNull(word) || word.kind == Word::Kind::kWide || decoder.Refuse("text was expected");
  }
  void Out(Decoder&, napi_status) {}
};

// Text that the host may keep, or room for text.
template <class Unit>
struct TextArg {
  static constexpr size_t kRoom = 256;
  Unit* value;
  Unit room[kRoom];
  std::string name;

  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = nullptr;
    if (IsNull(word)) return true;
    if (word.kind == Word::Kind::kOut) {
      name = word.text;
      std::memset(room, kUntouched, sizeof(room));
      value = room;
      return true;
    }
    std::string bytes;
    if constexpr (sizeof(Unit) == 1) {
      bytes = word.text + '\0';
    } else {
      bytes.assign(reinterpret_cast<const char*>(word.wide.c_str()),
                   (word.wide.size() + 1) * sizeof(Unit));
    }
    value = static_cast<Unit*>(decoder.machine().NewBytes("text", bytes));
    return true;
  }
  // All that was written, the terminating zero included.
  void Out(Decoder& decoder, napi_status) {
    if (value != room) return;
    size_t written = kRoom;
    while (written > 0 && Untouched(room[written - 1])) --written;
    if (written == 0) return;
    decoder.Show(name, Quote(std::basic_string_view<Unit>(room, written)));
  }
};
template <>
struct Arg<char*> : TextArg<char> {};
template <>
struct Arg<char16_t*> : TextArg<char16_t> {};

template <>
struct Arg<const char**> {
  const char** value;
  const char* result;
  std::string name;
  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    result = nullptr;
    name = word.text;
    value = IsNull(word) ? nullptr : &result;
    return true;
  }
  void Out(Decoder& decoder, napi_status status) {
    if (value == nullptr || (status != napi_ok && result == nullptr)) return;
    // Where the module is differs between hosts.
    bool url = result != nullptr && std::strncmp(result, "file://", 7) == 0;
    decoder.Show(name, result == nullptr ? "null" : url ? "a file URL" : Quote(result));
  }
};

// --- Pointers of the program's own ---

template <>
struct Arg<void*> {
  void* value;
  bool In(Decoder& decoder) { return decoder.PointerOf(decoder.Take(), value); }
  void Out(Decoder&, napi_status) {}
};
template <>
struct Arg<const void*> : Arg<void*> {};

template <>
struct Arg<void**> {
  void** value;
  void* result;
  std::string name;

  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = nullptr;
    if (IsNull(word)) return true;
    if (word.kind != Word::Kind::kOut) return decoder.Refuse("a result was expected");
    std::memset(static_cast<void*>(&result), kUntouched, sizeof(result));
    name = word.text;
    value = &result;
    return true;
  }
  void Out(Decoder& decoder, napi_status status) {
    if (value == nullptr) return;
    if (Untouched(result)) {
      if (status == napi_ok) decoder.Show(name, "untouched");
      // What an earlier call gave under this name may be gone by now.
      decoder.machine().Forget(name);
      return;
    }
    decoder.Show(name, decoder.machine().NameOf(result));
    decoder.Bind(name, "void*", reinterpret_cast<uintptr_t>(result));
  }
};

template <>
struct Arg<const uint64_t*> {
  const uint64_t* value;
  std::vector<uint64_t> all;
  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = nullptr;
    if (IsNull(word)) return true;
    for (const Word& item : word.items) {
      int64_t number = 0;
      if (!decoder.IntegerOf(item, number)) return false;
      all.push_back(static_cast<uint64_t>(number));
    }
    all.push_back(0);
    value = all.data();
    return true;
  }
  void Out(Decoder&, napi_status) {}
};

template <>
struct Arg<const napi_type_tag*> {
  const napi_type_tag* value;
  napi_type_tag tag;
  Arg<const uint64_t*> words;
  bool In(Decoder& decoder) {
    if (!words.In(decoder)) return false;
    if (words.value != nullptr && words.all.size() != 3)
      return decoder.Refuse("a tag is two words");
    if (words.value != nullptr) tag = {words.all[0], words.all[1]};
    value = words.value != nullptr ? &tag : nullptr;
    return true;
  }
  void Out(Decoder&, napi_status) {}
};

// --- Property descriptors: descriptors.cc ---

struct Descriptors {
  std::vector<napi_property_descriptor> all;
  bool In(Decoder& decoder, const Word& word);
};

template <>
struct Arg<const napi_property_descriptor*> {
  const napi_property_descriptor* value;
  Descriptors descriptors;
  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = nullptr;
    if (IsNull(word)) return true;
    if (!descriptors.In(decoder, word)) return false;
    value = descriptors.all.data();
    return true;
  }
  void Out(Decoder&, napi_status) {}
};

// --- Handles ---

template <class Handle>
struct HandleName {
  static constexpr const char* kName = nullptr;
};
#define NAPISAN_HANDLE(handle)                    \
  template <>                                     \
  struct HandleName<handle> {                     \
    static constexpr const char* kName = #handle; \
  };
NAPISAN_HANDLE(napi_ref)
NAPISAN_HANDLE(napi_deferred)
NAPISAN_HANDLE(napi_handle_scope)
NAPISAN_HANDLE(napi_escapable_handle_scope)
NAPISAN_HANDLE(napi_callback_scope)
NAPISAN_HANDLE(napi_async_context)
NAPISAN_HANDLE(napi_async_work)
NAPISAN_HANDLE(napi_threadsafe_function)
NAPISAN_HANDLE(napi_async_cleanup_hook_handle)
#undef NAPISAN_HANDLE

template <class Handle>
inline constexpr bool kIsHandleScope = std::is_same_v<Handle, napi_handle_scope> ||
                                       std::is_same_v<Handle, napi_escapable_handle_scope>;

template <class Handle>
requires(HandleName<Handle>::kName != nullptr) struct Arg<Handle> {
  Handle value;
  std::string name;
  bool In(Decoder& decoder) {
    uint64_t bits = 0;
    const Word& word = decoder.Take();
    name = word.text;
    if (!decoder.HandleOf(word, HandleName<Handle>::kName, bits)) return false;
    value = reinterpret_cast<Handle>(bits);
    return true;
  }
  // A handle is used no more once it has ended.
  void Out(Decoder& decoder, napi_status status) {
    Event event = decoder.event();
    bool ends = event == Event::Delete || event == Event::Settle || event == Event::Close;
    if (!ends || status != napi_ok) return;
    if (kIsHandleScope<Handle>) decoder.frame().CloseScope();
    decoder.frame().ForgetHandle(name, reinterpret_cast<uintptr_t>(value));
  }
};

template <class Handle>
requires(HandleName<Handle>::kName != nullptr) struct Arg<Handle*> {
  Handle* value;
  Handle result;
  std::string name;

  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    value = nullptr;
    if (IsNull(word)) return true;
    if (word.kind != Word::Kind::kOut) return decoder.Refuse("a result was expected");
    std::memset(static_cast<void*>(&result), kUntouched, sizeof(result));
    name = word.text;
    value = &result;
    return true;
  }
  void Out(Decoder& decoder, napi_status status) {
    if (value == nullptr) return;
    if (Untouched(result) || result == nullptr) {
      if (status == napi_ok) decoder.Show(name, result == nullptr ? "null" : "untouched");
      return;
    }
    if (status != napi_ok) decoder.Show(name, "written");
    if (kIsHandleScope<Handle> && status == napi_ok) ++decoder.frame().open_scopes;
    decoder.frame().SetHandle(name,
                              {HandleName<Handle>::kName, reinterpret_cast<uintptr_t>(result)});
  }
};

// --- Callbacks ---

template <class Callback>
struct CallbackKind;
#define NAPISAN_CALLBACK_KIND(type, kind)               \
  template <>                                           \
  struct CallbackKind<type> {                           \
    static constexpr BlockKind kKind = BlockKind::kind; \
  };
NAPISAN_CALLBACK_KIND(napi_callback, kFunction)
NAPISAN_CALLBACK_KIND(napi_finalize, kFinalize)
NAPISAN_CALLBACK_KIND(napi_async_execute_callback, kExecute)
NAPISAN_CALLBACK_KIND(napi_async_complete_callback, kComplete)
NAPISAN_CALLBACK_KIND(napi_threadsafe_function_call_js, kCallJs)
NAPISAN_CALLBACK_KIND(napi_cleanup_hook, kHook)
NAPISAN_CALLBACK_KIND(napi_async_cleanup_hook, kAsyncHook)
#undef NAPISAN_CALLBACK_KIND

template <class R, class... P>
struct Arg<R (*)(P...)> {
  using Callback = R (*)(P...);
  Callback value;
  bool In(Decoder& decoder) {
    const Block* block = nullptr;
    if (!decoder.BlockOf(decoder.Take(), CallbackKind<Callback>::kKind, block)) return false;
    value = block != nullptr ? CallbackFor<Callback>(*block) : nullptr;
    if (block != nullptr && decoder.function() == FunctionId::napi_create_threadsafe_function) {
      decoder.machine().Expect(*block);
    }
    return true;
  }
  void Out(Decoder&, napi_status) {}
};

// --- What the host tells of itself ---

// A pointer that the host fills in; `show` says what of it all hosts agree on.
template <class T, class Derived>
struct ToldArg {
  T* value;
  T result;
  std::string name;
  bool In(Decoder& decoder) {
    const Word& word = decoder.Take();
    result = nullptr;
    name = word.text;
    value = IsNull(word) ? nullptr : &result;
    return true;
  }
  void Out(Decoder& decoder, napi_status status) {
    if (value == nullptr || status != napi_ok) return;
    decoder.Show(name, result == nullptr ? "null" : Derived::Text(result));
  }
};

template <>
struct Arg<const napi_extended_error_info**>
    : ToldArg<const napi_extended_error_info*, Arg<const napi_extended_error_info**>> {
  static std::string Text(const napi_extended_error_info* info);
};
template <>
struct Arg<const napi_node_version**>
    : ToldArg<const napi_node_version*, Arg<const napi_node_version**>> {
  static std::string Text(const napi_node_version* version) {
    return std::to_string(version->major) + " " + version->release;
  }
};
template <>
struct Arg<uv_loop_s**> : ToldArg<uv_loop_s*, Arg<uv_loop_s**>> {
  static std::string Text(uv_loop_s*) { return "loop"; }
};

}  // namespace napisan::conformance
