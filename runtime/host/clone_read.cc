// From a CloneData back to a value.

#include <cstring>
#include <string>

#include "host/atoms.h"
#include "host/backing_store.h"
#include "host/bigint.h"
#include "host/clone_format.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"
#include "host/structured_clone.h"

namespace napisan::host {
namespace {

class Deserializer {
 public:
  Deserializer(Agent& agent, const CloneData& data)
      : agent_(agent), data_(data), at_(data.bytes.data()) {}

  // Hole for kEnd.
  Value Read();

 private:
  Value ReadLatin1();
  Value ReadTwoByte();
  Value ReadBigInt();
  Value ReadError();
  void ReadProperties(Object* object);
  Value ReadBuffer();
  Value ReadView(bool typed);

  // It has its number from here on, and a handle that keeps it.
  Value Number(Object* object) {
    objects_.push_back(object);
    agent_.handles().Push(Value::Of(object));
    return Value::Of(object);
  }
  template <class T>
  T Raw() {
    T number;
    std::memcpy(&number, at_, sizeof(number));
    at_ += sizeof(number);
    return number;
  }

  Agent& agent_;
  const CloneData& data_;
  const uint8_t* at_;
  std::vector<Object*> objects_;
};

Value Deserializer::Read() {
  switch (static_cast<CloneTag>(*at_++)) {
    case CloneTag::kUndefined:
      return Value::Undefined();
    case CloneTag::kNull:
      return Value::Null();
    case CloneTag::kFalse:
      return Value::Boolean(false);
    case CloneTag::kTrue:
      return Value::Boolean(true);
    case CloneTag::kNumber:
      return Value::Number(Raw<double>());
    case CloneTag::kBigInt:
      return ReadBigInt();
    case CloneTag::kLatin1:
      return ReadLatin1();
    case CloneTag::kTwoByte:
      return ReadTwoByte();
    case CloneTag::kObjectAgain:
      return Value::Of(objects_[Raw<uint32_t>()]);
    case CloneTag::kBoxed: {
      Object* boxed = NewObject(agent_, CellKind::kBoxed);
      Number(boxed);
      boxed->boxed = Read();
      return Value::Of(boxed);
    }
    case CloneTag::kDate: {
      Object* date = NewObject(agent_, CellKind::kDate);
      date->date = Raw<double>();
      return Number(date);
    }
    case CloneTag::kError:
      return ReadError();
    case CloneTag::kArray: {
      Object* array = NewArray(agent_, Raw<uint32_t>());
      Number(array);
      ReadProperties(array);
      return Value::Of(array);
    }
    case CloneTag::kObject: {
      Object* object = NewObject(agent_);
      Number(object);
      ReadProperties(object);
      return Value::Of(object);
    }
    case CloneTag::kArrayBuffer:
      return ReadBuffer();
    case CloneTag::kTypedArray:
      return ReadView(true);
    case CloneTag::kDataView:
      return ReadView(false);
    case CloneTag::kEnd:
      break;
  }
  return Value::Hole();
}

Value Deserializer::ReadLatin1() {
  auto length = Raw<uint32_t>();
  const uint8_t* text = at_;
  at_ += length;
  Value string = Value::Of(NewStringLatin1(agent_, text, length));
  agent_.handles().Push(string);
  return string;
}

Value Deserializer::ReadTwoByte() {
  // The bytes may lie at an odd address.
  std::u16string text(Raw<uint32_t>(), u'\0');
  std::memcpy(text.data(), at_, text.size() * sizeof(char16_t));
  at_ += text.size() * sizeof(char16_t);
  Value string = Value::Of(NewStringUtf16(agent_, text.data(), text.size()));
  agent_.handles().Push(string);
  return string;
}

Value Deserializer::ReadBigInt() {
  bool negative = Raw<uint8_t>() != 0;
  std::vector<uint64_t> words(Raw<uint32_t>());
  if (!words.empty()) std::memcpy(words.data(), at_, words.size() * sizeof(uint64_t));
  at_ += words.size() * sizeof(uint64_t);
  Value bigint = Value::Of(NewBigInt(agent_, negative, words.data(), words.size()));
  agent_.handles().Push(bigint);
  return bigint;
}

Value Deserializer::ReadError() {
  // A cause may be the error itself: it has its number before it has been read to its end.
  auto number = objects_.size();
  objects_.push_back(nullptr);
  Value type = Read();
  Value message = Read();
  Value stack = Read();
  Object* error = NewError(agent_, IsString(type) ? ToUtf8(*AsString(type)) : "Error",
                           message.IsHole() ? Value::Undefined() : message);
  agent_.handles().Push(Value::Of(error));
  objects_[number] = error;
  if (!stack.IsHole()) Define(agent_, error, AtomKey(Atom::k_stack), stack, kHiddenProperty);
  Value cause = Read();
  if (!cause.IsHole()) {
    Define(agent_, error, Key::Of(NewString(agent_, "cause")), cause, kHiddenProperty);
  }
  return Value::Of(error);
}

void Deserializer::ReadProperties(Object* object) {
  for (Value key = Read(); !key.IsHole(); key = Read()) {
    Value value = Read();
    Key name = key.IsNumber() ? Key::Of(static_cast<uint32_t>(key.AsNumber())) : Key{key.AsCell()};
    Define(agent_, object, name, value, kPlainProperty);
  }
}

Value Deserializer::ReadBuffer() {
  const std::vector<uint8_t>& contents = data_.buffers[Raw<uint32_t>()];
  BackingStore* store = NewBackingStore(agent_, contents.size());
  if (!contents.empty()) std::memcpy(store->data, contents.data(), contents.size());
  return Number(NewArrayBuffer(agent_, store));
}

Value Deserializer::ReadView(bool typed) {
  Object* buffer = AsObject(Read());
  auto type = static_cast<napi_typedarray_type>(typed ? Raw<uint8_t>() : 0);
  auto offset = static_cast<size_t>(Raw<uint64_t>());
  auto length = static_cast<size_t>(Raw<uint64_t>());
  return Number(typed ? NewTypedArray(agent_, type, buffer, offset, length)
                      : NewDataView(agent_, buffer, offset, length));
}

}  // namespace

Value Deserialize(Agent& agent, const CloneData& data) {
  AutoScope scope(agent.handles());
  return Deserializer(agent, data).Read();
}

}  // namespace napisan::host
