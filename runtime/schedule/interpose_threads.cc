// Threads: each that a controlled thread makes is controlled, too.

#include "schedule/interpose.h"

namespace napisan::schedule {
namespace {

constinit pthread_key_t end_key;

// The last destructors of a thread's: in the first round the others' are yet to come.
void OnThreadEnd(void* strand) {
  auto& self = *static_cast<Strand*>(strand);
  if (++self.end_rounds == 1) {
    pthread_setspecific(end_key, strand);
  } else if (Current() == &self) {
    ThreadEnds();
  }
}

void* Begin(void* argument) {
  auto& strand = *static_cast<Strand*>(argument);
  ThreadBegins(strand);
  pthread_setspecific(end_key, &strand);
  return strand.start(strand.start_argument);
}

// A child process has one thread, and nobody to hand on to.
void OnForkedChild() { napisan::internal::current_strand = nullptr; }

__attribute__((constructor)) void MakeKey() {
  pthread_key_create(&end_key, OnThreadEnd);
  pthread_atfork(nullptr, nullptr, OnForkedChild);
}

}  // namespace
}  // namespace napisan::schedule

using namespace napisan::schedule;

extern "C" {

int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*start)(void*),
                   void* argument) noexcept {
  Strand* strand = Uncontrolled() ? nullptr : NewStrand(start, argument);
  if (strand == nullptr) return Real().pthread_create(thread, attributes, start, argument);
  int error = Real().pthread_create(thread, attributes, Begin, strand);
  if (error != 0) {
    DropStrand(*strand);
    return error;
  }
  SetHandle(*strand, *thread);
  int state = PTHREAD_CREATE_JOINABLE;
  if (attributes != nullptr) pthread_attr_getdetachstate(attributes, &state);
  if (state == PTHREAD_CREATE_DETACHED) Detach(*strand);
  Point("has begun a thread", nullptr, NAPISAN_CALLER);
  return 0;
}

int pthread_join(pthread_t thread, void** result) {
  Strand* strand = Uncontrolled() ? nullptr : FindStrand(thread);
  if (strand == nullptr) return Real().pthread_join(thread, result);
  Point("joins a thread", strand, NAPISAN_CALLER);
  while (strand->state != StrandState::kDone) {
    Block({.wait = Wait::kJoin, .object = strand}, NAPISAN_CALLER);
  }
  int error = Real().pthread_join(thread, result);
  DropStrand(*strand);
  return error;
}

int pthread_detach(pthread_t thread) noexcept {
  Strand* strand = Uncontrolled() ? nullptr : FindStrand(thread);
  int error = Real().pthread_detach(thread);
  if (strand != nullptr && error == 0) Detach(*strand);
  return error;
}

}  // extern "C"
