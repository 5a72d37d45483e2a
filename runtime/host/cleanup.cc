#include "host/cleanup.h"

#include "api/defect.h"

namespace napisan::host {

Hook* CleanupQueue::Add(void (*run)(void*), void* argument) {
  auto* hook = static_cast<Hook*>(heap_.Allocate(sizeof(Hook)));
  Hook** place = &first_;
  while (HAS_DEFECT(hooks_run_oldest_first) && *place != nullptr) place = &(*place)->next;
  *hook = {run, argument, *place, place};
  if (hook->next != nullptr) hook->next->previous_link = &hook->next;
  *place = hook;
  return hook;
}

Hook* CleanupQueue::Find(void (*run)(void*), void* argument) {
  for (Hook* list : {first_, round_}) {
    if (HAS_DEFECT(removal_misses_the_round) && list == round_) continue;
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
