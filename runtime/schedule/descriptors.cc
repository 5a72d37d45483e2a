// Strands that wait for descriptors: the kernel is asked, and never waited for.

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "schedule/state.h"

namespace napisan::schedule {
namespace {

constexpr int kDescriptorsMax = 1024;
// Those that watch a socket, or did.
constinit bool watches_socket[kDescriptorsMax];

int DescriptorOf(const Strand& strand) {
  return static_cast<int>(reinterpret_cast<intptr_t>(strand.waits.object));
}

bool Ready(const pollfd* descriptors, uint32_t count) {
  timespec none{0, 0};
  return RawSyscall(SYS_ppoll, reinterpret_cast<long>(descriptors), static_cast<long>(count),
                    reinterpret_cast<long>(&none)) != 0;
}

mode_t KindOf(int fd) {
  struct stat status {};
  long failed = RawSyscall(SYS_fstat, fd, reinterpret_cast<long>(&status));
  return failed != 0 ? 0 : status.st_mode & S_IFMT;
}

}  // namespace

bool DescriptorsReady(const Strand& strand) {
  if (strand.waits.wait == Wait::kPoll) {
    return strand.waits.descriptors != 0 &&
           Ready(static_cast<const pollfd*>(strand.waits.object), strand.waits.descriptors);
  }
  if (strand.waits.wait != Wait::kEpoll) return false;
  pollfd descriptor{DescriptorOf(strand), POLLIN, 0};
  return Ready(&descriptor, 1);
}

bool LeadsOutside(const Strand& strand) {
  if (strand.waits.wait == Wait::kEpoll) {
    int fd = DescriptorOf(strand);
    return fd >= 0 && fd < kDescriptorsMax && watches_socket[fd];
  }
  if (strand.waits.wait != Wait::kPoll) return false;
  const auto* descriptors = static_cast<const pollfd*>(strand.waits.object);
  for (uint32_t i = 0; i < strand.waits.descriptors; ++i) {
    mode_t kind = KindOf(descriptors[i].fd);
    // An eventfd has no kind: who writes to it is one of us.
    if (kind == S_IFSOCK || kind == S_IFIFO || kind == S_IFCHR) return true;
  }
  return false;
}

void NoteWatched(int epfd, int fd) {
  if (epfd < 0 || epfd >= kDescriptorsMax) return;
  // libuv's own pipe, for signals, is in every loop: pipes do not count.
  if (KindOf(fd) == S_IFSOCK) watches_socket[epfd] = true;
}

}  // namespace napisan::schedule
