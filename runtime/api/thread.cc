#include "api/thread.h"

#include <pthread.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

#include "api/schedule_point.h"

namespace napisan {
namespace internal {
constinit thread_local Thread* current_thread [[gnu::tls_model("initial-exec")]] = nullptr;
}  // namespace internal

namespace {

// Above the 1,024 threads a libuv pool can have, plus agents and producers.
constexpr int kThreadsMax = 8192;

Thread table[kThreadsMax];
std::mutex table_mutex;
bool taken[kThreadsMax];
// Every identity before this one is taken: the lowest free one is used first, so that threads that
// come and go one after another leave nothing behind in those that they had.
int search_from = 0;
bool number_taken[3][kThreadsMax];
pthread_key_t exit_key;

Thread& Take() {
  std::lock_guard lock(table_mutex);
  while (search_from < kThreadsMax && taken[search_from]) ++search_from;
  if (search_from < kThreadsMax) {
    Thread& thread = table[search_from];
    taken[search_from] = true;
    thread.id = static_cast<uint16_t>(++search_from);
    return thread;
  }
  std::fprintf(stderr, "napisan: more than %d threads at once; raise kThreadsMax\n", kThreadsMax);
  std::abort();
}

void Give(Thread& thread) {
  std::lock_guard lock(table_mutex);
  if (thread.number != 0) number_taken[static_cast<int>(thread.kind)][thread.number - 1] = false;
  thread.kind = ThreadKind::kOther;
  thread.number = 0;
  thread.host_state = nullptr;
  if (thread.checker_state != nullptr) thread.checker_kept = thread.checker_state;
  thread.checker_state = nullptr;
  int index = thread.id - 1;
  taken[index] = false;
  if (index < search_from) search_from = index;
}

void OnThreadExit(void* thread) {
  internal::current_thread = nullptr;
  Give(*static_cast<Thread*>(thread));
}

}  // namespace

Thread& internal::AdoptThread() {
  static std::once_flag once;
  std::call_once(once, [] { pthread_key_create(&exit_key, OnThreadExit); });
  Thread& thread = Take();
  current_thread = &thread;
  pthread_setspecific(exit_key, &thread);
  return thread;
}

void NameThread(Thread& thread, ThreadKind kind) {
  if (thread.kind == kind && thread.number != 0) return;
  std::lock_guard lock(table_mutex);
  if (thread.number != 0) number_taken[static_cast<int>(thread.kind)][thread.number - 1] = false;
  bool* used = number_taken[static_cast<int>(kind)];
  int number = 0;
  while (used[number]) ++number;
  used[number] = true;
  thread.kind = kind;
  thread.number = static_cast<uint16_t>(number + 1);
  if (internal::current_strand != nullptr) {
    internal::at_name(static_cast<uint8_t>(kind), thread.number);
  }
}

ThreadName NameOf(ThreadKind kind, uint16_t number) {
  ThreadName name{};
  if (kind == ThreadKind::kAgent && number == 1) {
    std::snprintf(name.text, sizeof(name.text), "main agent");
    return name;
  }
  const char* word = kind == ThreadKind::kAgent    ? "agent"
                     : kind == ThreadKind::kWorker ? "worker"
                                                   : "thread";
  std::snprintf(name.text, sizeof(name.text), "%s %u", word, number);
  return name;
}

Thread& AcquireVirtualThread(ThreadKind kind) {
  Thread& thread = Take();
  NameThread(thread, kind);
  return thread;
}

void ReleaseVirtualThread(Thread& thread) { Give(thread); }

}  // namespace napisan
