// The functions behind those that this room puts in their place: a sanitizer's, where there is one,
// so that it sees what the program does to its locks; else the C library's.
#pragma once

#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

namespace napisan::schedule {

struct RealFunctions {
#define REAL(name, version) decltype(&::name) name;
#include "schedule/real.def"
};

// Threads: any, from the first instruction of the process on.
const RealFunctions& Real();

}  // namespace napisan::schedule
