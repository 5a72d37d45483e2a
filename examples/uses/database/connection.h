// A connection to a database, and the jobs that use it: one at a time, in the order of the calls.
//
// It belongs to its JavaScript object, whose finalizer deletes it. Each job that uses it keeps that
// object alive by a reference until it is settled.
//
// Threads: sqlite() is for the job that runs, on whichever worker; all else is the env's thread's.
#pragma once

#include <sqlite3.h>

#include <deque>
#include <string>

#include "common/job.h"

namespace uses {

class Connection {
 public:
  Connection() = default;
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { sqlite3_close(sqlite_); }

  // On a worker; these throw a Failure.
  void Open(const std::string& path);
  void Close();
  [[noreturn]] void Fail() const;
  sqlite3* sqlite() const { return sqlite_; }

  // Its turn comes when all before it are settled.
  void Enqueue(napi_env env, Job* job);
  // The job that had its turn is settled.
  void Next(napi_env env);

  // From the call of close() on, nothing more is taken.
  bool closing() const { return closing_; }
  void set_closing() { closing_ = true; }

 private:
  void StartNext(napi_env env);

  sqlite3* sqlite_ = nullptr;
  std::deque<Job*> waiting_;  // They belong to the Jobs of the env.
  bool running_ = false;
  bool starting_ = false;  // StartNext is on the stack.
  bool closing_ = false;
};

}  // namespace uses
