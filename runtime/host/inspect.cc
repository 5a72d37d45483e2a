// Values as text for people, in the manner of Node's util.inspect, on one line.

#include <cmath>
#include <cstdio>
#include <ctime>
#include <vector>

#include "host/atoms.h"
#include "host/backing_store.h"
#include "host/bigint.h"
#include "host/builtins.h"
#include "host/objects.h"
#include "host/promise.h"
#include "host/properties.h"
#include "host/strings.h"
#include "host/text_codec.h"

namespace napisan::host {
namespace {

constexpr uint32_t kItemsMax = 100;
constexpr uint32_t kBufferBytesMax = 50;

class Inspector {
 public:
  explicit Inspector(Agent& agent) : agent_(agent) {}

  std::string Text(Value value, int depth, bool nested);

 private:
  std::string Quoted(const String& string);
  std::string OfObject(Object* object, int depth, bool nested);
  std::string OfFunction(Object* function);
  std::string OfArray(Object* array, int depth);
  std::string OfView(Object* view);
  std::string OfPromise(Object* promise, int depth);
  // "{ a: 1 }", or nothing where there are no properties and `optional`.
  std::string Properties(Object* object, int depth, bool optional);
  std::string ClassName(Object* object);
  // The text of an own or inherited data property that is a string; getters are not run.
  std::string TextOf(Object* object, Atom name);

  Agent& agent_;
  // Those being written, outermost first.
  std::vector<Object*> open_;
};

std::string IsoTime(double time) {
  if (std::isnan(time)) return "Invalid Date";
  auto seconds = static_cast<time_t>(std::floor(time / 1000));
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  int milliseconds = static_cast<int>(time - static_cast<double>(seconds) * 1000);
  int year = parts.tm_year + 1900;
  char text[64];
  const char* format = year >= 0 && year <= 9999 ? "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ"
                                                 : "%+07d-%02d-%02dT%02d:%02d:%02d.%03dZ";
  std::snprintf(text, sizeof(text), format, year, parts.tm_mon + 1, parts.tm_mday, parts.tm_hour,
                parts.tm_min, parts.tm_sec, milliseconds);
  return text;
}

// "00 ff", and how many more there are.
std::string Bytes(const uint8_t* data, size_t length) {
  std::string text;
  for (size_t i = 0; i < length && i < kBufferBytesMax; ++i) {
    char byte[8];
    std::snprintf(byte, sizeof(byte), i == 0 ? "%02x" : " %02x", data[i]);
    text += byte;
  }
  if (length > kBufferBytesMax) {
    text += " ... " + std::to_string(length - kBufferBytesMax) + " more bytes";
  }
  return text;
}

bool IsIdentifier(const std::string& text) {
  if (text.empty() || (text[0] >= '0' && text[0] <= '9')) return false;
  for (char c : text) {
    bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                c == '_' || c == '$';
    if (!word) return false;
  }
  return true;
}

// The text of the unit at `index`, or of the pair that begins there; moves `index` on.
std::string Piece(const String& string, uint32_t& index, char quote) {
  char16_t units[] = {string.at(index++), 0};
  char escape[8];
  char16_t unit = units[0];
  if (unit == u'\n') return "\\n";
  if (unit == u'\t') return "\\t";
  if (unit == u'\r') return "\\r";
  if (unit == static_cast<unsigned char>(quote) || unit == u'\\') {
    return std::string("\\") + static_cast<char>(unit);
  }
  if (unit < 0x20 || unit == 0x7f) {
    std::snprintf(escape, sizeof(escape), "\\x%02X", unit);
    return escape;
  }
  size_t count = 1;
  if (unit >= 0xd800 && unit < 0xe000) {
    units[1] = index < string.length ? string.at(index) : u'\0';
    if (unit >= 0xdc00 || units[1] < 0xdc00 || units[1] >= 0xe000) {
      std::snprintf(escape, sizeof(escape), "\\u%04x", unit);
      return escape;
    }
    ++index;
    count = 2;
  }
  char text[8];
  return std::string(text, EncodeUtf8(units, count, text, sizeof(text)));
}

std::string Inspector::Quoted(const String& string) {
  auto has = [&](char16_t wanted) {
    for (uint32_t i = 0; i < string.length; ++i) {
      if (string.at(i) == wanted) return true;
    }
    return false;
  };
  char quote = '\'';
  if (has(u'\'')) quote = !has(u'"') ? '"' : !has(u'`') ? '`' : '\'';
  std::string out(1, quote);
  for (uint32_t i = 0; i < string.length;) out += Piece(string, i, quote);
  return out + quote;
}

std::string Inspector::TextOf(Object* object, Atom name) {
  for (Object* at = object; at != nullptr; at = PrototypeOf(agent_, at)) {
    Property* found = FindOwn(agent_, at, AtomKey(name));
    if (found == nullptr) continue;
    return !found->is_accessor() && IsString(found->value) ? ToUtf8(*AsString(found->value)) : "";
  }
  return "";
}

std::string Inspector::ClassName(Object* object) {
  for (Object* at = PrototypeOf(agent_, object); at != nullptr; at = PrototypeOf(agent_, at)) {
    Property* found = FindOwn(agent_, at, AtomKey(Atom::k_constructor));
    if (found != nullptr && IsFunction(found->value)) {
      return TextOf(AsObject(found->value), Atom::k_name);
    }
    if (found != nullptr) continue;
    // The constructors of built-in prototypes are made when somebody asks for them.
    for (size_t i = 0; i < kBuiltinCount; ++i) {
      if (agent_.builtins().prototypes[i] == at) return NameOf(static_cast<BuiltinId>(i));
    }
  }
  return "";
}

std::string Inspector::Properties(Object* object, int depth, bool optional) {
  struct Entry {
    Value key;
    Property property;
  };
  std::vector<Entry> entries;
  ForEachOwn(
      agent_, object,
      [](void* context, Value key, const Property& property) {
        bool named = !key.IsNumber();
        if (named && (property.attributes & napi_enumerable) != 0) {
          static_cast<std::vector<Entry>*>(context)->push_back({key, property});
        }
        return true;
      },
      &entries);
  if (object->kind == CellKind::kObject) {
    // Indexed properties of plain objects come first.
    std::vector<Entry> indexed;
    ForEachOwn(
        agent_, object,
        [](void* context, Value key, const Property& property) {
          if (key.IsNumber() && (property.attributes & napi_enumerable) != 0) {
            static_cast<std::vector<Entry>*>(context)->push_back({key, property});
          }
          return true;
        },
        &indexed);
    entries.insert(entries.begin(), indexed.begin(), indexed.end());
  }
  if (entries.empty()) return optional ? "" : "{}";
  std::string text = "{ ";
  for (size_t i = 0; i < entries.size(); ++i) {
    if (i > 0) text += ", ";
    Value key = entries[i].key;
    if (key.IsNumber()) {
      text += "'" + NumberToString(key.AsNumber()) + "'";
    } else if (IsSymbol(key)) {
      text += "[" + Text(key, depth, true) + "]";
    } else {
      std::string name = ToUtf8(*AsString(key));
      text += IsIdentifier(name) ? name : Quoted(*AsString(key));
    }
    text += ": ";
    const Property& property = entries[i].property;
    if (!property.is_accessor()) {
      text += Text(property.value, depth - 1, true);
    } else if (!IsFunction(property.value)) {
      text += "[Setter]";
    } else {
      text += IsFunction(property.setter) ? "[Getter/Setter]" : "[Getter]";
    }
  }
  return text + " }";
}

std::string Inspector::OfFunction(Object* function) {
  std::string name = TextOf(function, Atom::k_name);
  std::string text = name.empty() ? "[Function (anonymous)]" : "[Function: " + name + "]";
  std::string properties = Properties(function, 0, true);
  return properties.empty() ? text : text + " " + properties;
}

std::string Inspector::OfArray(Object* array, int depth) {
  uint32_t length = ArrayLength(*array);
  if (length == 0) return "[]";
  std::string text = "[ ";
  uint32_t holes = 0;
  auto close_holes = [&](bool more) {
    if (holes == 0) return;
    text += "<" + std::to_string(holes) + (holes == 1 ? " empty item>" : " empty items>");
    if (more) text += ", ";
    holes = 0;
  };
  uint32_t shown = length < kItemsMax ? length : kItemsMax;
  for (uint32_t i = 0; i < shown; ++i) {
    Property* found = FindOwn(agent_, array, Key::Of(i));
    if (found == nullptr) {
      ++holes;
      continue;
    }
    Value value = found->value;
    bool accessor = found->is_accessor();
    close_holes(true);
    text += accessor ? "[Getter]" : Text(value, depth - 1, true);
    if (i + 1 < length) text += ", ";
  }
  close_holes(shown < length);
  if (shown < length) text += "... " + std::to_string(length - shown) + " more items";
  return text + " ]";
}

std::string Inspector::OfView(Object* view) {
  ViewExtent extent = ExtentOf(*view);
  if ((view->flags & kIsBuffer) != 0) {
    return extent.bytes == 0 ? "<Buffer>" : "<Buffer " + Bytes(extent.data, extent.bytes) + ">";
  }
  if (view->kind == CellKind::kDataView) {
    return "DataView { byteLength: " + std::to_string(extent.bytes) +
           ", byteOffset: " + std::to_string(extent.offset) + " }";
  }
  std::string text =
      std::string(TypedArrayName(view->view.type)) + "(" + std::to_string(extent.elements) + ") [";
  size_t shown = extent.elements < kItemsMax ? extent.elements : kItemsMax;
  for (size_t i = 0; i < shown; ++i) {
    text += i == 0 ? " " : ", ";
    text += Text(FindOwn(agent_, view, Key::Of(static_cast<uint32_t>(i)))->value, 0, true);
  }
  if (shown < extent.elements) {
    text += ", ... " + std::to_string(extent.elements - shown) + " more items";
  }
  return text + (shown == 0 ? "]" : " ]");
}

std::string Inspector::OfPromise(Object* promise, int depth) {
  switch (promise->promise.state) {
    case PromiseState::kPending:
      return "Promise { <pending> }";
    case PromiseState::kFulfilled:
      return "Promise { " + Text(promise->promise.result, depth - 1, true) + " }";
    case PromiseState::kRejected:
      return "Promise { <rejected> " + Text(promise->promise.result, depth - 1, true) + " }";
  }
  return "";
}

std::string Inspector::OfObject(Object* object, int depth, bool nested) {
  switch (object->kind) {
    case CellKind::kFunction:
      return OfFunction(object);
    case CellKind::kArray:
      return depth < 0 ? "[Array]" : OfArray(object, depth);
    case CellKind::kError: {
      std::string name = TextOf(object, Atom::k_name);
      std::string message = TextOf(object, Atom::k_message);
      std::string text = name.empty() ? "Error" : name;
      if (!message.empty()) text += ": " + message;
      std::string properties = Properties(object, depth, true);
      if (!properties.empty()) text += " " + properties;
      return nested ? "[" + text + "]" : text;
    }
    case CellKind::kPromise:
      return OfPromise(object, depth);
    case CellKind::kExternal:
      return "[External]";
    case CellKind::kArrayBuffer:
      return std::string((object->flags & kShared) != 0 ? "Shared" : "") +
             "ArrayBuffer { [Uint8Contents]: <" +
             Bytes(object->buffer.data, object->buffer.length) +
             ">, byteLength: " + std::to_string(object->buffer.length) + " }";
    case CellKind::kTypedArray:
    case CellKind::kDataView:
      return OfView(object);
    case CellKind::kDate:
      return IsoTime(object->date);
    case CellKind::kBoxed:
      return "[" + ClassName(object) + ": " + Text(object->boxed, depth, true) + "]";
    default:
      break;
  }
  std::string name = ClassName(object);
  if (depth < 0) return "[" + (name.empty() ? "Object" : name) + "]";
  std::string properties = Properties(object, depth, false);
  if (name == "Object") return properties;
  return (name.empty() ? "[Object: null prototype]" : name) + " " + properties;
}

std::string Inspector::Text(Value value, int depth, bool nested) {
  if (value.IsNumber()) {
    bool minus_zero = value.AsNumber() == 0 && std::signbit(value.AsNumber());
    return minus_zero ? "-0" : NumberToString(value.AsNumber());
  }
  if (value.IsUndefined() || value.IsHole()) return "undefined";
  if (value.IsNull()) return "null";
  if (value.IsBoolean()) return value.AsBoolean() ? "true" : "false";
  if (IsString(value)) return Quoted(*AsString(value));
  if (Is(value, CellKind::kBigInt)) return ToDecimal(*AsBigInt(value)) + "n";
  if (IsSymbol(value)) {
    Value description = AsSymbol(value)->description;
    return "Symbol(" + (IsString(description) ? ToUtf8(*AsString(description)) : "") + ")";
  }
  Object* object = AsObject(value);
  for (Object* open : open_) {
    if (open == object) return "[Circular]";
  }
  open_.push_back(object);
  std::string text = OfObject(object, depth, nested);
  open_.pop_back();
  return text;
}

}  // namespace

std::string Inspect(Agent& agent, Value value, int depth) {
  return Inspector(agent).Text(value, depth, false);
}

}  // namespace napisan::host
