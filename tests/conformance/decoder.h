// What arguments are decoded with: the words of one call, and what is said of it afterwards.
#pragma once

#include <node_api.h>

#include <cstdint>
#include <string>
#include <vector>

#include "api/functions.h"
#include "machine.h"

namespace napisan::conformance {

class Decoder {
 public:
  Decoder(Frame& frame, const std::vector<Word>& words, FunctionId function = FunctionId::kCount)
      : frame_(frame), words_(words), function_(function) {}

  Frame& frame() { return frame_; }
  Machine& machine() { return frame_.machine; }
  // What is called; kCount where it is nothing of Node-API's.
  FunctionId function() const { return function_; }
  Event event() const {
    return function_ == FunctionId::kCount ? Event::None : Info(function_).event;
  }

  // The next word; a null pointer's where there are no more, with a problem.
  const Word& Take();
  // Says why the call is not made.
  bool Refuse(const std::string& why) {
    if (problem_.empty()) problem_ = why;
    return false;
  }
  const std::string& problem() const { return problem_; }
  bool all_taken() const { return next_ >= words_.size(); }

  // A number, an enumerator, `auto` or what a name stands for.
  bool TakeInteger(int64_t& number);
  bool IntegerOf(const Word& word, int64_t& number);
  bool NumberOf(const Word& word, double& number);
  // Null where it says so.
  bool ValueOf(const Word& word, napi_value& value);
  // What a name of this C type stands for.
  bool HandleOf(const Word& word, const char* type, uint64_t& bits);
  // The block that a callback of this kind is; null for null.
  bool BlockOf(const Word& word, BlockKind kind, const Block*& block);
  bool PointerOf(const Word& word, void*& pointer);

  // A result, as ` name=text`.
  void Show(const std::string& name, const std::string& text) { outs_ += " " + name + "=" + text; }
  void Bind(const std::string& name, const char* type, uint64_t bits) {
    machine().Set(name, {type, bits});
  }
  const std::string& outs() const { return outs_; }

 private:
  Frame& frame_;
  const std::vector<Word>& words_;
  FunctionId function_;
  size_t next_ = 0;
  std::string problem_;
  std::string outs_;
};

inline bool IsNull(const Word& word) {
  return word.kind == Word::Kind::kBare && word.text == "null";
}

// The value of one of Node-API's enumerators; false where it is none.
bool FindEnumerator(const std::string& name, int64_t& value);

}  // namespace napisan::conformance
