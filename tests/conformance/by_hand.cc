// The functions whose arguments hang together in a way that their types do not tell.

#include "caller.h"

namespace napisan::conformance {

// `napi_get_cb_info info 2 [>a >b] >this >data`: count is in and out, and the list may be null.
void ByHand<FunctionId::napi_get_cb_info>::Run(Frame& frame, const Line& line,
                                               const std::vector<Word>& words) {
  Decoder decoder(frame, words);
  Arg<napi_callback_info> info;
  info.In(decoder);
  const Word& count_word = decoder.Take();
  int64_t number = 0;
  if (!IsNull(count_word)) decoder.IntegerOf(count_word, number);
  const Word& list = decoder.Take();
  Arg<napi_value*> receiver;
  receiver.In(decoder);
  Arg<void**> data;
  data.In(decoder);
  if (!IsNull(list) && list.items.size() < static_cast<size_t>(number)) {
    decoder.Refuse("the list is shorter than it says");
  }
  if (!decoder.problem().empty()) return SaySkipped(decoder, line);

  auto count = static_cast<size_t>(number);
  napi_value values[16];
  std::memset(static_cast<void*>(values), kUntouched, sizeof(values));
  napi_status status = ::napi_get_cb_info(
      frame.without_env ? nullptr : frame.env, info.value, IsNull(count_word) ? nullptr : &count,
      IsNull(list) ? nullptr : values, receiver.value, data.value);
  Outcome outcome(decoder, status, !frame.without_env);
  if (!IsNull(count_word)) decoder.Show("argc", std::to_string(count));
  for (size_t i = 0; i < list.items.size() && status == napi_ok; ++i) {
    if (Untouched(values[i])) continue;
    frame.SetValue(list.items[i].text, values[i]);
    decoder.Show(list.items[i].text, Inspect(frame.machine, frame.env, values[i]));
  }
  receiver.Out(decoder, status);
  data.Out(decoder, status);
  outcome.Say(line);
}

// `napi_get_value_bigint_words v >sign 4 >words`: count is in and out; words may be null.
void ByHand<FunctionId::napi_get_value_bigint_words>::Run(Frame& frame, const Line& line,
                                                          const std::vector<Word>& words) {
  Decoder decoder(frame, words);
  Arg<napi_value> value;
  value.In(decoder);
  Arg<int*> sign;
  sign.In(decoder);
  const Word& count_word = decoder.Take();
  int64_t number = 0;
  if (!IsNull(count_word)) decoder.IntegerOf(count_word, number);
  const Word& out = decoder.Take();
  if (!decoder.problem().empty()) return SaySkipped(decoder, line);

  auto count = static_cast<size_t>(number);
  uint64_t all[32];
  std::memset(all, kUntouched, sizeof(all));
  napi_status status = ::napi_get_value_bigint_words(
      frame.without_env ? nullptr : frame.env, value.value, sign.value,
      IsNull(count_word) ? nullptr : &count, IsNull(out) ? nullptr : all);
  Outcome outcome(decoder, status, !frame.without_env);
  sign.Out(decoder, status);
  if (!IsNull(count_word)) decoder.Show("count", std::to_string(count));
  std::string text;
  for (uint64_t word : all) {
    if (!Untouched(word)) text += (text.empty() ? "" : ",") + std::to_string(word);
  }
  if (!text.empty()) decoder.Show(out.text, text);
  outcome.Say(line);
}

// What the engine counts depends on all that ever ran in it: only whether it says is shown.
void ByHand<FunctionId::napi_adjust_external_memory>::Run(Frame& frame, const Line& line,
                                                          const std::vector<Word>& words) {
  napi_env env = frame.without_env ? nullptr : frame.env;
  struct Told : Arg<int64_t*> {
    void Out(Decoder& decoder, napi_status status) {
      if (value == nullptr || (status != napi_ok && Untouched(result))) return;
      decoder.Show(name, Untouched(result) ? "untouched" : "some");
    }
  };
  CallWith<FunctionId::napi_adjust_external_memory, Arg<int64_t>, Told>(
      frame, line, words, env != nullptr, [env](int64_t change, int64_t* adjusted) {
        return ::napi_adjust_external_memory(env, change, adjusted);
      });
}

// It is for constructors of a library that is being loaded, and keeps what it is given.
void ByHand<FunctionId::napi_module_register>::Run(Frame& frame, const Line& line,
                                                   const std::vector<Word>&) {
  frame.Say(line.source + ": not called, no library is being loaded");
}

// It does not return, so it is told before.
void ByHand<FunctionId::napi_fatal_error>::Run(Frame& frame, const Line& line,
                                               const std::vector<Word>& words) {
  Decoder decoder(frame, words);
  Arg<const char*> texts[2];
  Arg<size_t> lengths[2];
  bool good = texts[0].In(decoder) && lengths[0].In(decoder) && texts[1].In(decoder) &&
              lengths[1].In(decoder);
  if (!good) return SaySkipped(decoder, line);
  frame.Say(line.source + ": called");
  ::napi_fatal_error(texts[0].value, lengths[0].value, texts[1].value, lengths[1].value);
}

}  // namespace napisan::conformance
