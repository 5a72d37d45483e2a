// How a process ends after a fatal report.
#pragma once

namespace napisan::checker {

// Whether libFuzzer drives this process: it saves the input on a signal only.
bool UnderLibFuzzer();

// The sanitizer's stack of here, when one is linked in that can print it.
void PrintSanitizerStack();

// abort(), or _exit with the options' exitcode.
[[noreturn]] void Die();

// Leaves at once with `status`, after what other exit handlers would have had to say.
[[noreturn]] void LeaveWith(int status);

}  // namespace napisan::checker
