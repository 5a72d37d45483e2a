#include "run_async_work.h"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "contract_async_work.h"
#include "program_text.h"

namespace napisan::fuzz {
namespace {

constexpr const char* kName = "fuzz_async_work";

HostOptions OptionsFor(StepChooser* chooser, void (*on_uncaught)(void*, const std::string&),
                       void* context) {
  HostOptions options;
  options.executor = ExecutorKind::kStepping;
  options.chooser = chooser;
  options.on_uncaught = on_uncaught;
  options.on_swallowed = [](void*) {};
  options.context = context;
  return options;
}

bool TakesPassing(LineKind kind) {
  return kind == LineKind::kQueue || kind == LineKind::kCancel || kind == LineKind::kDelete;
}

}  // namespace

Runner::Runner() : agent_(OptionsFor(this, OnUncaught, this)) {
  for (size_t i = 0; i < kSlots; ++i) cells_[i] = {this, static_cast<uint8_t>(i), kNoHandle};
  SetReportPrinting(false);
  SetReportListener(OnReport, this, /*with_json=*/false);
}

Runner::~Runner() { SetReportListener(nullptr, nullptr); }

void Runner::Run(const Program& program, const Script& script) {
  program_ = &program;
  script_ = &script;
  at_ = 0;
  awaited_ = nullptr;
  leaks_ = 0;
  uncaught_ = 0;
  called_with_ = nullptr;
  executing_ = false;
  torn_down_ = false;
  tearing_down_ = false;
  trace_hash_ = 0xcbf29ce484222325;
  for (Cell& cell : cells_) cell.handle = kNoHandle;
  AddModules();
  while (at_ < script.count) {
    const Line& line = Next();
    if (line.kind == LineKind::kOpenCall) {
      agent_.Run(module_, [this](napi_env env) { PerformCalls(env, LineKind::kCloseCall); });
    } else if (line.kind >= LineKind::kStepExecute && line.kind <= LineKind::kStepTeardown) {
      PerformStep(line);
    } else {
      PerformCall(env_, line);
    }
  }
  uint8_t leaks = leaks_;
  uint8_t uncaught = uncaught_;
  agent_.Reset();
  if (leaks_ != leaks || uncaught_ != uncaught) {
    Disagree(fmt::format("the reset of the agent makes it {} leaks and {} uncaught exceptions",
                         leaks_, uncaught_));
  }
  // Here and not before the next: what is forgotten is this program's, and so is the time it takes.
  ResetReports();
}

void Runner::AddModules() {
  std::string error;
  int32_t version = program_->version_10 ? 10 : 8;
  if (!agent_.Add("fuzz", nullptr, version, module_, error)) {
    Disagree("the module cannot be added: " + error);
  }
  agent_.Run(module_, [this](napi_env env) { env_ = env; });
  other_env_ = nullptr;
  for (size_t i = 0; i < script_->count && other_env_ == nullptr; ++i) {
    const Line& line = script_->lines[i];
    if (!TakesPassing(line.kind) || line.variant != static_cast<uint8_t>(Passing::kOtherEnv)) {
      continue;
    }
    HostAgent::ModuleRef other = 0;
    if (!agent_.Add("other", nullptr, version, other, error)) {
      Disagree("the other module cannot be added: " + error);
    }
    agent_.Run(other, [this](napi_env env) { other_env_ = env; });
  }
}

const Line& Runner::Next() {
  if (at_ == script_->count) Disagree("nothing more should happen");
  return script_->lines[at_++];
}

void Runner::PerformCalls(napi_env env, LineKind last) {
  while (true) {
    const Line& line = Next();
    if (line.kind == last) return;
    PerformCall(env, line);
  }
}

// --- Steps, and what the host does in them. ---

void Runner::PerformStep(const Line& line) {
  See(static_cast<uint64_t>(line.kind));
  bool answer = line.answer;
  switch (line.kind) {
    case LineKind::kStepExecute:
      answer = agent_.StepExecute(line.index);
      break;
    case LineKind::kStepDeliver:
      answer = agent_.StepComplete();
      break;
    case LineKind::kStepTurn:
      answer = agent_.Turn(false);
      break;
    case LineKind::kStepRun:
      agent_.RunLoop();
      break;
    default:
      tearing_down_ = true;
      agent_.Teardown();
      torn_down_ = true;
      break;
  }
  EndStep(line, answer);
}

void Runner::EndStep(const Line& begun, bool answer) {
  const Line& end = Next();
  if (end.kind != LineKind::kStepEnd) Disagree("the step ends");
  size_t queued = agent_.queued_works();
  size_t finished = agent_.finished_works();
  if (answer != begun.answer) {
    Disagree(fmt::format("the step answers {}, not {}", answer, begun.answer));
  }
  if (queued != end.queued || finished != end.finished) {
    Disagree(fmt::format("{} works are queued and {} finished", queued, finished));
  }
  if (uncaught_ != end.uncaught) Disagree(fmt::format("{} exceptions were uncaught", uncaught_));
  if (leaks_ != end.leaks) Disagree(fmt::format("{} leaks were reported", leaks_));
  See(queued << 32 | finished << 16 | static_cast<uint64_t>(uncaught_ << 8) | leaks_);
}

void Runner::Execute(napi_env env, void* data) {
  auto& cell = *static_cast<Cell*>(data);
  Runner& self = *cell.runner;
  const Line& line = self.Next();
  if (line.kind != LineKind::kEnterExecute || line.slot != cell.slot) {
    self.Disagree(fmt::format("execute of work {} runs", cell.slot));
  }
  if (env != self.env_) {
    self.Disagree(fmt::format("execute of work {} gets another env", cell.slot));
  }
  self.See(0x100u | cell.slot);
  self.executing_ = true;
  self.PerformCalls(env, LineKind::kLeave);
  self.executing_ = false;
}

void Runner::Complete(napi_env env, napi_status status, void* data) {
  auto& cell = *static_cast<Cell*>(data);
  Runner& self = *cell.runner;
  const Line& line = self.Next();
  if (line.kind != LineKind::kEnterComplete || line.slot != cell.slot || line.status != status) {
    self.Disagree(fmt::format("complete of work {} runs with status {}", cell.slot,
                              static_cast<int>(status)));
  }
  if (env != self.env_) {
    self.Disagree(fmt::format("complete of work {} gets another env", cell.slot));
  }
  self.completed_with_ = status;
  self.See(0x200u | cell.slot | static_cast<uint64_t>(status) << 16);
  self.PerformCalls(env, LineKind::kLeave);
}

uint32_t Runner::Choose(uint32_t count) {
  const Line& line = Next();
  if (line.kind != LineKind::kChoose || line.count != count) {
    Disagree(fmt::format("the executor asks which of {} steps comes next", count));
  }
  See(0x300u | count);
  return line.index;
}

void Runner::OnUncaught(void* context, const std::string&) {
  ++static_cast<Runner*>(context)->uncaught_;
}

void Runner::OnReport(const ReportInfo& report, void* context) {
  auto& self = *static_cast<Runner*>(context);
  for (const char* at = report.rule; *at != '\0'; ++at) self.See(static_cast<uint8_t>(*at));
  if (self.tearing_down_ && std::strcmp(report.rule, kLeakedRule) == 0) {
    ++self.leaks_;
    return;
  }
  // Where nothing is awaited, or it has been reported already, this is one too many.
  if (self.awaited_ == nullptr || std::strcmp(self.awaited_, report.rule) != 0) {
    self.Disagree(fmt::format("{} is reported: {}", report.rule, report.message));
  }
  self.awaited_ = nullptr;
}

void Runner::Disagree(const std::string& what) {
  std::string text = fmt::format("{}: FAILED: {}\n", kName, what);
  size_t step = at_ > 0 ? at_ - 1 : 0;
  text += fmt::format("  at line {} of what was expected:\n", step);
  for (size_t i = step > 8 ? step - 8 : 0; i < script_->count && i <= step + 1; ++i) {
    text += fmt::format("  {} {:3} {}\n", i == step ? ">" : " ", i, ToText(script_->lines[i]));
  }
  size_t operation = script_->lines[step].operation;
  text += fmt::format("  of the program:\n    {}\n", HeaderText(*program_));
  for (size_t i = 0; i < program_->count; ++i) {
    text += fmt::format("  {} {}\n", i == operation ? ">" : " ", ToText(program_->operations[i]));
  }
  std::fputs(text.c_str(), stderr);
  std::fflush(stderr);
  std::abort();
}

}  // namespace napisan::fuzz
