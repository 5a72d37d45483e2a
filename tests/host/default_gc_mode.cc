// For the tests that make agents of the host's own type, with no options.

#include "gc_mode.h"
#include "host/gc.h"

namespace napisan {
namespace {

[[maybe_unused]] const GcMode as_told = host::default_gc_mode = TestGcMode();

}  // namespace
}  // namespace napisan
