#include "api/defect.h"

#if defined(NAPISAN_DEFECTS)

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace napisan {
namespace {

constexpr const char* kNames[] = {
#define DEFECT(name, room, kind, targets, modelled_on, text) #name,
#include "api/defects.def"
};

// Before any constructor that could call the host.
__attribute__((constructor(101))) void Choose() {
  const char* wanted = std::getenv("NAPISAN_DEFECT");
  if (wanted == nullptr || wanted[0] == '\0') return;
  uint8_t number = 0;
  for (const char* name : kNames) {
    if (std::strcmp(name, wanted) == 0) {
      chosen_defect = static_cast<DefectId>(number);
      return;
    }
    ++number;
  }
  std::fprintf(stderr,
               "napisan: NAPISAN_DEFECT=%s names no seeded defect; they are in "
               "runtime/api/defects.def\n",
               wanted);
  std::_Exit(2);
}

}  // namespace

DefectId chosen_defect = DefectId::kNone;

}  // namespace napisan

#endif
