// Every function: called well; without an env; with an exception pending; with null in place of
// each pointer; with every kind of value in place of each value; with the numbers that are edges.

#include "generate.h"
#include "signatures.h"

namespace napisan::conformance {
namespace {

constexpr int kVersions[] = {8, 10};

class Sweep {
 public:
  Sweep(const Recipe& recipe, std::vector<std::string>& programs)
      : recipe_(recipe), parameters_(ParametersOf(recipe.function)), programs_(programs) {}

  void All() {
    for (int version : {8, 9, 10}) Vary("well", version, 0, "");
    if (TakesEnv(recipe_.function)) Vary("noenv", 8, 0, "noenv");
    for (int version : kVersions) {
      Pending(version);
      for (size_t i = 0; i < recipe_.arguments.size() && i < parameters_.size(); ++i) {
        Nulls(i, version);
        Values(i, version);
        Numbers(i, version);
      }
    }
  }

 private:
  std::string Name(const std::string& what, int version) const {
    return std::string("sweep/") + Info(recipe_.function).name + "/" + what + "/v" +
           std::to_string(version);
  }

  // A program with `prefix` before the call; argument `index` (from 1) replaced.
  void Vary(const std::string& what, int version, size_t index, const std::string& variant,
            const Word* replacement = nullptr) {
    std::string prefix = index == 0 && !variant.empty() ? variant + " " : "";
    std::vector<Word> arguments = recipe_.arguments;
    if (replacement != nullptr) arguments[index - 1] = *replacement;
    Writer writer(Name(what, version), version);
    writer.Calls(recipe_.function);
    if (index > 0) writer.Throws();
    if (const char* reason = UndefinedReason(recipe_.function, index, variant)) {
      writer.Header(std::string("undefined: ") + reason);
    }
    writer.Add(prefix + CallText(recipe_.function, arguments));
    // What the call was to end is still there.
    if (variant == "noenv") writer.Add(CallText(recipe_.function, arguments));
    for (const std::string& line : recipe_.afterwards) writer.Add(line);
    Finish(writer);
  }

  // The body is in main, or in a function that main calls where it wants a callback info.
  void Finish(Writer& writer) {
    bool in_function = false;
    for (const Word& word : recipe_.arguments) {
      in_function = in_function || (word.kind == Word::Kind::kBare && word.text == "info");
    }
    if (in_function) {
      writer.EndBlock("function inner");
      writer.AddRaw("napi_create_function \"inner\" auto inner data >inner");
      writer.Add("napi_call_function object inner 1 [number] >returned");
    }
    writer.EndBlock("main");
    programs_.push_back(writer.Text());
  }

  void Pending(int version) {
    Writer writer(Name("pending", version), version);
    writer.Calls(recipe_.function);
    writer.Throws();
    std::string call = CallText(recipe_.function, recipe_.arguments);
    writer.MakeForCall(call);
    writer.AddRaw("napi_throw_error null \"pending\"");
    writer.AddRaw(call);
    if (recipe_.function != FunctionId::napi_get_and_clear_last_exception) {
      writer.AddRaw("napi_get_and_clear_last_exception >exception");
    }
    if (Info(recipe_.function).pending == WhilePending::Refused) writer.AddRaw(call);
    for (const std::string& line : recipe_.afterwards) writer.Add(line);
    Finish(writer);
  }

  void Nulls(size_t at, int version) {
    Parameter parameter = parameters_[at];
    bool pointer = parameter == Parameter::kValue || parameter == Parameter::kResult ||
                   parameter == Parameter::kText || parameter == Parameter::kPointer ||
                   parameter == Parameter::kCallback || parameter == Parameter::kHandle ||
                   parameter == Parameter::kList || parameter == Parameter::kInfo;
    if (!pointer || recipe_.arguments[at].text == "null") return;
    Word null{Word::Kind::kBare, "null", {}, {}};
    Vary(std::to_string(at + 1) + "=null", version, at + 1, "null", &null);
  }

  void Values(size_t at, int version) {
    if (parameters_[at] != Parameter::kValue) return;
    for (const ValueKind& kind : ValueKinds()) {
      if (recipe_.arguments[at].text == kind.name) continue;
      Word word{Word::Kind::kBare, kind.name, {}, {}};
      Vary(std::to_string(at + 1) + "=" + kind.name, version, at + 1, kind.name, &word);
    }
  }

  void Numbers(size_t at, int version) {
    for (const char* number : EdgesOf(at)) {
      if (recipe_.arguments[at].text == number) continue;
      Word word{Word::Kind::kBare, number, {}, {}};
      Vary(std::to_string(at + 1) + "=" + number, version, at + 1, number, &word);
    }
  }

  std::vector<const char*> EdgesOf(size_t at) const {
    bool counts_text = at > 0 && parameters_[at - 1] == Parameter::kText;
    bool counts_list = at + 1 < parameters_.size() && parameters_[at + 1] == Parameter::kList;
    if (recipe_.arguments[at].kind != Word::Kind::kBare) return {};
    switch (parameters_[at]) {
      case Parameter::kSize:
        // Nothing beyond what the text has: that is read.
        if (counts_text) return {"0", "1", "auto"};
        if (counts_list) return {"0"};
        return {"0", "1", "3", "100", "2147483647", "2147483648", "4294967296", "auto"};
      case Parameter::kUint32:
        return {"0", "1", "2", "5", "2147483647", "2147483648", "4294967294", "4294967295"};
      case Parameter::kInt32:
        return {"0", "1", "-1", "2147483647", "-2147483648"};
      case Parameter::kInt64:
        return {"0", "1", "-1", "9007199254740993", "9223372036854775807", "-9223372036854775808"};
      case Parameter::kDouble:
        return {"0",
                "-0",
                "nan",
                "inf",
                "-inf",
                "0.1",
                "-1.5",
                "1e21",
                "5e-324",
                "8.64e15",
                "8640000000000001",
                "123456789012345680000"};
      case Parameter::kBool:
        return {"true", "false"};
      case Parameter::kEnum:
        return {"0", "1",  "2",  "3",  "4",  "5",  "6",  "7", "8",
                "9", "10", "11", "12", "17", "31", "99", "-1"};
      default:
        return {};
    }
  }

  const Recipe& recipe_;
  const std::vector<Parameter>& parameters_;
  std::vector<std::string>& programs_;
};

}  // namespace

void GenerateSweeps(std::vector<std::string>& programs) {
  for (const Recipe& recipe : Recipes()) Sweep(recipe, programs).All();
}

}  // namespace napisan::conformance
