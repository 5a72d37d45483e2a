// Fault: what a thread finds that touches the bytes of a collected buffer. Their pages cannot be
// accessed, so it stops at that very instruction; the handler knows the buffer and reports it.
// Every other fault goes on to the handler that was there before, a sanitizer's as a rule.
//
// Threads: any; the handler runs on the thread that faulted.
#pragma once

namespace napisan::checker {

// Installs the handler of SIGSEGV, the first time.
void WatchFaults();

}  // namespace napisan::checker
