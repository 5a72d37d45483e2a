#include "cli/literal.h"

#include <algorithm>
#include <cstring>

#include "host/backing_store.h"
#include "host/bigint.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::cli {

using host::Value;

bool IsData(const Literal& literal) {
  if (literal.kind == Literal::Kind::kCallback || literal.kind == Literal::Kind::kPath)
    return false;
  return std::all_of(literal.items.begin(), literal.items.end(), IsData);
}

Value MakeValue(host::Agent& agent, const Literal& literal, LiteralContext& context) {
  switch (literal.kind) {
    case Literal::Kind::kUndefined:
      return Value::Undefined();
    case Literal::Kind::kNull:
      return Value::Null();
    case Literal::Kind::kBoolean:
      return Value::Boolean(literal.truth);
    case Literal::Kind::kNumber:
      return Value::Number(literal.number);
    case Literal::Kind::kString:
      return Value::Of(host::NewString(agent, literal.text));
    case Literal::Kind::kBigInt:
      return Value::Of(
          host::NewBigInt(agent, literal.truth, literal.words.data(), literal.words.size()));
    case Literal::Kind::kArray: {
      host::Object* array = host::NewArray(agent);
      // A path may lead through a module's getter, and the collector with it.
      agent.handles().Push(Value::Of(array));
      for (uint32_t i = 0; i < literal.items.size(); ++i) {
        Value item = MakeValue(agent, literal.items[i], context);
        if (item.IsHole()) return item;
        host::Define(agent, array, host::Key::Of(i), item, host::kPlainProperty);
      }
      return Value::Of(array);
    }
    case Literal::Kind::kObject: {
      host::Object* object = host::NewObject(agent);
      agent.handles().Push(Value::Of(object));
      for (size_t i = 0; i < literal.items.size(); ++i) {
        Value item = MakeValue(agent, literal.items[i], context);
        if (item.IsHole()) return item;
        host::Define(agent, object, host::Key::Of(host::NewString(agent, literal.keys[i])), item,
                     host::kPlainProperty);
      }
      return Value::Of(object);
    }
    case Literal::Kind::kBuffer: {
      host::BackingStore* store = host::NewBackingStore(agent, literal.text.size());
      if (!literal.text.empty()) std::memcpy(store->data, literal.text.data(), literal.text.size());
      host::Object* bytes = host::NewArrayBuffer(agent, store);
      return Value::Of(host::NewBuffer(agent, bytes, 0, literal.text.size()));
    }
    case Literal::Kind::kCallback:
      return context.Callback(literal.text);
    case Literal::Kind::kPath:
      return context.Resolve(literal.path);
  }
  return Value::Undefined();
}

}  // namespace napisan::cli
