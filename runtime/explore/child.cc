// What a child process does: schedule after schedule.

#include <link.h>
#include <pthread.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <uv.h>

#include "api/thread.h"
#include "explore/sanitizers.h"
#include "explore/shared.h"
#include "napisan/reports.h"
#include "schedule/control.h"
#include "schedule/delays.h"
#include "schedule/raw.h"

namespace napisan::explore {
namespace {

// The first report of a schedule's, as text that says the same for the same mistake.
struct FirstReport {
  std::atomic<bool> there{false};
  char text[1024] = {};
};
FirstReport first_report;

void OnReport(const ReportInfo& report, void* program) {
  // What is no error is no finding either: see the kinds of rules.
  std::string_view kind = report.kind;
  if (kind != "error" && kind != "leak") return;
  if (static_cast<const Program*>(program)->Expects(report)) return;
  if (first_report.there.exchange(true, std::memory_order_relaxed)) return;
  std::snprintf(first_report.text, sizeof(first_report.text), "%s%s%s", report.rule,
                report.function != nullptr ? " in " : "",
                report.function != nullptr ? report.function : "");
}

int NoteImage(dl_phdr_info* info, size_t, void* data) {
  auto& shared = *static_cast<Shared*>(data);
  if (shared.images == kImagesMax) return 1;
  ImagePlace& place = shared.image[shared.images++];
  place.base = info->dlpi_addr;
  place.begin = UINTPTR_MAX;
  place.end = 0;
  for (int i = 0; i < info->dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info->dlpi_phdr[i];
    if (header.p_type != PT_LOAD || (header.p_flags & PF_X) == 0) continue;
    uintptr_t begin = info->dlpi_addr + header.p_vaddr;
    place.begin = std::min(place.begin, begin);
    place.end = std::max(place.end, begin + header.p_memsz);
  }
  if (info->dlpi_name[0] != '\0') {
    std::snprintf(place.path, sizeof(place.path), "%s", info->dlpi_name);
  } else if (readlink("/proc/self/exe", place.path, sizeof(place.path) - 1) < 0) {
    place.path[0] = '\0';
  }
  return 0;
}

void NoteImages(Shared& shared) {
  shared.images = 0;
  dl_iterate_phdr(NoteImage, &shared);
}

void CountHash(Shared& shared, uint64_t hash) {
  if (shared.counts.distinct >= kHashesMax / 2) return;
  if (hash == 0) hash = 1;
  for (uint64_t at = hash % kHashesMax;; at = (at + 1) % kHashesMax) {
    if (shared.hashes[at] == hash) return;
    if (shared.hashes[at] != 0) continue;
    shared.hashes[at] = hash;
    ++shared.counts.distinct;
    return;
  }
}

void CountSchedule(Shared& shared) {
  const schedule::Record& record = shared.record;
  Counts& counts = shared.counts;
  ++counts.schedules;
  counts.points += record.points;
  counts.decisions += record.decision_count;
  counts.preemptions += record.preemptions;
  if (record.outside != 0) ++counts.outside;
  counts.threads = std::max(counts.threads, record.strands_max);
  CountHash(shared, record.hash);
}

// At once: the other threads are parked, so no destructors; and ThreadSanitizer would sleep for a
// second before it lets a process go.
[[noreturn]] void Leave(int status) {
  std::fflush(nullptr);
  for (;;) schedule::RawSyscall(SYS_exit_group, status);
}

[[noreturn]] void Fail(Shared& shared, FindingKind kind, const std::string& what) {
  shared.kind = kind;
  std::snprintf(shared.what, sizeof(shared.what), "%s", what.c_str());
  shared.failed = true;
  NoteImages(shared);
  Leave(kChildFailed);
}

// What a schedule did, to be compared with what it does the next time.
class Remembered {
 public:
  void Keep(const schedule::Record& record) {
    uint32_t count = std::min(record.event_count, schedule::kEventsMax);
    events_.assign(record.events, record.events + count);
  }
  void NoteDifference(const schedule::Record& record, Shared& shared) const {
    if (shared.difference[0].at != nullptr || shared.difference[1].at != nullptr) return;
    size_t count =
        std::min<size_t>(std::min(record.event_count, schedule::kEventsMax), events_.size());
    for (size_t i = 0; i < count; ++i) {
      const schedule::Event& other = record.events[i];
      const schedule::Event& event = events_[i];
      if (event.strand == other.strand && event.kind == other.kind && event.at == other.at)
        continue;
      shared.difference_at = static_cast<uint32_t>(i);
      shared.difference[0] = event;
      shared.difference[1] = other;
      return;
    }
  }

 private:
  std::vector<schedule::Event> events_;
};

class Child {
 public:
  Child(Program& program, const Options& options, Shared& shared)
      : program_(program), shared_(shared) {
    limits_.points = options.points;
    limits_.outside_wait_ns = static_cast<int64_t>(options.outside_seconds * 1e9);
    shared.output_begin = lseek(STDERR_FILENO, 0, SEEK_CUR);
    SetReportListener(OnReport, &program, false);
    program.SetUp();
    if (options.plain) {
      if (options.delays) schedule::BeginDelays(SeedOf(options, shared.next));
      return;
    }
    schedule::BeginControl(shared.record, limits_);
    FillPool();
    // Twice in the usual order: what is done once in a process, or in a thread, is done then.
    shared.usual = true;
    for (int times = 0; times < 2; ++times) {
      NoteImages(shared);
      Run(schedule::PrepareReplay(nullptr, 0, shared.record));
    }
    shared.usual = false;
  }

  // Returns only where nothing is wrong.
  void Run(schedule::Strategy& strategy) {
    shared_.output_begin = lseek(STDERR_FILENO, 0, SEEK_CUR);
    schedule::BeginSchedule(strategy);
    std::string wrong = program_.Run();
    schedule::KeepPoints(shared_.search);
    schedule::EndSchedule();
    Judge(wrong);
  }

  void RunPlain() {
    shared_.output_begin = lseek(STDERR_FILENO, 0, SEEK_CUR);
    Judge(program_.Run());
  }

  uint64_t hash() const { return shared_.record.hash; }

 private:
  void Judge(const std::string& wrong) {
    // The sanitizers' first: what they see makes all else go wrong.
    if (SanitizerReports() != 0) Fail(shared_, FindingKind::kSanitizer, "");
    if (first_report.there.load(std::memory_order_relaxed)) {
      Fail(shared_, FindingKind::kReport, first_report.text);
    }
    if (!wrong.empty()) Fail(shared_, FindingKind::kWrong, wrong);
  }

  Program& program_;
  Shared& shared_;
  schedule::Limits limits_;
};

}  // namespace

void FillPool() {
  const char* size = std::getenv("UV_THREADPOOL_SIZE");
  int count = size != nullptr ? std::atoi(size) : 4;
  uv_loop_t loop;
  if (count < 1 || uv_loop_init(&loop) != 0) return;
  uv_barrier_t barrier;
  uv_barrier_init(&barrier, static_cast<unsigned>(count));
  std::vector<uv_work_t> works(static_cast<size_t>(count));
  for (uv_work_t& work : works) {
    work.data = &barrier;
    uv_queue_work(
        &loop, &work,
        [](uv_work_t* own) {
          NameThread(CurrentThread(), ThreadKind::kWorker);
          uv_barrier_wait(static_cast<uv_barrier_t*>(own->data));
        },
        [](uv_work_t*, int) {});
  }
  uv_run(&loop, UV_RUN_DEFAULT);
  uv_barrier_destroy(&barrier);
  uv_loop_close(&loop);
}

Shared& Shared::New() {
  void* memory = mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("napisan: no memory to explore with");
    std::exit(2);
  }
  // It is zeroes, which is what its members begin with, and constructing it would touch all of it.
  return *static_cast<Shared*>(memory);
}

const schedule::StrategyRow& RowOf(const Options& options, uint64_t number) {
  size_t count =
      options.strategies.empty() ? std::size(schedule::kPortfolio) : options.strategies.size();
  // Each strategy has its turn in each shard.
  size_t index = number / options.step % count;
  std::string_view name = schedule::kPortfolio[index % std::size(schedule::kPortfolio)];
  if (!options.strategies.empty()) name = options.strategies[index];
  for (const schedule::StrategyRow& row : schedule::kStrategies) {
    if (name == row.name) return row;
  }
  return schedule::kStrategies[0];
}

uint64_t SeedOf(const Options& options, uint64_t number) {
  return options.seed * 0x9e3779b97f4a7c15u + number;
}

void RunChild(Program& program, const Options& options, Shared& shared) {
  Child child(program, options, shared);
  for (uint32_t left = options.per_child; left > 0; --left) {
    if (options.schedules != 0 && shared.next >= options.schedules) break;
    if (shared.search.over || __atomic_load_n(&shared.stop, __ATOMIC_RELAXED)) break;
    shared.number = shared.next;
    shared.next += options.step;
    if (options.plain) {
      child.RunPlain();
      ++shared.counts.schedules;
      continue;
    }
    const schedule::StrategyRow& row = RowOf(options, shared.number);
    uint64_t seed = SeedOf(options, shared.number);
    // The second time it must be asked the same, so what it expects is kept.
    bool check =
        options.check_every != 0 && (shared.number / options.step) % options.check_every == 0;
    uint32_t expected = shared.search.decisions;
    static uint64_t points[schedule::kStrandsMax];
    if (check) std::memcpy(points, shared.search.points, sizeof(points));
    child.Run(schedule::Prepare(row, seed, shared.search));
    CountSchedule(shared);
    if (check) {
      uint64_t hash = child.hash();
      shared.search.decisions = expected;
      std::memcpy(shared.search.points, points, sizeof(points));
      child.Run(schedule::Prepare(row, seed, shared.search));
      ++shared.counts.checked;
      // What was done the first time only, somewhere in the program, is no fault of the schedule's.
      uint64_t second = child.hash();
      if (second != hash) {
        static Remembered remembered;
        remembered.Keep(shared.record);
        shared.search.decisions = expected;
        std::memcpy(shared.search.points, points, sizeof(points));
        child.Run(schedule::Prepare(row, seed, shared.search));
        if (child.hash() != second) {
          ++shared.counts.different;
          remembered.NoteDifference(shared.record, shared);
        }
      }
    }
    schedule::Advance(row, shared.record, shared.search);
  }
  if (LeaksFound()) Fail(shared, FindingKind::kLeak, "");
  Leave(kChildDone);
}

void RunReplay(Program& program, const Options& options, const Deviations& deviations,
               Shared& shared) {
  Child child(program, options, shared);
  child.Run(schedule::PrepareReplay(deviations.data(), static_cast<uint32_t>(deviations.size()),
                                    shared.record));
  Leave(kChildDone);
}

}  // namespace napisan::explore
