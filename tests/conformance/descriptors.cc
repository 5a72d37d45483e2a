// Property descriptors as records: {utf8name="p" getter=g setter=s attributes=napi_enumerable}.

#include "arguments.h"

namespace napisan::conformance {
namespace {

bool Field(Decoder& decoder, const std::string& name, const Word& word,
           napi_property_descriptor& made) {
  if (name == "utf8name") {
    made.utf8name = word.text.c_str();
    return true;
  }
  if (name == "name") return decoder.ValueOf(word, made.name);
  if (name == "value") return decoder.ValueOf(word, made.value);
  if (name == "data") return decoder.PointerOf(word, made.data);
  if (name == "attributes") {
    int64_t number = 0;
    if (!decoder.IntegerOf(word, number)) return false;
    made.attributes = FromInteger<napi_property_attributes>(number);
    return true;
  }
  napi_callback* callback = name == "method"   ? &made.method
                            : name == "getter" ? &made.getter
                            : name == "setter" ? &made.setter
                                               : nullptr;
  const Block* block = nullptr;
  if (callback == nullptr) return decoder.Refuse(name + " is no field of a descriptor");
  if (!decoder.BlockOf(word, BlockKind::kFunction, block)) return false;
  *callback = block != nullptr ? CallbackFor<napi_callback>(*block) : nullptr;
  return true;
}

}  // namespace

bool Descriptors::In(Decoder& decoder, const Word& word) {
  if (word.kind != Word::Kind::kList) return decoder.Refuse("a list was expected");
  for (const Word& item : word.items) {
    napi_property_descriptor made{};
    for (const Word& field : item.items) {
      if (field.kind != Word::Kind::kField) return decoder.Refuse("a field was expected");
      if (!Field(decoder, field.text, field.items[0], made)) return false;
    }
    all.push_back(made);
  }
  // Not null, also where it is empty.
  all.emplace_back();
  return true;
}

}  // namespace napisan::conformance
