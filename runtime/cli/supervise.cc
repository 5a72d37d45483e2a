#include "cli/supervise.h"

#include <poll.h>
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

namespace napisan::cli {
namespace {

// A message on the pipe: this, then `length` bytes. Written whole or not at all by one thread at a
// time; the child may end after any of them.
enum class MessageKind : uint32_t { kStep, kOutcome, kUncaught, kError, kReturned, kHalted };
struct MessageHead {
  MessageKind kind;
  uint32_t call;
  uint32_t length;
};

class Sender final : public RunObserver {
 public:
  explicit Sender(int pipe) : pipe_(pipe) {}

  void OnStep(const std::string& step) override { Send(MessageKind::kStep, 0, step); }
  void OnOutcome(size_t call, const std::string& text) override {
    Send(MessageKind::kOutcome, static_cast<uint32_t>(call), text);
  }
  void OnUncaught(const std::string& text) override { Send(MessageKind::kUncaught, 0, text); }
  void OnError(const std::string& line) override { Send(MessageKind::kError, 0, line); }

  void Send(MessageKind kind, uint32_t call, const std::string& text) {
    MessageHead head{kind, call, static_cast<uint32_t>(text.size())};
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
        observer_.OnOutcome(head.call, text);
        break;
      case MessageKind::kUncaught:
        observer_.OnUncaught(text);
        break;
      case MessageKind::kError:
        observer_.OnError(text);
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
  bool halted_ = false;
};

// Reads until the child has closed the pipe (true) or the time is over (false).
bool ReadAll(int pipe, double timeout_seconds, Receiver& receiver) {
  using Clock = std::chrono::steady_clock;
  auto deadline = Clock::now() + std::chrono::duration<double>(timeout_seconds);
  for (;;) {
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) return false;
    pollfd waiting{pipe, POLLIN, 0};
    int ready = poll(&waiting, 1, static_cast<int>(std::min<int64_t>(left.count(), 60000)));
    if (ready <= 0) continue;
    char buffer[4096];
    ssize_t count = read(pipe, buffer, sizeof(buffer));
    if (count == 0) return true;
    if (count > 0) receiver.Take(buffer, static_cast<size_t>(count));
  }
}

}  // namespace

ChildEnd RunInChild(const std::function<int(RunObserver&)>& body, double timeout_seconds,
                    RunObserver& observer) {
  int pipes[2];
  if (pipe(pipes) != 0) {
    std::fprintf(stderr, "napisan: no pipe: %s\n", std::strerror(errno));
    std::exit(kFailed);
  }
  std::fflush(nullptr);
  pid_t child = fork();
  if (child < 0) {
    std::fprintf(stderr, "napisan: cannot fork: %s\n", std::strerror(errno));
    std::exit(kFailed);
  }
  if (child == 0) {
    close(pipes[0]);
    static Sender sender(pipes[1]);
    checker::SetHaltCallback([] { sender.Send(MessageKind::kHalted, 0, ""); });
    int status = body(sender);
    sender.Send(MessageKind::kReturned, 0, "");
    // Its end of the pipe closes with the process: a destructor that hangs is a hang, too.
    std::exit(status);
  }
  close(pipes[1]);
  ChildEnd end;
  Receiver receiver(observer, end);
  bool ended = ReadAll(pipes[0], timeout_seconds, receiver);
  close(pipes[0]);
  if (!ended) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!ended) {
    end.kind = EndKind::kHung;
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
          "the module did not end in {} s, and was killed {}; --timeout gives it more",
          timeout_seconds, end.step);
  }
  return "";
}

}  // namespace napisan::cli
