// Reports: each that comes was predicted, and each that was predicted comes. What teardown finds
// leaked is counted, and compared once it is over.
#include <fmt/format.h>

#include "coverage.h"
#include "runner.h"

namespace napisan::cases {
namespace {

bool IsLeak(Rule rule) {
  return rule == Rule::kWorkLeaked || rule == Rule::kReferenceLeaked ||
         rule == Rule::kDeferredNeverSettled || rule == Rule::kTsfnLeaked ||
         rule == Rule::kCleanupAsyncNotRemoved;
}

}  // namespace

void Runner::OnReport(const ReportInfo& report, void* context) {
  auto& self = *static_cast<Runner*>(context);
  Rule rule = FindRule(report.rule);
  if (rule == Rule::kCount || (!IsLeak(rule) && self.awaited_[static_cast<size_t>(rule)] == 0)) {
    self.Disagree(fmt::format("{} is reported: {}", report.rule, report.message));
  }
  self.TakeReport(rule);
}

void Runner::TakeReport(Rule rule) {
  CountRule(rule);
  See(0x900u | static_cast<uint64_t>(rule));
  if (!IsLeak(rule)) {
    --awaited_[static_cast<size_t>(rule)];
    --awaited_count_;
    return;
  }
  ++leaks_told_[static_cast<size_t>(rule)];
  if (rule != Rule::kCleanupAsyncNotRemoved) return;
  // All that are called and still there when nothing else is left to wait for.
  for (uint8_t i = 0; i < world_.resource_count; ++i) {
    Resource& hook = world_.resources[i];
    if (hook.kind != HandleKind::kAsyncHook || !hook.called || hook.stalled) continue;
    if (hook.life != Life::kNew) continue;
    hook.stalled = true;
    ++leaks_[static_cast<size_t>(rule)];
  }
}

void Runner::CheckReported(uint32_t rest, const char* after) {
  if (awaited_count_ == rest) return;
  for (size_t i = 0; i < kRules; ++i) {
    if (awaited_[i] == 0) continue;
    Disagree(fmt::format("{} is not reported after {}", NameOf(static_cast<Rule>(i)), after));
  }
}

void Runner::CheckLeaks() {
  for (uint8_t i = 0; i < world_.resource_count; ++i) {
    const Resource& resource = world_.resources[i];
    if (resource.life == Life::kEnded) continue;
    if (resource.kind == HandleKind::kAsyncHook && resource.called && !resource.stalled) {
      ++leaks_[static_cast<size_t>(Rule::kCleanupAsyncNotRemoved)];
    }
    if (resource.excused || world_.unwound) continue;
    if (resource.kind == HandleKind::kWork) ++leaks_[static_cast<size_t>(Rule::kWorkLeaked)];
    if (resource.kind == HandleKind::kReference) {
      ++leaks_[static_cast<size_t>(Rule::kReferenceLeaked)];
    }
    if (resource.kind == HandleKind::kDeferred) {
      ++leaks_[static_cast<size_t>(Rule::kDeferredNeverSettled)];
    }
  }
  for (size_t i = 0; i < kRules; ++i) {
    if (leaks_[i] == leaks_told_[i]) continue;
    Disagree(fmt::format("{} is reported {} times, not {}", NameOf(static_cast<Rule>(i)),
                         leaks_told_[i], leaks_[i]));
  }
}

}  // namespace napisan::cases
