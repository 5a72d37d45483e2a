#include "checker/sink_death.h"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

#include "checker/options.h"

extern "C" {
[[gnu::weak]] int LLVMFuzzerRunDriver(int* argc, char*** argv,
                                      int (*test_one_input)(const unsigned char*, size_t));
[[gnu::weak]] void __sanitizer_print_stack_trace();
[[gnu::weak]] void __lsan_do_leak_check();
}

namespace napisan::checker {

bool UnderLibFuzzer() { return LLVMFuzzerRunDriver != nullptr; }

void PrintSanitizerStack() {
  if (__sanitizer_print_stack_trace != nullptr) __sanitizer_print_stack_trace();
}

void Die() {
  std::fflush(nullptr);
  if (GetOptions().abort_on_error || UnderLibFuzzer()) std::abort();
  _exit(GetOptions().exitcode);
}

void LeaveWith(int status) {
  std::fflush(nullptr);
  // LeakSanitizer's own handler comes after ours, and would not be reached.
  if (__lsan_do_leak_check != nullptr) __lsan_do_leak_check();
  _exit(status);
}

}  // namespace napisan::checker
