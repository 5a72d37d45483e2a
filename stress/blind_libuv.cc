// Only in builds with ThreadSanitizer and a libuv that is not instrumented (CMakeLists.txt).
//
// Such a libuv closes descriptors by a system call of its own, which ThreadSanitizer does not see.
// When the number then comes back from epoll_create1 or eventfd on another agent, whose loop has
// nothing to do with the first, that looks like a race on the descriptor. An instrumented libuv
// announces the close, and then this file is not compiled: every report counts.

extern "C" const char* __tsan_default_suppressions();

extern "C" const char* __tsan_default_suppressions() {
  return "race:^epoll_create1$\n"
         "race:^eventfd$\n";
}
