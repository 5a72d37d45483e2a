// SQLite's values between JavaScript and the worker that runs a statement.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/arguments.h"
#include "common/node_api.h"

namespace uses {

using Blob = std::vector<uint8_t>;
using Value = std::variant<std::nullptr_t, int64_t, double, std::string, Blob>;

struct Rows {
  std::vector<std::string> names;
  std::vector<std::vector<Value>> rows;
};

// null, numbers, BigInts, strings and Buffers, in an array; or nothing. A TypeError otherwise.
bool ReadValues(const Arguments& arguments, size_t index, std::vector<Value>& values);

// An array of objects, or null. An integer that a number cannot hold is a BigInt.
napi_value ArrayOf(napi_env env, const Rows& rows);

// On a worker. Strings and blobs stay where they are: the statement does not outlive `value`.
int Bind(sqlite3_stmt* statement, int index, const Value& value);
Value ReadColumn(sqlite3_stmt* statement, int column);

}  // namespace uses
