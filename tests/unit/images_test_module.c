// A module with a static function, a global and nothing else, for images_test.cc to load, unload
// and find again. Its line numbers are asserted there.
int images_test_global = 7;

static __attribute__((noinline)) void* HiddenFunction(void) {
  return __builtin_extract_return_addr(__builtin_return_address(0));
}

// Returns an address inside of itself: where HiddenFunction returns to.
__attribute__((visibility("default"))) void* images_test_here(void) {
  void* here = HiddenFunction();  // line 11
  __asm__ volatile("" : : "r"(here) : "memory");
  return here;
}

__attribute__((visibility("default"))) void* images_test_hidden(void) {
  return (void*)HiddenFunction;
}

// Calls back from a frame of its own, for stacks.
__attribute__((visibility("default"))) int images_test_call(int (*callback)(void)) {
  int result = callback();  // line 22
  __asm__ volatile("" : : "r"(result) : "memory");
  return result;
}
