#include "host/typed_elements.h"

#include <cmath>
#include <cstring>

#include "host/backing_store.h"
#include "host/bigint.h"
#include "host/numbers.h"
#include "host/objects.h"

namespace napisan::host {
namespace {

double HalfToDouble(uint16_t half) {
  int exponent = half >> 10 & 0x1f;
  int mantissa = half & 0x3ff;
  double value = exponent == 0    ? std::ldexp(mantissa, -24)
                 : exponent == 31 ? (mantissa == 0 ? INFINITY : NAN)
                                  : std::ldexp(mantissa + 1024, exponent - 25);
  return (half & 0x8000) != 0 ? -value : value;
}

uint16_t DoubleToHalf(double number) {
  uint16_t sign = std::signbit(number) ? 0x8000 : 0;
  double magnitude = std::fabs(number);
  if (std::isnan(number)) return 0x7e00;
  if (magnitude >= 65520) return sign | 0x7c00;
  if (magnitude < std::ldexp(1, -14)) {
    return static_cast<uint16_t>(sign |
                                 static_cast<int>(std::nearbyint(std::ldexp(magnitude, 24))));
  }
  int exponent;
  std::frexp(magnitude, &exponent);
  auto mantissa = static_cast<int>(std::nearbyint(std::ldexp(magnitude, 11 - exponent)));
  // A mantissa that rounds up to 2048 carries into the exponent by itself.
  return static_cast<uint16_t>(sign | (((exponent + 14) << 10) + (mantissa - 1024)));
}

template <class T>
Value Load(const uint8_t* at) {
  T value;
  std::memcpy(&value, at, sizeof(value));
  return Value::Number(static_cast<double>(value));
}

template <class T>
void Store(uint8_t* at, T value) {
  std::memcpy(at, &value, sizeof(value));
}

uint8_t Clamped(double number) {
  if (!(number > 0)) return 0;
  return number >= 255 ? 255 : static_cast<uint8_t>(std::nearbyint(number));
}

bool IsBig(napi_typedarray_type type) {
  return type == napi_bigint64_array || type == napi_biguint64_array;
}

}  // namespace

Value ReadElement(Agent& agent, const Object& array, uint32_t index) {
  ViewExtent extent = ExtentOf(array);
  if (index >= extent.elements) return Value::Hole();
  const uint8_t* at = extent.data + index * ElementSize(array.view.type);
  switch (array.view.type) {
    case napi_int8_array:
      return Load<int8_t>(at);
    case napi_uint8_array:
    case napi_uint8_clamped_array:
      return Load<uint8_t>(at);
    case napi_int16_array:
      return Load<int16_t>(at);
    case napi_uint16_array:
      return Load<uint16_t>(at);
    case napi_int32_array:
      return Load<int32_t>(at);
    case napi_uint32_array:
      return Load<uint32_t>(at);
    case napi_float32_array:
      return Load<float>(at);
    case napi_float64_array:
      return Load<double>(at);
    case napi_float16_array: {
      uint16_t half;
      std::memcpy(&half, at, sizeof(half));
      return Value::Number(HalfToDouble(half));
    }
    case napi_bigint64_array: {
      int64_t number;
      std::memcpy(&number, at, sizeof(number));
      uint64_t magnitude =
          number < 0 ? 0 - static_cast<uint64_t>(number) : static_cast<uint64_t>(number);
      return Value::Of(NewBigInt(agent, number < 0, &magnitude, 1));
    }
    case napi_biguint64_array: {
      uint64_t number;
      std::memcpy(&number, at, sizeof(number));
      return Value::Of(NewBigInt(agent, false, &number, 1));
    }
  }
  return Value::Undefined();
}

bool WriteElement(Agent& agent, Object& array, uint32_t index, Value value) {
  uint64_t big = 0;
  double number = 0;
  if (IsBig(array.view.type)) {
    if (!Is(value, CellKind::kBigInt)) {
      ThrowError(agent, "TypeError", "Cannot convert " + Inspect(agent, value) + " to a BigInt");
      return false;
    }
    const BigInt& bigint = *AsBigInt(value);
    big = bigint.count > 0 ? bigint.words()[0] : 0;
    if ((bigint.flags & kNegative) != 0) big = 0 - big;
  } else {
    Value converted = ToNumber(agent, value);
    if (converted.IsHole()) return false;
    number = converted.AsNumber();
  }
  ViewExtent extent = ExtentOf(array);
  if (index >= extent.elements) return true;
  uint8_t* at = extent.data + index * ElementSize(array.view.type);
  switch (array.view.type) {
    case napi_int8_array:
    case napi_uint8_array:
      Store(at, static_cast<uint8_t>(ToUint32(number)));
      break;
    case napi_uint8_clamped_array:
      Store(at, Clamped(number));
      break;
    case napi_int16_array:
    case napi_uint16_array:
      Store(at, static_cast<uint16_t>(ToUint32(number)));
      break;
    case napi_int32_array:
    case napi_uint32_array:
      Store(at, ToUint32(number));
      break;
    case napi_float32_array:
      Store(at, static_cast<float>(number));
      break;
    case napi_float64_array:
      Store(at, number);
      break;
    case napi_float16_array:
      Store(at, DoubleToHalf(number));
      break;
    case napi_bigint64_array:
    case napi_biguint64_array:
      Store(at, big);
      break;
  }
  return true;
}

}  // namespace napisan::host
