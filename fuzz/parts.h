// Tables of which each row stands for some values of a byte, its `parts`: what is needed more often
// has more of them.
#pragma once

#include <cstddef>
#include <cstdint>

namespace napisan::fuzz {

template <class Row, size_t kRows>
constexpr unsigned PartsOf(const Row (&rows)[kRows]) {
  unsigned parts = 0;
  for (const Row& row : rows) parts += row.parts;
  return parts;
}

// The row that a byte stands for: the values in turn; those that are left over begin again.
template <class Row, size_t kRows>
size_t RowOf(const Row (&rows)[kRows], uint8_t byte) {
  unsigned part = byte % PartsOf(rows);
  size_t at = 0;
  while (part >= rows[at].parts) part -= rows[at++].parts;
  return at;
}

// The least byte that stands for it.
template <class Row, size_t kRows>
uint8_t FirstPartOf(const Row (&rows)[kRows], size_t row) {
  unsigned part = 0;
  for (size_t at = 0; at < row; ++at) part += rows[at].parts;
  return static_cast<uint8_t>(part);
}

}  // namespace napisan::fuzz
