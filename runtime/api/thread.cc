#include "api/thread.h"

#include <pthread.h>

#include <cstdio>
#include <cstdlib>
#include <mutex>

namespace napisan {
namespace internal {
thread_local Thread* current_thread [[gnu::tls_model("initial-exec")]] = nullptr;
}  // namespace internal

namespace {

// Above the 1,024 threads a libuv pool can have, plus agents and producers.
constexpr int kThreadsMax = 8192;

Thread table[kThreadsMax];
std::mutex table_mutex;
bool taken[kThreadsMax];
int search_from = 0;
bool number_taken[3][kThreadsMax];
pthread_key_t exit_key;

Thread& Take() {
  std::lock_guard lock(table_mutex);
  for (int step = 0; step < kThreadsMax; ++step) {
    int index = (search_from + step) % kThreadsMax;
    if (taken[index]) continue;
    taken[index] = true;
    search_from = index + 1;
    table[index].id = static_cast<uint16_t>(index + 1);
    return table[index];
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
  // checker_state stays: the checker keeps one a slot of this table, for whoever comes next.
  taken[thread.id - 1] = false;
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
