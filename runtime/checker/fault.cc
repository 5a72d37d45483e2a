#include "checker/fault.h"

#include <signal.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unwind.h>

#include <atomic>
#include <cerrno>
#include <string>

#include "checker/buffers.h"
#include "checker/images.h"
#include "checker/sink.h"
#include "checker/violate.h"

namespace napisan::checker {
namespace {

struct sigaction previous_action;

enum class Access : uint8_t { kUnknown, kRead, kWrite };

// What the interrupted thread was about to do.
struct Fault {
  CollectedBuffer buffer;
  uintptr_t address;
  uintptr_t pc;
  uintptr_t stack;
  Access access;
  // Return addresses from pc outwards, as far as the unwinder knows the way.
  static constexpr int kFramesMax = 32;
  uintptr_t frames[kFramesMax];
  int frame_count;
};

void ReadContext(const ucontext_t& context, Fault& fault) {
#if defined(__x86_64__)
  fault.pc = static_cast<uintptr_t>(context.uc_mcontext.gregs[REG_RIP]);
  fault.stack = static_cast<uintptr_t>(context.uc_mcontext.gregs[REG_RSP]);
  // Bit 1 of the page fault's error code.
  fault.access = (context.uc_mcontext.gregs[REG_ERR] & 2) != 0 ? Access::kWrite : Access::kRead;
#elif defined(__aarch64__)
  fault.pc = context.uc_mcontext.pc;
  fault.stack = context.uc_mcontext.sp;
  fault.access = Access::kUnknown;
#else
#error "No context for this machine"
#endif
}

// Calls report(fault) further down the stack that `top` points into.
void CallOnStack(uintptr_t top, void (*report)(Fault&), Fault& fault) {
  // Below the red zone, aligned as a call wants it.
  constexpr uintptr_t kMargin = 256;
  uintptr_t stack = (top - kMargin) & ~uintptr_t{15};
#if defined(__x86_64__)
  Fault* argument = &fault;
  __asm__ volatile(
      "movq %%rsp, %%rbx\n"
      "movq %[stack], %%rsp\n"
      "callq *%[report]\n"
      "movq %%rbx, %%rsp\n"
      : "+D"(argument), [report] "+r"(report), [stack] "+r"(stack)
      :
      : "rbx", "rax", "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory", "cc", "xmm0", "xmm1",
        "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10", "xmm11", "xmm12",
        "xmm13", "xmm14", "xmm15");
#elif defined(__aarch64__)
  register Fault* argument __asm__("x0") = &fault;
  __asm__ volatile(
      "mov x19, sp\n"
      "mov sp, %[stack]\n"
      "blr %[report]\n"
      "mov sp, x19\n"
      : "+r"(argument), [report] "+r"(report), [stack] "+r"(stack)
      :
      : "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
        "x15", "x16", "x17", "x19", "x30", "memory", "cc", "v0", "v1", "v2", "v3", "v4", "v5", "v6",
        "v7", "v16", "v17", "v18", "v19", "v20", "v21", "v22", "v23", "v24", "v25", "v26", "v27",
        "v28", "v29", "v30", "v31");
#endif
}

_Unwind_Reason_Code OnFrameOfFault(_Unwind_Context* context, void* data) {
  auto& fault = *static_cast<Fault*>(data);
  int before = 0;
  uintptr_t pc = _Unwind_GetIPInfo(context, &before);
  // Our own frames and the kernel's come first; the interrupted instruction is exact.
  if (fault.frame_count == 0 && pc != fault.pc) return pc == 0 ? _URC_END_OF_STACK : _URC_NO_REASON;
  if (pc == 0 || fault.frame_count == Fault::kFramesMax) return _URC_END_OF_STACK;
  fault.frames[fault.frame_count++] = before != 0 ? pc + 1 : pc;
  return _URC_NO_REASON;
}

// The place in the module: the fault may be in a function of the C library that the module called.
uintptr_t PlaceIn(const EnvRecord* env, const Fault& fault) {
  const Image* image = env != nullptr ? env->image : nullptr;
  for (int i = 0; image != nullptr && i < fault.frame_count; ++i) {
    uintptr_t pc = fault.frames[i];
    for (int range = 0; range < image->text_count; ++range) {
      if (pc > image->text[range].begin && pc <= image->text[range].end) return pc;
    }
  }
  return fault.pc + 1;
}

const char* Verb(Access access) {
  switch (access) {
    case Access::kRead:
      return " reads byte ";
    case Access::kWrite:
      return " writes byte ";
    case Access::kUnknown:
      break;
  }
  return " uses byte ";
}

// The phase that the thread is in, for the head of a sentence.
std::string Who(const PhaseFrame* top) {
  if (top == nullptr) return "code outside of any callback";
  return DescribePhase(top->phase, top->subject);
}

Report Describe(ThreadState& thread, const Fault& fault) {
  const CollectedBuffer& buffer = fault.buffer;
  const PhaseFrame* top = thread.top();
  EnvRecord* env = top != nullptr ? top->env : nullptr;
  std::string message = Who(top) + Verb(fault.access) +
                        std::to_string(fault.address - buffer.begin) + " of buffer #" +
                        std::to_string(buffer.id) + ", which had " + std::to_string(buffer.length) +
                        " bytes and was collected: no napi_ref kept it";
  Report report =
      MakeReport(thread, env, {.rule = RuleId::BufferUnreferenced, .message = std::move(message)});
  report.object = {.kind = "buffer", .word = "buffer", .id = buffer.id, .name = {}};
  report.at.push_back(LocationOf(PlaceIn(env, fault), CurrentImageEpoch()));
  if (buffer.taken.data != nullptr) {
    report.history.push_back(
        {.event = Event::Take,
         .function = Info(buffer.taken.function).name,
         .situation = SituationOf(buffer.taken.moment),
         .duration_ns = 0,
         .at = {LocationOf(buffer.taken.moment.pc, buffer.taken.moment.image_epoch)}});
  }
  report.history.push_back({.event = Event::Collect,
                            .function = nullptr,
                            .situation = SituationOf(buffer.collected),
                            .duration_ns = 0,
                            .at = {}});
  return report;
}

// Ends the process, unless the report is suppressed: then the bytes are there again, all zero, and
// the module goes on.
void ReportFault(Fault& fault) {
  Report report = Describe(CurrentState(), fault);
  EmitFatal(report);
  mprotect(reinterpret_cast<void*>(fault.buffer.begin), fault.buffer.bytes, PROT_READ | PROT_WRITE);
}

void PassOn(int signal, siginfo_t* info, void* context) {
  if ((previous_action.sa_flags & SA_SIGINFO) != 0) {
    previous_action.sa_sigaction(signal, info, context);
  } else if (previous_action.sa_handler != SIG_DFL && previous_action.sa_handler != SIG_IGN) {
    previous_action.sa_handler(signal);
  } else {
    // The instruction faults again, with nobody in between: a core, as without us.
    sigaction(signal, &previous_action, nullptr);
  }
}

bool OnSignalStack() {
  stack_t stack{};
  return sigaltstack(nullptr, &stack) == 0 && (stack.ss_flags & SS_ONSTACK) != 0;
}

void OnSignal(int signal, siginfo_t* info, void* context) {
  // Everything up to here is safe in a handler; from a fault of ours there is no way back to what
  // was interrupted but in the end, and that was module code.
  int saved_errno = errno;
  Fault fault{};
  fault.address = reinterpret_cast<uintptr_t>(info->si_addr);
  if (info->si_code != SEGV_ACCERR || !FindCollected(fault.address, fault.buffer)) {
    return PassOn(signal, info, context);
  }
  ReadContext(*static_cast<ucontext_t*>(context), fault);
  _Unwind_Backtrace(OnFrameOfFault, &fault);
  // A sanitizer's signal stack is too small to look into debug information on.
  if (OnSignalStack()) {
    CallOnStack(fault.stack, ReportFault, fault);
  } else {
    ReportFault(fault);
  }
  errno = saved_errno;
}

}  // namespace

void WatchFaults() {
  // Relaxed: an agent that comes second may be early by the time that sigaction takes.
  static constinit std::atomic<bool> watching{false};
  if (watching.exchange(true, std::memory_order_relaxed)) return;
  struct sigaction action {};
  action.sa_sigaction = OnSignal;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigemptyset(&action.sa_mask);
  sigaction(SIGSEGV, &action, &previous_action);
}

}  // namespace napisan::checker
