// How many threads the process has: whether a module makes some.
#pragma once

namespace napisan::cli::fuzz {

int ThreadCount();
// Whether there are more than so many, and not only ones that have just been joined: those are
// there for a little longer. Waits for that, up to 20 ms.
bool StaysAbove(int threads);

}  // namespace napisan::cli::fuzz
