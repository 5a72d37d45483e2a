#include "parsers/same_statement.h"

#include <cmath>

namespace napisan::fuzz {
namespace {

using cli::Literal;
using cli::Path;
using cli::Statement;

bool Same(const Path& a, const Path& b) { return a.steps == b.steps && a.of_result == b.of_result; }

bool SameNumber(double a, double b) {
  return std::isnan(a) ? std::isnan(b) : a == b && std::signbit(a) == std::signbit(b);
}

template <class T>
bool SameAll(const std::vector<T>& a, const std::vector<T>& b);

bool Same(const Literal& a, const Literal& b) {
  return a.kind == b.kind && a.truth == b.truth && SameNumber(a.number, b.number) &&
         a.text == b.text && a.words == b.words && SameAll(a.items, b.items) && a.keys == b.keys &&
         Same(a.path, b.path);
}

template <class T>
bool SameAll(const std::vector<T>& a, const std::vector<T>& b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Same(a[i], b[i])) return false;
  }
  return true;
}

}  // namespace

bool Same(const Statement& a, const Statement& b) {
  return a.kind == b.kind && a.name == b.name && a.await == b.await && Same(a.path, b.path) &&
         SameAll(a.arguments, b.arguments) && a.expect == b.expect && a.check == b.check &&
         Same(a.checked, b.checked);
}

}  // namespace napisan::fuzz
