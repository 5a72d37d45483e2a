#include "host/typed_elements.h"

#include <cmath>
#include <cstring>

#include "host/backing_store.h"
#include "host/bigint.h"
#include "host/numbers.h"
#include "host/objects.h"
#include "host/strings.h"

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

// A string as a BigInt, modulo 2^64; false where it spells none.
bool ParseBits(const String& string, uint64_t& bits) {
  std::string text = TrimmedAscii(string);
  bool negative = text[0] == '-';
  bool has_sign = negative || text[0] == '+';
  if (has_sign) text.erase(0, 1);
  if (has_sign && text.empty()) return false;
  uint64_t radix = 10;
  // A sign is for decimal digits only.
  if (!has_sign && text.size() > 2 && text[0] == '0') {
    char letter = static_cast<char>(text[1] | 0x20);
    radix = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
  }
  bits = 0;
  for (size_t i = radix == 10 ? 0 : 2; i < text.size(); ++i) {
    char c = text[i];
    uint64_t digit = c >= '0' && c <= '9' ? static_cast<uint64_t>(c - '0')
                                          : static_cast<uint64_t>((c | 0x20) - 'a' + 10);
    if (digit >= radix) return false;
    bits = bits * radix + digit;
  }
  if (negative) bits = 0 - bits;
  return true;
}

// ToBigInt, modulo 2^64; false where it threw.
bool ToBits(Agent& agent, Value value, uint64_t& bits) {
  value = ToPrimitive(agent, value, false);
  if (value.IsHole()) return false;
  if (value.IsBoolean()) {
    bits = value.AsBoolean() ? 1 : 0;
    return true;
  }
  if (Is(value, CellKind::kBigInt)) {
    bits = LowBits(*AsBigInt(value));
    return true;
  }
  if (IsString(value) && ParseBits(*AsString(value), bits)) return true;
  const char* type = IsString(value) ? "SyntaxError" : "TypeError";
  Value shown =
      IsSymbol(value) ? Value::Of(NewString(agent, Inspect(agent, value))) : ToString(agent, value);
  std::u16string text = u"Cannot convert ";
  for (uint32_t i = 0; i < AsString(shown)->length; ++i) text += AsString(shown)->at(i);
  text += u" to a BigInt";
  agent.Throw(
      Value::Of(NewError(agent, type, Value::Of(NewStringUtf16(agent, text.data(), text.size())))));
  return false;
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
    if (!ToBits(agent, value, big)) return false;
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
