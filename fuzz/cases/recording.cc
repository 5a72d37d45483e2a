#include "recording.h"

#include <sys/mman.h>

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "attempt.h"
#include "line_recorder.h"

namespace napisan::cases {
namespace {

// Reads lines in their order into a recording.
class Reader {
 public:
  explicit Reader(Recording& recording) : recording_(recording) {}

  void Read(std::string_view text) {
    while (!text.empty()) {
      size_t end = std::min(text.find('\n'), text.size());
      line_ = text.substr(0, end);
      text.remove_prefix(std::min(end + 1, text.size()));
      ReadLine();
    }
  }

 private:
  // A call that has not returned yet.
  struct Place {
    size_t body;
    size_t call;
  };

  std::string_view Word() {
    size_t end = std::min(line_.find('\t'), line_.size());
    std::string_view word = line_.substr(0, end);
    line_.remove_prefix(std::min(end + 1, line_.size()));
    return word;
  }
  int Number() {
    std::string_view word = Word();
    int number = 0;
    std::from_chars(word.data(), word.data() + word.size(), number);
    return number;
  }

  void Begin(Parameter callback, int cell) {
    bodies_.push_back(recording_.bodies.size());
    recording_.bodies.push_back({callback, cell, {}});
  }

  size_t Outside() {
    recording_.drives.push_back({Drive::kOutside, 0, recording_.bodies.size()});
    recording_.bodies.push_back({Parameter::kEnv, 0, {}});
    return recording_.bodies.size() - 1;
  }

  void Strike(FaultKind kind) {
    if (bodies_.empty()) {
      recording_.drives.push_back({Drive::kFault, static_cast<uint64_t>(kind), 0});
    } else {
      RecordedBody& body = recording_.bodies[bodies_.back()];
      body.faults.push_back({kind, body.calls.size()});
    }
    if (kind != FaultKind::kTerminate) return;
    recording_.bodies_before_end = recording_.bodies.size();
    recording_.drives_before_end = recording_.drives.size();
  }

  void ReadLine() {
    std::string_view what = Word();
    if (what == "drive") {
      auto drive = static_cast<Drive>(Number());
      auto index = static_cast<uint64_t>(Number());
      is_run_.push_back(drive == Drive::kRun);
      if (drive == Drive::kFault) return Strike(static_cast<FaultKind>(index));
      recording_.drives.push_back({drive, index, recording_.bodies.size()});
      if (drive == Drive::kRun) Begin(Parameter::kEnv, 0);
    } else if (what == "driven") {
      if (is_run_.back()) bodies_.pop_back();
      is_run_.pop_back();
    } else if (what == "enter") {
      auto callback = static_cast<Parameter>(Number());
      int cell = Number();
      UseCell(cell);
      Begin(callback, cell);
    } else if (what == "leave") {
      bodies_.pop_back();
    } else if (what == "variable") {
      std::string type(Word());
      recording_.variables.push_back({type, std::string(Word())});
    } else if (what == "before") {
      before_.emplace_back(Word());
    } else if (what == "call") {
      ReadCall();
    } else if (what == "return") {
      Place place = calls_.back();
      calls_.pop_back();
      recording_.bodies[place.body].calls[place.call].status = Number();
    } else if (what == "choice") {
      recording_.choices.push_back(static_cast<uint32_t>(Number()));
    }
  }

  void ReadCall() {
    RecordedCall call;
    call.function = static_cast<FunctionId>(Number());
    call.own = Number() != 0;
    call.other_thread = Number() != 0;
    call.arguments = Word();
    call.unrepeatable = Word();
    call.before.swap(before_);
    for (const std::string& line : call.before) UseCellsOf(line);
    UseCellsOf(call.arguments);
    size_t body = bodies_.empty() ? Outside() : bodies_.back();
    std::vector<RecordedCall>& calls = recording_.bodies[body].calls;
    calls_.push_back({body, calls.size()});
    calls.push_back(std::move(call));
  }

  void UseCell(int cell) { recording_.cells = std::max(recording_.cells, cell + 1); }
  void UseCellsOf(std::string_view text) {
    constexpr std::string_view kCells = "cells[";
    for (size_t at = 0; (at = text.find(kCells, at)) != text.npos;) {
      at += kCells.size();
      int cell = 0;
      std::from_chars(text.data() + at, text.data() + text.size(), cell);
      UseCell(cell);
    }
  }

  Recording& recording_;
  std::string_view line_;
  std::vector<size_t> bodies_;
  std::vector<Place> calls_;
  std::vector<bool> is_run_;
  std::vector<std::string> before_;
};

}  // namespace

Recording Record(const Case& program, double timeout_seconds, EnvEnd env_end) {
  void* memory =
      mmap(nullptr, sizeof(Lines), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    std::perror("napisan: no memory to share");
    std::exit(1);
  }
  auto* lines = static_cast<Lines*>(memory);
  Attempt attempt = Try(program, {1, timeout_seconds}, [&](const World& world, Links&) {
    return std::make_unique<LineRecorder>(world, *lines, env_end);
  });
  Recording recording{program.version_10, {}, {}, {}, {}, 0, attempt.failure};
  Reader(recording).Read({lines->text, lines->size});
  munmap(memory, sizeof(Lines));
  return recording;
}

const char* CallbackName(Parameter callback) {
  switch (callback) {
    case Parameter::kCallback:
      return "OnFunction";
    case Parameter::kExecute:
      return "OnExecute";
    case Parameter::kComplete:
      return "OnComplete";
    case Parameter::kFinalize:
      return "OnFinalize";
    case Parameter::kNoenvFinalize:
      return "OnNoenvFinalize";
    case Parameter::kCallJs:
      return "OnCallJs";
    case Parameter::kHook:
      return "OnHook";
    case Parameter::kAsyncHook:
      return "OnAsyncHook";
    default:
      return "";
  }
}

}  // namespace napisan::cases
