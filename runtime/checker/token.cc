#include "checker/token.h"

namespace napisan::checker {
namespace {

struct Names {
  const char* id;
  const char* word;
};

// In the order of Kind.
constexpr Names kKindNames[] = {
    {"none", "nothing"},
    {"value", "value"},
    {"env", "env"},
    {"callback_info", "callback info"},
    {"handle_scope", "handle scope"},
    {"escapable_handle_scope", "escapable handle scope"},
    {"async_work", "work"},
    {"reference", "reference"},
    {"deferred", "deferred"},
    {"threadsafe_function", "thread-safe function"},
    {"async_context", "async context"},
    {"callback_scope", "callback scope"},
    {"async_cleanup_hook", "async cleanup hook"},
    {"closure", "callback"},
    {"cleanup_hook", "cleanup hook"},
};
static_assert(sizeof(kKindNames) / sizeof(kKindNames[0]) == static_cast<size_t>(Kind::kCount));

}  // namespace

const char* KindId(Kind kind) {
  return kind < Kind::kCount ? kKindNames[static_cast<int>(kind)].id : "unknown";
}

const char* KindWord(Kind kind) {
  return kind < Kind::kCount ? kKindNames[static_cast<int>(kind)].word : "unknown";
}

}  // namespace napisan::checker
