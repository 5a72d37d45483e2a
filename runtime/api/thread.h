// Thread identity: the one answer to "which thread is this".
//
// An identity is virtual. With a real thread pool it is the OS thread; with the stepping executor
// the one real thread plays a worker by taking a worker's identity on for a while (ThreadRole).
//
// Ownership: identities live in a fixed table that is never freed; an OS thread's identity goes
// back to the table when the thread ends.
// Threads: CurrentThread() anywhere. The members of an identity belong to the thread that has it.
#pragma once

#include <cstdint>

namespace napisan {

enum class ThreadKind : uint8_t { kOther, kAgent, kWorker };

struct Thread {
  // Unique among living identities, 1 upwards; 0 is "no thread".
  uint16_t id = 0;
  ThreadKind kind = ThreadKind::kOther;
  // Counted by kind, 1 upwards: "worker 2". The first agent is the main agent.
  uint16_t number = 0;
  // What the host knows of this thread (its Agent), and what the checker does (its phases). Each
  // is written by its room only.
  void* host_state = nullptr;
  void* checker_state = nullptr;
  // The checker's, left by the thread that had this identity before: memory to be used again.
  void* checker_kept = nullptr;
};

namespace internal {
// Trivially destructible and initial-exec, so that static destructors and exit handlers may ask.
extern constinit thread_local Thread* current_thread [[gnu::tls_model("initial-exec")]];
Thread& AdoptThread();
}  // namespace internal

inline Thread& CurrentThread() {
  Thread* thread = internal::current_thread;
  return thread != nullptr ? *thread : internal::AdoptThread();
}

// Says what the current thread is. Numbers it within its kind the first time, and keeps that.
void NameThread(Thread& thread, ThreadKind kind);

// A copy of a thread's name for people ("main agent", "agent 2", "worker 3", "thread 4").
struct ThreadName {
  char text[24];
};
ThreadName NameOf(ThreadKind kind, uint16_t number);
inline ThreadName NameOf(const Thread& thread) { return NameOf(thread.kind, thread.number); }

// Makes an identity that no OS thread has, for executors that play threads. Freed with Release.
Thread& AcquireVirtualThread(ThreadKind kind);
void ReleaseVirtualThread(Thread& thread);

// While in scope, the calling OS thread is `role`.
class ThreadRole {
 public:
  explicit ThreadRole(Thread& role) : previous_(&CurrentThread()) {
    internal::current_thread = &role;
  }
  ~ThreadRole() { internal::current_thread = previous_; }
  ThreadRole(const ThreadRole&) = delete;
  ThreadRole& operator=(const ThreadRole&) = delete;

 private:
  Thread* previous_;
};

}  // namespace napisan
