#include "host/structured_clone.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>
#include <unordered_map>

#include "host/atoms.h"
#include "host/backing_store.h"
#include "host/bigint.h"
#include "host/builtins.h"
#include "host/clone_format.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

// Objects inside of one another. Node's stack is used up between 1,000 and 2,000 of them.
constexpr int kDepthMax = 1500;

bool ThrowDataCloneError(Agent& agent, const std::string& message) {
  agent.Throw(Value::Of(NewDataCloneError(agent, message)));
  return false;
}

// What V8 calls a value that it cannot clone.
std::string Describe(Agent& agent, Value value) {
  if (IsSymbol(value)) return Inspect(agent, value);
  const Object* object = AsObject(value);
  switch (object->kind) {
    case CellKind::kFunction: {
      Property* name = FindOwn(agent, AsObject(value), AtomKey(Atom::k_name));
      bool named = name != nullptr && IsString(name->value);
      return "function " + (named ? ToUtf8(*AsString(name->value)) : "") + "() { [native code] }";
    }
    case CellKind::kBoxed:
      return "[object Symbol]";
    case CellKind::kExternal:
      return "[object Object]";
    default:
      return NameInError(agent, AsObject(value));
  }
}

class Serializer {
 public:
  Serializer(Agent& agent, CloneData& data) : agent_(agent), data_(data) {}

  bool Prepare(const std::vector<Value>& transfer);
  bool Write(Value value);
  bool Transfer();

 private:
  bool WriteObject(Object* object);
  bool WriteError(Object* error);
  bool WriteProperties(Object* object);
  bool WriteBuffer(Object* buffer);
  bool WriteView(Object* view);
  // The text, or kEnd where it is none.
  void WriteText(Value text);
  void WriteString(const String& string);
  void WriteBigInt(const BigInt& bigint);

  bool Refuse(Value value) {
    return ThrowDataCloneError(agent_, Describe(agent_, value) + " could not be cloned.");
  }
  // From here on it is known by its number. A handle keeps it while getters run.
  void Number(Object* object) {
    numbers_.emplace(object, static_cast<uint32_t>(numbers_.size()));
    agent_.handles().Push(Value::Of(object));
  }

  void Tag(CloneTag tag) { data_.bytes.push_back(static_cast<uint8_t>(tag)); }
  template <class T>
  void Raw(T number) {
    Bytes(&number, sizeof(number));
  }
  void Bytes(const void* from, size_t count) {
    auto* bytes = static_cast<const uint8_t*>(from);
    data_.bytes.insert(data_.bytes.end(), bytes, bytes + count);
  }

  Agent& agent_;
  CloneData& data_;
  std::unordered_map<const Object*, uint32_t> numbers_;
  // Array buffers that will be transferred; the contents of each go to the same place of buffers.
  std::vector<Object*> transferred_;
  int depth_ = 0;
};

bool Serializer::Prepare(const std::vector<Value>& transfer) {
  bool ignores = agent_.profile() == Profile::kNode20;
  for (Value value : transfer) {
    if (!IsArrayBuffer(value)) {
      if (!ignores) return ThrowDataCloneError(agent_, "Found invalid value in transferList.");
      ThrowError(agent_, "TypeError", "Found invalid object in transferList",
                 "ERR_INVALID_TRANSFER_OBJECT");
      return false;
    }
    Object* buffer = AsObject(value);
    if (std::find(transferred_.begin(), transferred_.end(), buffer) != transferred_.end()) {
      return ThrowDataCloneError(agent_, "Transfer list contains duplicate ArrayBuffer");
    }
    // Memory that is the module's cannot change hands. Node 20 leaves it, and clones.
    if (IsDetached(*buffer) || buffer->buffer.store->place == kExternal) {
      if (ignores) continue;
      return ThrowDataCloneError(agent_, "Cannot transfer object of unsupported type.");
    }
    transferred_.push_back(buffer);
  }
  data_.buffers.resize(transferred_.size());
  return true;
}

bool Serializer::Write(Value value) {
  if (value.IsUndefined()) return Tag(CloneTag::kUndefined), true;
  if (value.IsNull()) return Tag(CloneTag::kNull), true;
  if (value.IsBoolean()) return Tag(value.AsBoolean() ? CloneTag::kTrue : CloneTag::kFalse), true;
  if (value.IsNumber()) {
    Tag(CloneTag::kNumber);
    Raw(value.AsNumber());
    return true;
  }
  if (IsString(value)) return WriteString(*AsString(value)), true;
  if (Is(value, CellKind::kBigInt)) return WriteBigInt(*AsBigInt(value)), true;
  if (IsSymbol(value)) return Refuse(value);
  Object* object = AsObject(value);
  if (auto known = numbers_.find(object); known != numbers_.end()) {
    Tag(CloneTag::kObjectAgain);
    Raw(known->second);
    return true;
  }
  if (depth_ == kDepthMax) {
    ThrowError(agent_, "RangeError", "Maximum call stack size exceeded");
    return false;
  }
  ++depth_;
  bool written = WriteObject(object);
  --depth_;
  return written;
}

bool Serializer::WriteObject(Object* object) {
  switch (object->kind) {
    case CellKind::kBoxed:
      if (IsSymbol(object->boxed)) return Refuse(Value::Of(object));
      Number(object);
      Tag(CloneTag::kBoxed);
      return Write(object->boxed);
    case CellKind::kDate:
      Number(object);
      Tag(CloneTag::kDate);
      Raw(object->date);
      return true;
    case CellKind::kError:
      return WriteError(object);
    case CellKind::kArrayBuffer:
      return WriteBuffer(object);
    case CellKind::kTypedArray:
    case CellKind::kDataView:
      return WriteView(object);
    case CellKind::kArray:
      Number(object);
      Tag(CloneTag::kArray);
      Raw(ArrayLength(*object));
      return WriteProperties(object);
    case CellKind::kObject:
      if (object == agent_.builtins().global) return Refuse(Value::Of(object));
      Number(object);
      Tag(CloneTag::kObject);
      return WriteProperties(object);
    default:
      return Refuse(Value::Of(object));
  }
}

bool Serializer::WriteError(Object* error) {
  static constexpr std::string_view kTypes[] = {"EvalError",   "RangeError", "ReferenceError",
                                                "SyntaxError", "TypeError",  "URIError"};
  Number(error);
  Value name = Get(agent_, Value::Of(error), error, AtomKey(Atom::k_name));
  if (!name.IsHole()) name = ToString(agent_, name);
  if (name.IsHole()) return false;
  std::string type = ToUtf8(*AsString(name));
  bool known = std::find(std::begin(kTypes), std::end(kTypes), type) != std::end(kTypes);
  // A getter is not run for the message, by the algorithm's own words.
  Value message = Value::Undefined();
  Property* own = FindOwn(agent_, error, AtomKey(Atom::k_message));
  if (own != nullptr && !own->is_accessor()) {
    message = ToString(agent_, own->value);
    if (message.IsHole()) return false;
  }
  Value stack = Get(agent_, Value::Of(error), error, AtomKey(Atom::k_stack));
  if (stack.IsHole()) return false;
  Key cause_key = Key::Of(NewString(agent_, "cause"));
  bool has_cause = HasOwn(agent_, error, cause_key);
  Tag(CloneTag::kError);
  WriteText(known ? name : Value::Undefined());
  WriteText(message);
  WriteText(stack);
  if (!has_cause) return Tag(CloneTag::kEnd), true;
  Value cause = Get(agent_, Value::Of(error), error, cause_key);
  return !cause.IsHole() && Write(cause);
}

bool Serializer::WriteProperties(Object* object) {
  // Which properties there are is settled first; getters may remove some that are still to come.
  std::vector<Key> keys;
  ForEachOwn(
      agent_, object,
      [](void* context, Value key, const Property& property) {
        if ((property.attributes & napi_enumerable) == 0 || IsSymbol(key)) return true;
        static_cast<std::vector<Key>*>(context)->push_back(
            key.IsNumber() ? Key::Of(static_cast<uint32_t>(key.AsNumber())) : Key{key.AsCell()});
        return true;
      },
      &keys);
  for (const Key& key : keys) {
    if (!key.is_index()) agent_.handles().Push(Value::Of(key.cell));
  }
  for (const Key& key : keys) {
    if (!HasOwn(agent_, object, key)) continue;
    Value value = Get(agent_, Value::Of(object), object, key);
    if (value.IsHole()) return false;
    // Made by a getter it is held by nothing, and there may be more getters in it.
    agent_.handles().Push(value);
    if (!Write(key.is_index() ? Value::Number(key.index) : Value::Of(key.cell)) || !Write(value)) {
      return false;
    }
  }
  Tag(CloneTag::kEnd);
  return true;
}

bool Serializer::WriteBuffer(Object* buffer) {
  // Its bytes are shared between agents, and belong to the heap of one: not yet.
  if (IsSharedBuffer(Value::Of(buffer))) {
    return ThrowDataCloneError(agent_, "#<SharedArrayBuffer> could not be cloned.");
  }
  if (IsDetached(*buffer)) {
    return ThrowDataCloneError(agent_, "An ArrayBuffer is detached and could not be cloned.");
  }
  Number(buffer);
  Tag(CloneTag::kArrayBuffer);
  auto found = std::find(transferred_.begin(), transferred_.end(), buffer);
  if (found != transferred_.end()) {
    Raw(static_cast<uint32_t>(found - transferred_.begin()));
    return true;
  }
  Raw(static_cast<uint32_t>(data_.buffers.size()));
  const uint8_t* contents = buffer->buffer.data;
  data_.buffers.emplace_back(contents, contents + buffer->buffer.length);
  return true;
}

bool Serializer::WriteView(Object* view) {
  bool typed = view->kind == CellKind::kTypedArray;
  Tag(typed ? CloneTag::kTypedArray : CloneTag::kDataView);
  if (!Write(Value::Of(view->view.buffer))) return false;
  Number(view);
  if (typed) Raw(static_cast<uint8_t>(view->view.type));
  Raw(static_cast<uint64_t>(view->view.offset));
  Raw(static_cast<uint64_t>(view->view.length));
  return true;
}

void Serializer::WriteText(Value text) {
  if (IsString(text)) return WriteString(*AsString(text));
  Tag(CloneTag::kEnd);
}

void Serializer::WriteString(const String& string) {
  Tag(string.two_byte() ? CloneTag::kTwoByte : CloneTag::kLatin1);
  Raw(string.length);
  Bytes(string.bytes(), string.length * (string.two_byte() ? sizeof(char16_t) : 1));
}

void Serializer::WriteBigInt(const BigInt& bigint) {
  Tag(CloneTag::kBigInt);
  Raw(static_cast<uint8_t>((bigint.flags & kNegative) != 0));
  Raw(bigint.count);
  Bytes(bigint.words(), bigint.count * sizeof(uint64_t));
}

bool Serializer::Transfer() {
  for (Object* buffer : transferred_) {
    if (!IsDetached(*buffer)) continue;
    // By a getter, just now.
    return ThrowDataCloneError(agent_, "An ArrayBuffer is detached and could not be cloned.");
  }
  for (size_t i = 0; i < transferred_.size(); ++i) {
    Object* buffer = transferred_[i];
    const uint8_t* contents = buffer->buffer.data;
    data_.buffers[i].assign(contents, contents + buffer->buffer.length);
    Detach(agent_, buffer);
  }
  return true;
}

}  // namespace

// In Node a DOMException, whose code is 25.
Object* NewDataCloneError(Agent& agent, const std::string& message) {
  Object* error = NewError(agent, "Error", Value::Of(NewString(agent, message)));
  agent.handles().Push(Value::Of(error));
  Define(agent, error, AtomKey(Atom::k_name), Value::Of(NewString(agent, "DataCloneError")),
         kHiddenProperty);
  Define(agent, error, AtomKey(Atom::k_code), Value::Number(25), kHiddenProperty);
  Define(agent, error, AtomKey(Atom::k_stack),
         Value::Of(NewString(agent, "DataCloneError: " + message)), kHiddenProperty);
  return error;
}

bool IsDataCloneError(Agent& agent, Value exception) {
  if (!Is(exception, CellKind::kError)) return false;
  const Property* name = FindOwn(agent, AsObject(exception), AtomKey(Atom::k_name));
  return name != nullptr && IsString(name->value) &&
         ToUtf8(*AsString(name->value)) == "DataCloneError";
}

bool Serialize(Agent& agent, Value value, const std::vector<Value>& transfer, CloneData& data) {
  AutoScope scope(agent.handles());
  Serializer serializer(agent, data);
  return serializer.Prepare(transfer) && serializer.Write(value) && serializer.Transfer();
}

}  // namespace napisan::host
