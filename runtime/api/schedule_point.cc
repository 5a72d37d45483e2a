#include "api/schedule_point.h"

namespace napisan::internal {

constinit thread_local schedule::Strand* current_strand [[gnu::tls_model("initial-exec")]] =
    nullptr;
constinit thread_local uint32_t unscheduled [[gnu::tls_model("initial-exec")]] = 0;
void (*at_point)(const char* what, const void* object) = nullptr;
void (*at_name)(uint8_t kind, uint16_t number) = nullptr;

}  // namespace napisan::internal
