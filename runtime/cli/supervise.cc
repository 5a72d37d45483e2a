#include "cli/supervise.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "checker/sink.h"
#include "checker/under_way.h"

namespace napisan::cli {
namespace {

// A message on the pipe: this, then `length` bytes. Written whole or not at all by one thread at a
// time; the child may end after any of them.
enum class MessageKind : uint32_t {
  kStep,
  kOutcome,
  kFailure,
  kUncaught,
  kError,
  kUnderWay,
  kReturned,
  kHalted,
};
struct MessageHead {
  MessageKind kind;
  uint32_t statement;
  uint32_t length;
};

// Asks the child what is under way, before it is killed. No module is likely to use it.
const int kAskSignal = SIGRTMAX - 1;

class Sender final : public RunObserver {
 public:
  explicit Sender(int pipe) : pipe_(pipe) {}

  void OnStep(const std::string& step) override { Send(MessageKind::kStep, 0, step); }
  void OnOutcome(size_t statement, const std::string& text) override {
    Send(MessageKind::kOutcome, static_cast<uint32_t>(statement), text);
  }
  void OnFailure(const std::string& text) override { Send(MessageKind::kFailure, 0, text); }
  void OnUncaught(const std::string& text) override { Send(MessageKind::kUncaught, 0, text); }
  void OnError(const std::string& text) override { Send(MessageKind::kError, 0, text); }

  void Send(MessageKind kind, uint32_t statement, const std::string& text) {
    MessageHead head{kind, statement, static_cast<uint32_t>(text.size())};
    std::string message(reinterpret_cast<const char*>(&head), sizeof(head));
    message += text;
    for (size_t sent = 0; sent < message.size();) {
      ssize_t count = write(pipe_, message.data() + sent, message.size() - sent);
      if (count < 0 && errno != EINTR) return;
      if (count > 0) sent += static_cast<size_t>(count);
    }
  }

 private:
  int pipe_;
};

// Takes whole messages off what has arrived.
class Receiver {
 public:
  Receiver(RunObserver& observer, ChildEnd& end) : observer_(observer), end_(end) {}

  bool returned() const { return returned_; }
  // Whether an answer to Ask is still to come.
  bool asked() const { return asked_; }
  void Ask(pid_t child) { asked_ = kill(child, kAskSignal) == 0; }
  bool halted() const { return halted_; }

  void Take(const char* data, size_t length) {
    pending_.append(data, length);
    MessageHead head;
    while (pending_.size() >= sizeof(head)) {
      std::memcpy(&head, pending_.data(), sizeof(head));
      if (pending_.size() < sizeof(head) + head.length) return;
      std::string text = pending_.substr(sizeof(head), head.length);
      pending_.erase(0, sizeof(head) + head.length);
      Tell(head, text);
    }
  }

 private:
  void Tell(const MessageHead& head, const std::string& text) {
    switch (head.kind) {
      case MessageKind::kStep:
        end_.step = text;
        observer_.OnStep(text);
        break;
      case MessageKind::kOutcome:
        observer_.OnOutcome(head.statement, text);
        break;
      case MessageKind::kFailure:
        observer_.OnFailure(text);
        break;
      case MessageKind::kUncaught:
        observer_.OnUncaught(text);
        break;
      case MessageKind::kError:
        observer_.OnError(text);
        break;
      case MessageKind::kUnderWay:
        end_.under_way = text;
        asked_ = false;
        break;
      case MessageKind::kReturned:
        returned_ = true;
        break;
      case MessageKind::kHalted:
        halted_ = true;
        break;
    }
  }

  RunObserver& observer_;
  ChildEnd& end_;
  std::string pending_;
  bool returned_ = false;
  bool asked_ = false;
  bool halted_ = false;
};

// In the child: answers what is under way, on whatever thread, whatever that is doing.
int answer_pipe = -1;
void Answer(int) {
  int before = errno;
  struct {
    MessageHead head;
    char text[256];
  } message{};
  size_t length = checker::DescribeUnderWay(message.text, sizeof(message.text));
  message.head = {MessageKind::kUnderWay, 0, static_cast<uint32_t>(length)};
  [[maybe_unused]] ssize_t written = write(answer_pipe, &message, sizeof(message.head) + length);
  errno = before;
}

// While it lives SIGINT and SIGTERM do not end this process: they make descriptor() readable.
class Interrupts {
 public:
  Interrupts() {
    if (pipe2(pipe_, O_CLOEXEC | O_NONBLOCK) != 0) return;
    write_end = pipe_[1];
    struct sigaction action {};
    action.sa_handler = [](int signal) {
      int before = errno;
      auto byte = static_cast<char>(signal);
      [[maybe_unused]] ssize_t written = write(write_end, &byte, 1);
      errno = before;
    };
    for (size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &action, &before_[i]);
  }
  ~Interrupts() {
    if (pipe_[0] < 0) return;
    Restore();
    close(pipe_[0]);
    close(pipe_[1]);
  }
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  int descriptor() const { return pipe_[0]; }
  // The signal that came.
  int Take() const {
    char signal = 0;
    return read(pipe_[0], &signal, 1) == 1 ? signal : SIGINT;
  }
  // For the child: what a terminal sends to both is for the command to answer.
  static void Ignore() {
    for (int signal : kSignals) std::signal(signal, SIG_IGN);
  }

 private:
  void Restore() const {
    for (size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &before_[i], nullptr);
  }

  static constexpr int kSignals[] = {SIGINT, SIGTERM};
  static inline int write_end = -1;
  int pipe_[2] = {-1, -1};
  struct sigaction before_[std::size(kSignals)] = {};
};

// What a wait for the child ended by.
enum class Heard : uint8_t { kEnd, kTimeOver, kSignal };

// How long a child has to say what is under way; one that is stuck in the kernel never does.
constexpr double kAnswerSeconds = 0.5;

// Reads until the child has ended, or has answered what it was asked. Its end of the pipe may live
// on in processes that the module started, so the child itself is watched, too, where the kernel
// can do that.
Heard Listen(int pipe, int child, int interrupt, double timeout_seconds, Receiver& receiver) {
  using Clock = std::chrono::steady_clock;
  bool answer = receiver.asked();
  auto deadline = Clock::now() + std::chrono::duration<double>(timeout_seconds);
  for (;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return Heard::kTimeOver;
    pollfd waiting[] = {{pipe, POLLIN, 0}, {child, POLLIN, 0}, {interrupt, POLLIN, 0}};
    int ready =
        poll(waiting, std::size(waiting), static_cast<int>(std::min<int64_t>(left.count(), 60000)));
    if (ready <= 0) continue;
    if (waiting[0].revents != 0) {
      char buffer[4096];
      ssize_t count = read(pipe, buffer, sizeof(buffer));
      if (count == 0) return Heard::kEnd;
      if (count > 0) receiver.Take(buffer, static_cast<size_t>(count));
      if (answer && !receiver.asked()) return Heard::kTimeOver;
    } else if (waiting[1].revents != 0) {
      return Heard::kEnd;
    } else if (waiting[2].revents != 0) {
      return Heard::kSignal;
    }
  }
}

}  // namespace

ChildEnd RunInChild(const std::function<int(RunObserver&)>& body, double timeout_seconds,
                    RunObserver& observer) {
  int pipes[2];
  if (pipe2(pipes, O_CLOEXEC) != 0) {
    std::fprintf(stderr, "napisan: no pipe: %s\n", std::strerror(errno));
    std::exit(kFailed);
  }
  std::fflush(nullptr);
  Interrupts interrupts;
  pid_t parent = getpid();
  pid_t child = fork();
  if (child < 0) {
    std::fprintf(stderr, "napisan: cannot fork: %s\n", std::strerror(errno));
    std::exit(kFailed);
  }
  if (child == 0) {
    Interrupts::Ignore();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(kFailed);
    close(pipes[0]);
    answer_pipe = pipes[1];
    std::signal(kAskSignal, Answer);
    static Sender sender(pipes[1]);
    checker::SetHaltCallback([] { sender.Send(MessageKind::kHalted, 0, ""); });
    int status = body(sender);
    sender.OnStep("while its process exited");
    sender.Send(MessageKind::kReturned, 0, "");
    // Its end of the pipe closes with the process: a destructor that hangs is a hang, too.
    std::exit(status);
  }
  close(pipes[1]);
  auto watched = static_cast<int>(syscall(SYS_pidfd_open, child, 0));
  ChildEnd end;
  Receiver receiver(observer, end);
  Heard heard = Listen(pipes[0], watched, interrupts.descriptor(), timeout_seconds, receiver);
  if (heard == Heard::kTimeOver) {
    receiver.Ask(child);
    // It may also end now; it had its time.
    Listen(pipes[0], watched, -1, kAnswerSeconds, receiver);
  }
  close(pipes[0]);
  if (watched >= 0) close(watched);
  if (heard != Heard::kEnd) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (heard == Heard::kTimeOver) {
    end.kind = EndKind::kHung;
  } else if (heard == Heard::kSignal) {
    end.kind = EndKind::kInterrupted;
    end.status = interrupts.Take();
  } else if (receiver.halted()) {
    end.kind = EndKind::kHalted;
    end.status = WIFEXITED(status) ? WEXITSTATUS(status) : kFailed;
  } else if (WIFSIGNALED(status)) {
    end.kind = EndKind::kCrashed;
    end.status = WTERMSIG(status);
  } else {
    end.kind = receiver.returned() ? EndKind::kReturned : EndKind::kExited;
    end.status = WEXITSTATUS(status);
  }
  return end;
}

std::string Describe(const ChildEnd& end, double timeout_seconds) {
  switch (end.kind) {
    case EndKind::kReturned:
      return "";
    case EndKind::kHalted:
      return fmt::format("a report ended the run {}", end.step);
    case EndKind::kExited:
      return fmt::format("the module ended the process: it exited with status {} {}", end.status,
                         end.step);
    case EndKind::kCrashed:
      return fmt::format("the module crashed: {} {}", strsignal(end.status), end.step);
    case EndKind::kHung:
      return fmt::format(
          "the module did not end in {} s, and was killed {}{}; --timeout gives it more",
          timeout_seconds, end.step, end.under_way.empty() ? "" : ", where " + end.under_way);
    case EndKind::kInterrupted:
      return fmt::format("interrupted ({}) {}", strsignal(end.status), end.step);
  }
  return "";
}

int StatusOf(const ChildEnd& end) {
  if (end.kind == EndKind::kReturned || end.kind == EndKind::kHalted) return end.status;
  return end.kind == EndKind::kInterrupted ? 128 + end.status : kFailed;
}

}  // namespace napisan::cli
