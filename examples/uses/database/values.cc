#include "database/values.h"

#include <cmath>
#include <cstddef>

namespace uses {
namespace {

constexpr double kSafe = 9007199254740991;  // Number.MAX_SAFE_INTEGER

template <typename... Callables>
struct Overloaded : Callables... {
  using Callables::operator()...;
};
template <typename... Callables>
Overloaded(Callables...) -> Overloaded<Callables...>;

bool ReadNumber(napi_env env, napi_value value, Value& out) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) return false;
  if (number == std::floor(number) && std::abs(number) <= kSafe) {
    out = int64_t(number);
  } else {
    out = number;
  }
  return true;
}

bool ReadBigInt(napi_env env, napi_value value, Value& out) {
  int64_t number = 0;
  bool lossless = false;
  if (napi_get_value_bigint_int64(env, value, &number, &lossless) != napi_ok) return false;
  out = number;
  return lossless;
}

bool ReadBlob(napi_env env, napi_value value, Value& out) {
  bool is_buffer = false;
  void* data = nullptr;
  size_t size = 0;
  if (napi_is_buffer(env, value, &is_buffer) != napi_ok || !is_buffer ||
      napi_get_buffer_info(env, value, &data, &size) != napi_ok) {
    return false;
  }
  const auto* bytes = static_cast<const uint8_t*>(data);
  out = Blob(bytes, bytes + size);
  return true;
}

bool ReadValue(napi_env env, napi_value value, Value& out) {
  napi_valuetype type = napi_undefined;
  if (napi_typeof(env, value, &type) != napi_ok) return false;
  switch (type) {
    case napi_null:
      out = nullptr;
      return true;
    case napi_number:
      return ReadNumber(env, value, out);
    case napi_bigint:
      return ReadBigInt(env, value, out);
    case napi_string:
      return ReadString(env, value, out.emplace<std::string>());
    case napi_object:
      return ReadBlob(env, value, out);
    default:
      return false;
  }
}

napi_value ValueOf(napi_env env, const Value& value) {
  napi_value made = nullptr;
  std::visit(Overloaded{
                 [&](std::nullptr_t) { napi_get_null(env, &made); },
                 [&](int64_t number) {
                   if (std::abs(double(number)) <= kSafe) {
                     napi_create_int64(env, number, &made);
                   } else {
                     napi_create_bigint_int64(env, number, &made);
                   }
                 },
                 [&](double number) { napi_create_double(env, number, &made); },
                 [&](const std::string& text) {
                   napi_create_string_utf8(env, text.data(), text.size(), &made);
                 },
                 [&](const Blob& blob) {
                   napi_create_buffer_copy(env, blob.size(), blob.data(), nullptr, &made);
                 },
             },
             value);
  return made;
}

bool SetRow(napi_env env, napi_value array, uint32_t index, const Rows& rows) {
  napi_value row = nullptr;
  if (napi_create_object(env, &row) != napi_ok) return false;
  for (size_t column = 0; column < rows.names.size(); ++column) {
    napi_value value = ValueOf(env, rows.rows[index][column]);
    if (value == nullptr ||
        napi_set_named_property(env, row, rows.names[column].c_str(), value) != napi_ok) {
      return false;
    }
  }
  return napi_set_element(env, array, index, row) == napi_ok;
}

}  // namespace

bool ReadValues(const Arguments& arguments, size_t index, std::vector<Value>& values) {
  static constexpr const char* kWhat =
      "an array of null, numbers, 64-bit BigInts, strings and Buffers";
  return arguments.Missing(index) ||
         arguments.Array(index, "values", kWhat, [&](napi_value element) {
           return ReadValue(arguments.env(), element, values.emplace_back());
         });
}

napi_value ArrayOf(napi_env env, const Rows& rows) {
  napi_value array = nullptr;
  if (napi_create_array_with_length(env, rows.rows.size(), &array) != napi_ok) return nullptr;
  for (size_t i = 0; i < rows.rows.size(); ++i) {
    // Thousands of rows would otherwise keep all of their handles until the end.
    napi_handle_scope scope = nullptr;
    if (napi_open_handle_scope(env, &scope) != napi_ok) return nullptr;
    bool set = SetRow(env, array, uint32_t(i), rows);
    napi_close_handle_scope(env, scope);
    if (!set) return nullptr;
  }
  return array;
}

int Bind(sqlite3_stmt* statement, int index, const Value& value) {
  return std::visit(
      Overloaded{
          [=](std::nullptr_t) { return sqlite3_bind_null(statement, index); },
          [=](int64_t number) { return sqlite3_bind_int64(statement, index, number); },
          [=](double number) { return sqlite3_bind_double(statement, index, number); },
          [=](const std::string& text) {
            return sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC,
                                       SQLITE_UTF8);
          },
          [=](const Blob& blob) {
            // A null pointer would be NULL.
            const void* data = blob.empty() ? "" : static_cast<const void*>(blob.data());
            return sqlite3_bind_blob64(statement, index, data, blob.size(), SQLITE_STATIC);
          },
      },
      value);
}

Value ReadColumn(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT: {
      const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
      return std::string(text, size_t(sqlite3_column_bytes(statement, column)));
    }
    case SQLITE_BLOB: {
      const auto* data = static_cast<const uint8_t*>(sqlite3_column_blob(statement, column));
      return Blob(data, data + sqlite3_column_bytes(statement, column));
    }
    default:
      return nullptr;
  }
}

}  // namespace uses
