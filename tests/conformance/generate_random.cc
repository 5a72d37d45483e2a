// Programs at random: functions of Node-API in any order, on whatever earlier ones made, with
// exceptions pending, scopes open and callbacks that do the same. All of it defined: handles end
// once, and one thing at a time is asynchronous.

#include <algorithm>
#include <initializer_list>

#include "generate.h"
#include "signatures.h"

namespace napisan::conformance {
namespace {

// splitmix64: the same numbers everywhere.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed << 32) { state_ = Next(); }
  uint64_t Next() {
    state_ += 0x9e3779b97f4a7c15;
    uint64_t mixed = (state_ ^ state_ >> 30) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111eb;
    return mixed ^ mixed >> 31;
  }
  size_t Below(size_t count) { return static_cast<size_t>(Next() % count); }
  bool Chance(int percent) { return Below(100) < static_cast<size_t>(percent); }
  template <class T>
  const T& Of(const std::vector<T>& all) {
    return all[Below(all.size())];
  }

 private:
  uint64_t state_;
};

// One text. The parts are made from left to right, as those of a sum need not be: the dice fall the
// same under every compiler.
std::string InOrder(std::initializer_list<std::string> parts) {
  std::string text;
  for (const std::string& part : parts) text += part;
  return text;
}

// What random programs leave out, and why.
bool LeftOut(FunctionId function) {
  switch (function) {
    // Handles and what is asynchronous have lines of their own, below.
    case FunctionId::napi_create_reference:
    case FunctionId::napi_delete_reference:
    case FunctionId::napi_reference_ref:
    case FunctionId::napi_reference_unref:
    case FunctionId::napi_get_reference_value:
    case FunctionId::napi_open_handle_scope:
    case FunctionId::napi_close_handle_scope:
    case FunctionId::napi_open_escapable_handle_scope:
    case FunctionId::napi_close_escapable_handle_scope:
    case FunctionId::napi_escape_handle:
    case FunctionId::napi_create_promise:
    case FunctionId::napi_resolve_deferred:
    case FunctionId::napi_reject_deferred:
    case FunctionId::napi_async_init:
    case FunctionId::napi_async_destroy:
    case FunctionId::napi_make_callback:
    case FunctionId::napi_open_callback_scope:
    case FunctionId::napi_close_callback_scope:
    case FunctionId::napi_create_async_work:
    case FunctionId::napi_delete_async_work:
    case FunctionId::napi_queue_async_work:
    case FunctionId::napi_cancel_async_work:
    case FunctionId::napi_create_threadsafe_function:
    case FunctionId::napi_get_threadsafe_function_context:
    case FunctionId::napi_call_threadsafe_function:
    case FunctionId::napi_acquire_threadsafe_function:
    case FunctionId::napi_release_threadsafe_function:
    case FunctionId::napi_unref_threadsafe_function:
    case FunctionId::napi_ref_threadsafe_function:
    case FunctionId::napi_wrap:
    case FunctionId::napi_add_finalizer:
    // Hooks belong to the process's only main env; programs that watch a teardown have them.
    case FunctionId::napi_add_env_cleanup_hook:
    case FunctionId::napi_remove_env_cleanup_hook:
    case FunctionId::napi_add_async_cleanup_hook:
    case FunctionId::napi_remove_async_cleanup_hook:
    // The bytes of the one are whatever was there; text of the other that becomes a property's key
    // is copied and let go by the engine, at once.
    case FunctionId::napi_create_buffer:
    case FunctionId::node_api_create_external_string_latin1:
    case FunctionId::node_api_create_external_string_utf16:
    // What they give is the engine's, and shared by all programs.
    case FunctionId::napi_get_global:
    case FunctionId::napi_get_prototype:
    case FunctionId::napi_run_script:
    // They want a function around them, which has them anyway.
    case FunctionId::napi_get_cb_info:
    case FunctionId::napi_get_new_target:
    case FunctionId::node_api_create_buffer_from_arraybuffer:
      return true;
    default:
      return false;
  }
}

class RandomProgram {
 public:
  RandomProgram(uint64_t seed, int version)
      : dice_(seed), writer_("random/" + std::to_string(seed), version) {
    writer_.Throws();
    writer_.Header("allows handle-scope/escape-twice reference/unref-below-zero");
  }

  std::string Text() {
    for (int i = 0; i < kFunctions; ++i) FunctionBlock(i);
    int asynchronous = static_cast<int>(dice_.Below(3));
    if (asynchronous == 1) CompleteBlock();
    if (asynchronous == 2) CallJsBlock();
    Begin();
    Lines(8 + dice_.Below(18));
    if (asynchronous == 1) Work();
    if (asynchronous == 2) ThreadsafeFunction();
    Lines(dice_.Below(8));
    for (const std::string& context : contexts_) {
      writer_.AddRaw("napi_async_destroy " + context);
    }
    for (const std::string& ref : refs_) writer_.AddRaw("napi_delete_reference " + ref);
    writer_.EndBlock("main");
    return writer_.Text();
  }

 private:
  static constexpr int kFunctions = 3;

  // A new block has what its fixtures make, and nothing of what other blocks made.
  void Begin() {
    values_.clear();
    refs_.clear();
    deferreds_.clear();
    contexts_.clear();
  }

  void FunctionBlock(int index) {
    Begin();
    writer_.AddRaw("napi_get_cb_info info 2 [>a >b] >receiver >data");
    values_ = {"a", "b"};

    Lines(1 + dice_.Below(7));
    CloseHandles();
    writer_.AddRaw(dice_.Chance(70) ? "return " + Value("object") : "return");

    writer_.EndBlock("function f" + std::to_string(index));
  }
  void CompleteBlock() {
    Begin();
    Lines(1 + dice_.Below(6));
    CloseHandles();
    writer_.AddRaw("napi_delete_async_work work");
    writer_.EndBlock("complete done");
  }
  void CallJsBlock() {
    Begin();
    values_ = {"js"};
    Lines(1 + dice_.Below(6));
    CloseHandles();
    writer_.EndBlock("call_js deliver");
  }
  void CloseHandles() {
    for (const std::string& context : contexts_) {
      writer_.AddRaw("napi_async_destroy " + context);
    }
    for (const std::string& ref : refs_) writer_.AddRaw("napi_delete_reference " + ref);
    Begin();
  }

  void Work() {
    // Not any value: what converting it throws goes past the module, and what becomes of it once
    // the module calls on differs between engines.
    writer_.Add("napi_create_async_work " + Fixture("object") +
                " string executing done work_data >work");
    writer_.AddRaw("napi_queue_async_work work");
  }
  void ThreadsafeFunction() {
    writer_.Add("napi_create_threadsafe_function function " + Fixture("object") +
                " string 0 1 finalize_data finalizer context deliver >tsfn");
    for (size_t i = dice_.Below(4); i > 0; --i) {
      writer_.AddRaw("napi_call_threadsafe_function tsfn item" + std::to_string(i) +
                     " napi_tsfn_nonblocking");
    }
    writer_.AddRaw(dice_.Chance(80) ? "napi_release_threadsafe_function tsfn napi_tsfn_release"
                                    : "napi_release_threadsafe_function tsfn napi_tsfn_abort");
  }

  void Lines(size_t count) {
    for (size_t i = 0; i < count; ++i) OneLine();
  }

  void OneLine() {
    size_t roll = dice_.Below(100);
    if (roll < 6) return Reference();
    if (roll < 10) return Promise();
    if (roll < 14 && nesting_ < 3) return Scope();
    if (roll < 17) return Context();
    if (roll < 20) return Wrap();
    if (roll < 24) return writer_.AddRaw("napi_get_and_clear_last_exception >" + NewValue());
    if (roll < 28) return writer_.Add("inspect " + Value("object"));
    if (roll < 36) {
      return writer_.Add(
          InOrder({"napi_call_function ", Value("object"), " ", FunctionValue(), " 2 [",
                   Value("number"), " ", Value("object"), "] >", NewValue()}));
    }
    if (roll < 42) return Descriptors();
    const Recipe& recipe = dice_.Of(Recipes());
    if (LeftOut(recipe.function)) return OneLine();
    Call(recipe);
  }

  void Call(const Recipe& recipe) {
    const auto& parameters = ParametersOf(recipe.function);
    std::string text = Info(recipe.function).name;
    std::vector<std::string> made;
    for (size_t i = 0; i < recipe.arguments.size(); ++i) {
      text += " " + Argument(recipe.function, parameters[i], recipe.arguments[i], made);
    }
    // Lists say how long they are, and texts how long they may be: as the recipe has it.
    writer_.Add(text);
    values_.insert(values_.end(), made.begin(), made.end());
  }

  std::string Argument(FunctionId function, Parameter parameter, const Word& word,
                       std::vector<std::string>& made) {
    switch (parameter) {
      case Parameter::kValue:
        return dice_.Chance(4) ? "null" : Value(word.text);
      case Parameter::kResult:
        if (word.kind != Word::Kind::kOut || dice_.Chance(3)) return SafeNull(function, word);
        if (word.text == "result") {
          made.push_back("v" + std::to_string(++count_));
          return ">" + made.back();
        }
        return ">" + word.text;
      case Parameter::kUint32:
        return std::to_string(dice_.Below(4));
      case Parameter::kInt32:
      case Parameter::kInt64:
        return dice_.Chance(50) ? std::to_string(static_cast<int>(dice_.Below(200)) - 100)
                                : TextOf(word);
      case Parameter::kDouble: {
        static const std::vector<std::string> numbers = {"0",  "-0",         "nan",  "inf", "1.5",
                                                         "-7", "4294967296", "1e21", "0.1"};
        return dice_.Of(numbers);
      }
      case Parameter::kBool:
        return dice_.Chance(50) ? "true" : "false";
      case Parameter::kEnum:
        return function == FunctionId::napi_create_typedarray ? std::to_string(dice_.Below(11))
                                                              : TextOf(word);
      case Parameter::kCallback:
        return word.text == "callback" ? "f" + std::to_string(dice_.Below(kFunctions)) : word.text;
      case Parameter::kList:
        return ListText(word);
      default:
        return TextOf(word);
    }
  }

  // Null in place of a result, where Node looks for it.
  std::string SafeNull(FunctionId function, const Word& word) {
    return UndefinedReason(function, 2, "null") == nullptr ? "null" : TextOf(word);
  }

  // A list of values, with others in their places; other lists as they are.
  std::string ListText(const Word& word) {
    std::string text;
    for (const Word& item : word.items) {
      text += text.empty() ? "" : " ";
      bool is_value = item.kind == Word::Kind::kBare && item.text.find_first_of("0123456789") != 0;
      text += is_value ? Value(item.text) : TextOf(item);
    }
    return "[" + text + "]";
  }

  // A value that is at hand, or a fixture that is made for the purpose.
  std::string Value(const std::string& wanted) {
    if (!values_.empty() && dice_.Chance(55)) return dice_.Of(values_);
    if (dice_.Chance(60)) return Fixture(wanted);
    return Fixture(ValueKinds()[dice_.Below(ValueKinds().size())].name);
  }
  std::string Fixture(const std::string& name) {
    writer_.Make(name);
    return name;
  }
  std::string NewValue() {
    values_.push_back("v" + std::to_string(++count_));
    return values_.back();
  }
  std::string FunctionValue() {
    if (dice_.Chance(25)) return Value("function");
    std::string name = "function" + std::to_string(dice_.Below(kFunctions));
    writer_.AddRaw("napi_create_function \"" + name + "\" auto f" + name.substr(8) + " data >" +
                   name);
    return name;
  }

  // The engine ends the process where an external is wrapped.
  void Wrap() {
    static const std::vector<std::string> kinds = {"object", "array", "function", "instance",
                                                   "error",  "date",  "promise",  "arraybuffer"};
    writer_.Add("napi_wrap " + Fixture(dice_.Of(kinds)) + " data finalizer hint null");
  }

  void Reference() {
    if (refs_.empty() || dice_.Chance(30)) {
      std::string name = "r" + std::to_string(++count_);
      writer_.Add(InOrder({"napi_create_reference ", Value("object"), " ",
                           std::to_string(1 + dice_.Below(2)), " >", name}));
      refs_.push_back(name);
      return;
    }
    const std::string ref = dice_.Of(refs_);
    switch (dice_.Below(4)) {
      case 0:
        return writer_.AddRaw("napi_reference_ref " + ref + " >count");
      case 1:
        return writer_.AddRaw("napi_reference_unref " + ref + " >count");
      case 2:
        return writer_.AddRaw("napi_get_reference_value " + ref + " >" + NewValue());
      default:
        std::erase(refs_, ref);
        return writer_.AddRaw("napi_delete_reference " + ref);
    }
  }

  void Promise() {
    if (deferreds_.empty() || dice_.Chance(50)) {
      std::string name = "d" + std::to_string(++count_);
      std::string promise = NewValue();
      writer_.Add("napi_create_promise >" + name + " >" + promise);
      // Somebody listens, or a rejection is nobody's.
      writer_.AddRaw("napi_get_named_property " + promise + " \"then\" >then");
      writer_.Add("napi_call_function " + promise + " then 2 [listener listener] >derived");
      deferreds_.push_back(name);
      return;
    }
    const std::string deferred = dice_.Of(deferreds_);
    std::erase(deferreds_, deferred);
    writer_.Add(InOrder({dice_.Chance(60) ? "napi_resolve_deferred " : "napi_reject_deferred ",
                         deferred, " ", Value("number")}));
  }

  // A handle scope around some lines; what they made is gone afterwards, but for what escapes.
  void Scope() {
    bool escapable = dice_.Chance(50);
    std::string name = "s" + std::to_string(++count_);
    std::string kind = escapable ? "escapable_handle_scope" : "handle_scope";
    writer_.AddRaw("napi_open_" + kind + " >" + name);
    std::vector<std::string> outside = values_;
    auto made = writer_.Snapshot();
    ++nesting_;
    Lines(1 + dice_.Below(4));
    if (escapable) {
      outside.push_back("v" + std::to_string(++count_));
      writer_.AddRaw("napi_escape_handle " + name + " " + Value("object") + " >" + outside.back());
      if (dice_.Chance(20)) {
        writer_.AddRaw("napi_escape_handle " + name + " " + Value("object") + " >twice");
      }
    }
    --nesting_;
    writer_.AddRaw("napi_close_" + kind + " " + name);
    values_ = outside;
    writer_.Restore(made);
  }

  void Context() {
    if (contexts_.empty()) {
      contexts_.push_back("c" + std::to_string(++count_));
      return writer_.Add("napi_async_init " + Fixture("object") + " string >" + contexts_.back());
    }
    const std::string context = dice_.Of(contexts_);
    if (dice_.Chance(60)) {
      return writer_.Add(InOrder({"napi_make_callback ", context, " ", Value("object"), " ",
                                  FunctionValue(), " 1 [", Value("number"), "] >", NewValue()}));
    }
    if (dice_.Chance(40)) {
      std::erase(contexts_, context);
      return writer_.AddRaw("napi_async_destroy " + context);
    }
    std::string name = "s" + std::to_string(++count_);
    writer_.Add("napi_open_callback_scope object " + context + " >" + name);
    // The context stays while its scope is open.
    auto contexts = contexts_;
    contexts_.clear();
    ++nesting_;
    Lines(dice_.Below(3));
    --nesting_;
    for (const std::string& inner : contexts_) writer_.AddRaw("napi_async_destroy " + inner);
    contexts_ = contexts;
    writer_.AddRaw("napi_close_callback_scope " + name);
  }

  void Descriptors() {
    static const std::vector<std::string> names = {"a", "b", "0", "2", "toString", "valueOf"};
    std::string list;
    size_t count = 1 + dice_.Below(3);
    for (size_t i = 0; i < count; ++i) {
      list += (i == 0 ? "{utf8name=\"" : " {utf8name=\"") + dice_.Of(names) + "\" ";
      std::string function = "f" + std::to_string(dice_.Below(kFunctions));
      switch (dice_.Below(4)) {
        case 0:
          list += "value=" + Value("number");
          break;
        case 1:
          list += "method=" + function;
          break;
        case 2:
          list += "getter=" + function;
          break;
        default:
          list += "getter=" + function + " setter=f" + std::to_string(dice_.Below(kFunctions));
      }
      list += " attributes=" + std::to_string(dice_.Below(8)) + "}";
    }
    writer_.Add("napi_define_properties " + Value("object") + " " + std::to_string(count) + " [" +
                list + "]");
  }

  Dice dice_;
  Writer writer_;
  // Names of values that are at hand in the block that is being written.
  std::vector<std::string> values_;
  std::vector<std::string> refs_;
  std::vector<std::string> deferreds_;
  std::vector<std::string> contexts_;
  int count_ = 0;
  int nesting_ = 0;
};

}  // namespace

void GenerateRandom(uint64_t seed, int count, std::vector<std::string>& programs) {
  for (int i = 0; i < count; ++i) {
    uint64_t each = seed + static_cast<uint64_t>(i);
    programs.push_back(RandomProgram(each, each % 3 == 0 ? 10 : 8).Text());
  }
}

}  // namespace napisan::conformance
