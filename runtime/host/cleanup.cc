#include "host/cleanup.h"

namespace napisan::host {

Hook* CleanupQueue::Add(void (*run)(void*), void* argument) {
  auto* hook = static_cast<Hook*>(heap_.Allocate(sizeof(Hook)));
  *hook = {run, argument, first_, &first_};
  if (first_ != nullptr) first_->previous_link = &hook->next;
  first_ = hook;
  return hook;
}

Hook* CleanupQueue::Find(void (*run)(void*), void* argument) {
  for (Hook* list : {first_, round_}) {
    for (Hook* hook = list; hook != nullptr; hook = hook->next) {
      if (hook->argument == argument && (run == nullptr || hook->run == run)) return hook;
    }
  }
  return nullptr;
}

void CleanupQueue::Remove(Hook* hook) {
  *hook->previous_link = hook->next;
  if (hook->next != nullptr) hook->next->previous_link = hook->previous_link;
  heap_.Free(hook, sizeof(Hook));
}

void CleanupQueue::Drain() {
  // What a hook adds waits for the next round, as in Node: a round is what was there at its start.
  while (first_ != nullptr) {
    round_ = first_;
    round_->previous_link = &round_;
    first_ = nullptr;
    while (round_ != nullptr) {
      Hook hook = *round_;
      Remove(round_);
      hook.run(hook.argument);
    }
  }
}

}  // namespace napisan::host
