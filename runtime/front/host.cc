// The front of the unchecked host: every napi_* symbol is a jump to the host's entry point.
// A program links this or front/checked.cc.

#if defined(__x86_64__)
#define NAPISAN_JUMP "jmp "
#elif defined(__aarch64__)
#define NAPISAN_JUMP "b "
#else
#error "No jump for this machine"
#endif

#define FUNCTION(name, since, thread, pending, basic, event)                        \
  __asm__(                                                                          \
      ".text\n"                                                                     \
      ".globl " #name                                                               \
      "\n"                                                                          \
      ".type " #name ", @function\n" #name ":\n" NAPISAN_JUMP "napisan_host_" #name \
      "\n"                                                                          \
      ".size " #name ", . - " #name "\n");
#include "api/functions.def"
