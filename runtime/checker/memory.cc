#include "checker/memory.h"

#include <sys/mman.h>

#include <cstdio>
#include <cstdlib>

namespace napisan::checker {

void* ReserveMemory(size_t bytes) {
  void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory != MAP_FAILED) return memory;
  std::fprintf(stderr,
               "napisan: cannot reserve %zu MiB of address space for the checker; raise the limit "
               "(ulimit -v)\n",
               bytes >> 20);
  std::abort();
}

}  // namespace napisan::checker
