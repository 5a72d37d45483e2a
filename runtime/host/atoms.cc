#include "host/atoms.h"

#include <array>
#include <cstring>
#include <string_view>

#include "host/strings.h"

namespace napisan::host {
namespace {

constexpr auto kCount = static_cast<size_t>(Atom::kCount);
using Table = std::array<String, kCount>;

Table MakeTable() {
  constexpr std::string_view kNames[] = {
#define ATOM(name) #name,
#include "host/atoms.def"
  };
  Table table{};
  for (size_t i = 0; i < kCount; ++i) {
    String& string = table[i];
    string.kind = CellKind::kString;
    string.mark = kMarked;
    string.length = static_cast<uint32_t>(kNames[i].size());
    std::memcpy(string.inline_bytes, kNames[i].data(), kNames[i].size());
    string.hash = HashLatin1(string.inline_bytes, string.length);
  }
  return table;
}

}  // namespace

String* AtomString(Atom atom) {
  static Table table = MakeTable();
  return &table[static_cast<size_t>(atom)];
}

}  // namespace napisan::host
