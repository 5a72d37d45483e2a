// The deliberate defects that sanitizers must see. Each is small, and wrong on purpose.
#pragma once

namespace napisan::stress {

// A plain variable, changed by execute on workers and by the agent after queue.
void TouchUnsynchronised();

// Memory that nobody can reach any more, a few bytes each time.
void DropMemory();

}  // namespace napisan::stress
