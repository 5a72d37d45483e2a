// The checked front: every napi_* symbol jumps through the pointer to its thunk, and the checker is
// put in front of the host before main.
// A program links this or front/host.cc.

#include "checker/checker.h"
#include "front/pointed.h"
#include "host/entry.h"

#if defined(__x86_64__)
#define NAPISAN_JUMP(thunk) "jmp *" thunk "(%rip)\n"
#elif defined(__aarch64__)
#define NAPISAN_JUMP(thunk)     \
  "adrp x16, " thunk            \
  "\n"                          \
  "ldr x16, [x16, :lo12:" thunk \
  "]\n"                         \
  "br x16\n"
#else
#error "No jump for this machine"
#endif

#define FUNCTION(name, since, thread, pending, basic, event) \
  __asm__(                                                   \
      ".text\n"                                              \
      ".globl " #name                                        \
      "\n"                                                   \
      ".type " #name ", @function\n" #name                   \
      ":\n" NAPISAN_JUMP("napisan_thunk_" #name) ".size " #name ", . - " #name "\n");
#include "api/functions.def"

namespace {

// Before any other constructor of the program could load a module.
__attribute__((constructor(101))) void Begin() {
  const napisan::HostTable* pointed = &napisan::front::kPointedHost;
  napisan::checker::PutInFront(pointed != nullptr ? *pointed : napisan::host::kHostTable);
}

}  // namespace
