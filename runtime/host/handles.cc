#include "host/handles.h"

#include <cstdio>
#include <cstdlib>

#include "host/chunks.h"

namespace napisan::host {

HandleStack::HandleStack()
    : bottom_(static_cast<napi_value>(MapPages(kSlots * sizeof(napi_value__)))),
      top_(bottom_),
      end_(bottom_ + kSlots) {}

HandleStack::~HandleStack() { UnmapPages(bottom_, kSlots * sizeof(napi_value__)); }

void HandleStack::Exhausted() {
  std::fprintf(stderr,
               "napisan: more than %zu handles are open at once; close handle scopes in loops\n",
               kSlots);
  std::abort();
}

}  // namespace napisan::host
