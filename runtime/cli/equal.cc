#include "cli/equal.h"

#include <cmath>
#include <cstring>
#include <vector>

#include "host/backing_store.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::cli {
namespace {

using host::CellKind;
using host::Object;
using host::Value;

// An object that holds itself is as deep as this, and then taken for equal.
constexpr int kEqualDepthMax = 100;

struct Entry {
  Value key;
  Value value;
};

std::vector<Entry> EntriesOf(host::Agent& agent, Object* object) {
  std::vector<Entry> entries;
  host::ForEachOwn(
      agent, object,
      [](void* context, Value key, const host::Property& property) {
        if ((property.attributes & napi_enumerable) != 0) {
          static_cast<std::vector<Entry>*>(context)->push_back({key, Value()});
        }
        return true;
      },
      &entries);
  for (Entry& entry : entries) {
    host::Key key = entry.key.IsNumber()
                        ? host::Key::Of(static_cast<uint32_t>(entry.key.AsNumber()))
                        : host::Key::Of(entry.key.AsCell());
    entry.value = host::Get(agent, Value::Of(object), object, key);
    if (entry.value.IsHole()) agent.TakeException();
  }
  return entries;
}

class Comparison {
 public:
  explicit Comparison(host::Agent& agent) : agent_(agent) {}

  bool Equal(Value a, Value b, int depth) {
    if (a.IsNumber() && b.IsNumber()) {
      bool nan = std::isnan(a.AsNumber()) && std::isnan(b.AsNumber());
      return nan || (a.AsNumber() == b.AsNumber() &&
                     std::signbit(a.AsNumber()) == std::signbit(b.AsNumber()));
    }
    if (!host::IsObject(a) || !host::IsObject(b)) return host::StrictEquals(a, b);
    return Objects(host::AsObject(a), host::AsObject(b), depth);
  }

 private:
  bool Objects(Object* a, Object* b, int depth) {
    if (a == b || depth > kEqualDepthMax) return true;
    if (a->kind != b->kind || host::PrototypeOf(agent_, a) != host::PrototypeOf(agent_, b)) {
      return false;
    }
    switch (a->kind) {
      case CellKind::kArray:
        return host::ArrayLength(*a) == host::ArrayLength(*b) && Properties(a, b, depth);
      case CellKind::kObject:
        return Properties(a, b, depth);
      case CellKind::kTypedArray: {
        host::ViewExtent left = host::ExtentOf(*a);
        host::ViewExtent right = host::ExtentOf(*b);
        return a->view.type == b->view.type && left.bytes == right.bytes &&
               (left.bytes == 0 || std::memcmp(left.data, right.data, left.bytes) == 0);
      }
      case CellKind::kArrayBuffer:
        return a->buffer.length == b->buffer.length &&
               (a->buffer.length == 0 ||
                std::memcmp(a->buffer.data, b->buffer.data, a->buffer.length) == 0);
      case CellKind::kError:
      case CellKind::kDate:
      case CellKind::kBoxed:
        return host::Inspect(agent_, Value::Of(a)) == host::Inspect(agent_, Value::Of(b));
      default:
        return false;
    }
  }

  bool Properties(Object* a, Object* b, int depth) {
    std::vector<Entry> left = EntriesOf(agent_, a);
    std::vector<Entry> right = EntriesOf(agent_, b);
    if (left.size() != right.size()) return false;
    for (const Entry& entry : left) {
      bool found = false;
      for (const Entry& other : right) {
        if (!host::StrictEquals(entry.key, other.key)) continue;
        found = Equal(entry.value, other.value, depth + 1);
        break;
      }
      if (!found) return false;
    }
    return true;
  }

  host::Agent& agent_;
};

}  // namespace

bool DeepEqual(host::Agent& agent, Value a, Value b) { return Comparison(agent).Equal(a, b, 0); }

}  // namespace napisan::cli
