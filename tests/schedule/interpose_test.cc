// What blocks, under all strategies: it works as it always does, and nothing is called a deadlock.

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <shared_mutex>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <uv.h>

#include "programs.h"
#include "schedule/strategies.h"

namespace napisan::explore {
namespace {

void ExpectRight(const std::function<std::string()>& program, uint64_t schedules = 200) {
  std::vector<std::string> all;
  for (const schedule::StrategyRow& row : schedule::kStrategies) {
    if (!schedule::IsExhaustive(row.kind)) all.emplace_back(row.name);
  }
  Options options = Upto(schedules, all);
  options.check_every = 8;
  Result result = ExploreFunction(program, options);
  ASSERT_TRUE(result.findings.empty())
      << FindingWord(result.findings[0].kind) << ": " << result.findings[0].what << "\n"
      << result.findings[0].output << result.findings[0].timeline;
  EXPECT_EQ(result.counts.schedules, schedules);
  EXPECT_EQ(result.counts.outside, 0u);
  EXPECT_GT(result.counts.checked, 0u);
  EXPECT_EQ(result.counts.different, 0u);
}

TEST(Interpose, ConditionVariables) {
  ExpectRight([] {
    std::mutex mutex;
    std::condition_variable changed;
    int turn = 0;
    auto play = [&](int own) {
      for (int i = 0; i < 3; ++i) {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return turn % 2 == own; });
        ++turn;
        changed.notify_all();
      }
    };
    std::thread other(play, 1);
    play(0);
    other.join();
    return turn == 6 ? std::string() : std::string("turns");
  });
}

TEST(Interpose, TimedWaitsEndInVirtualTime) {
  ExpectRight([] {
    std::mutex mutex;
    std::condition_variable changed;
    auto began = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex);
    bool woken = changed.wait_for(lock, std::chrono::hours(1)) == std::cv_status::no_timeout;
    bool long_enough = std::chrono::steady_clock::now() - began >= std::chrono::hours(1);
    return !woken && long_enough ? std::string() : std::string("time");
  });
}

TEST(Interpose, SleepsComeInTheirOrder) {
  ExpectRight([] {
    std::mutex mutex;
    std::vector<int> order;
    std::vector<std::thread> threads;
    for (int minutes : {30, 10, 20}) {
      threads.emplace_back([&order, &mutex, minutes] {
        std::this_thread::sleep_for(std::chrono::minutes(minutes));
        std::lock_guard lock(mutex);
        order.push_back(minutes);
      });
    }
    for (std::thread& thread : threads) thread.join();
    return order == std::vector<int>{10, 20, 30} ? std::string() : std::string("order");
  });
}

TEST(Interpose, SharedMutexes) {
  ExpectRight([] {
    std::shared_mutex mutex;
    int value = 0;
    int seen = 0;
    std::thread writer([&] {
      for (int i = 0; i < 3; ++i) {
        std::unique_lock lock(mutex);
        ++value;
        ++value;
      }
    });
    std::thread reader([&] {
      for (int i = 0; i < 3; ++i) {
        std::shared_lock lock(mutex);
        seen |= value % 2;
      }
    });
    writer.join();
    reader.join();
    return seen == 0 && value == 6 ? std::string() : std::string("half written");
  });
}

// Who has it sleeps longer than the others wait; then they have all the time they need.
TEST(Interpose, TimedLocks) {
  ExpectRight([] {
    std::timed_mutex timed;
    std::shared_timed_mutex shared;
    std::atomic<int> held{0};
    int late = 0;
    std::thread owner([&] {
      std::lock_guard one(timed);
      std::lock_guard two(shared);
      held.store(1);
      held.notify_one();
      std::this_thread::sleep_for(std::chrono::hours(1));
    });
    held.wait(0);
    late += timed.try_lock_for(std::chrono::minutes(1)) ? 0 : 1;
    late += shared.try_lock_for(std::chrono::minutes(1)) ? 0 : 1;
    late += shared.try_lock_shared_for(std::chrono::minutes(1)) ? 0 : 1;
    bool in_time = timed.try_lock_for(std::chrono::hours(2));
    bool shared_in_time = shared.try_lock_shared_for(std::chrono::hours(2));
    if (in_time) timed.unlock();
    if (shared_in_time) shared.unlock_shared();
    owner.join();
    return late == 3 && in_time && shared_in_time ? std::string() : std::string("timed locks");
  });
}

TEST(Interpose, TimedSemaphores) {
  ExpectRight([] {
    sem_t semaphore;
    sem_init(&semaphore, 0, 0);
    timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += 3'600;
    bool late = sem_clockwait(&semaphore, CLOCK_MONOTONIC, &until) == -1 && errno == ETIMEDOUT;
    sem_destroy(&semaphore);
    return late ? std::string() : std::string("in time");
  });
}

TEST(Interpose, Semaphores) {
  ExpectRight([] {
    sem_t full;
    sem_t empty;
    sem_init(&full, 0, 0);
    sem_init(&empty, 0, 1);
    int slot = 0;
    int sum = 0;
    std::thread producer([&] {
      for (int i = 1; i <= 4; ++i) {
        sem_wait(&empty);
        slot = i;
        sem_post(&full);
      }
    });
    for (int i = 1; i <= 4; ++i) {
      sem_wait(&full);
      sum += slot;
      sem_post(&empty);
    }
    producer.join();
    sem_destroy(&full);
    sem_destroy(&empty);
    return sum == 10 ? std::string() : std::string("sum");
  });
}

TEST(Interpose, Barriers) {
  ExpectRight([] {
    pthread_barrier_t barrier;
    pthread_barrier_init(&barrier, nullptr, 3);
    int before[3] = {};
    int sums[3] = {};
    auto run = [&](int own) {
      before[own] = own + 1;
      pthread_barrier_wait(&barrier);
      sums[own] = before[0] + before[1] + before[2];
      pthread_barrier_wait(&barrier);
    };
    std::thread first(run, 0);
    std::thread second(run, 1);
    run(2);
    first.join();
    second.join();
    pthread_barrier_destroy(&barrier);
    return sums[0] == 6 && sums[1] == 6 && sums[2] == 6 ? std::string() : std::string("sums");
  });
}

TEST(Interpose, Once) {
  ExpectRight([] {
    std::once_flag once;
    std::mutex mutex;
    int times = 0;
    int ready = 0;
    auto run = [&] {
      std::call_once(once, [&] {
        for (int i = 0; i < 3; ++i) std::lock_guard lock(mutex);
        ++times;
      });
      std::lock_guard lock(mutex);
      ready += times;
    };
    std::thread first(run);
    std::thread second(run);
    run();
    first.join();
    second.join();
    return times == 1 && ready == 3 ? std::string() : std::string("once");
  });
}

TEST(Interpose, AtomicWaits) {
  ExpectRight([] {
    std::atomic<int> turn{0};
    std::thread other([&] {
      turn.wait(0);
      turn.store(2);
      turn.notify_all();
    });
    turn.store(1);
    turn.notify_all();
    turn.wait(1);
    other.join();
    return turn.load() == 2 ? std::string() : std::string("turn");
  });
}

TEST(Interpose, ThreadsThatAreDetachedOrEndWithThreadLocals) {
  ExpectRight([] {
    static std::mutex mutex;
    static int ended;
    struct AtEnd {
      ~AtEnd() {
        std::lock_guard lock(mutex);
        ++ended;
      }
    };
    ended = 0;
    std::atomic<bool> there{false};
    std::thread([&] {
      static thread_local AtEnd at_end;
      (void)at_end;
      there.store(true);
      there.notify_one();
    }).detach();
    std::thread joined([] {
      static thread_local AtEnd at_end;
      (void)at_end;
    });
    joined.join();
    there.wait(false);
    for (;;) {
      std::lock_guard lock(mutex);
      if (ended == 2) return std::string();
      std::this_thread::yield();
    }
  });
}

TEST(Interpose, Polls) {
  ExpectRight([] {
    int event = eventfd(0, EFD_NONBLOCK);
    std::thread other([&] {
      uint64_t one = 1;
      if (write(event, &one, sizeof(one)) < 0) std::abort();
    });
    pollfd descriptor{event, POLLIN, 0};
    int ready = poll(&descriptor, 1, -1);
    other.join();
    close(event);
    return ready == 1 ? std::string() : std::string("not ready");
  });
}

TEST(Interpose, Selects) {
  ExpectRight([] {
    int event = eventfd(0, EFD_NONBLOCK);
    fd_set reads, writes;
    FD_ZERO(&reads);
    FD_ZERO(&writes);
    FD_SET(event, &reads);
    // An hour of virtual time.
    timeval hour{3600, 0};
    int late = select(event + 1, &reads, nullptr, nullptr, &hour);
    bool cleared = !FD_ISSET(event, &reads);
    std::thread other([&] {
      uint64_t one = 1;
      if (write(event, &one, sizeof(one)) < 0) std::abort();
    });
    FD_SET(event, &reads);
    FD_SET(event, &writes);
    int writable = select(event + 1, nullptr, &writes, nullptr, nullptr);
    int readable = pselect(event + 1, &reads, nullptr, nullptr, nullptr, nullptr);
    bool told = FD_ISSET(event, &reads);
    other.join();
    close(event);
    bool right = late == 0 && cleared && writable == 1 && readable == 1 && told;
    return right ? std::string() : std::string("select answers otherwise");
  });
}

TEST(Interpose, WaitsForEventsByTheNanosecond) {
  ExpectRight([] {
    int event = eventfd(0, EFD_NONBLOCK);
    int events = epoll_create1(0);
    epoll_event wanted{};
    wanted.events = EPOLLIN;
    epoll_ctl(events, EPOLL_CTL_ADD, event, &wanted);
    timespec hour{3600, 0};
    epoll_event came;
    int late = epoll_pwait2(events, &came, 1, &hour, nullptr);
    std::thread other([&] {
      uint64_t one = 1;
      if (write(event, &one, sizeof(one)) < 0) std::abort();
    });
    int ready = epoll_pwait2(events, &came, 1, nullptr, nullptr);
    other.join();
    close(events);
    close(event);
    return late == 0 && ready == 1 ? std::string() : std::string("epoll answers otherwise");
  });
}

TEST(Interpose, LoopsAndTheirPool) {
  ExpectRight([] {
    uv_loop_t loop;
    uv_loop_init(&loop);
    uv_work_t works[3];
    int done = 0;
    for (uv_work_t& work : works) {
      work.data = &done;
      uv_queue_work(
          &loop, &work, [](uv_work_t*) {},
          [](uv_work_t* own, int) { ++*static_cast<int*>(own->data); });
    }
    uv_timer_t timer;
    uv_timer_init(&loop, &timer);
    timer.data = &done;
    uv_timer_start(
        &timer,
        [](uv_timer_t* own) {
          *static_cast<int*>(own->data) += 10;
          uv_close(reinterpret_cast<uv_handle_t*>(own), nullptr);
        },
        3'600'000, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_loop_close(&loop);
    return done == 13 ? std::string() : std::string("not all done");
  });
}

}  // namespace
}  // namespace napisan::explore
