#include "database/connection.h"

#include <utility>

namespace uses {
namespace {

const char* NameOf(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
      return "SQLITE_BUSY";
    case SQLITE_CANTOPEN:
      return "SQLITE_CANTOPEN";
    case SQLITE_CONSTRAINT:
      return "SQLITE_CONSTRAINT";
    case SQLITE_FULL:
      return "SQLITE_FULL";
    case SQLITE_MISUSE:
      return "SQLITE_MISUSE";
    case SQLITE_NOTADB:
      return "SQLITE_NOTADB";
    case SQLITE_RANGE:
      return "SQLITE_RANGE";
    case SQLITE_READONLY:
      return "SQLITE_READONLY";
    default:
      return "SQLITE_ERROR";
  }
}

}  // namespace

void Connection::Open(const std::string& path) {
  // Jobs take turns, and the queue of works hands over what they did: SQLite needs no lock.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  if (sqlite3_open_v2(path.c_str(), &sqlite_, flags, nullptr) != SQLITE_OK) Fail();
  sqlite3_busy_timeout(sqlite_, 5000);
}

void Connection::Close() {
  if (sqlite3_close(sqlite_) != SQLITE_OK) Fail();
  sqlite_ = nullptr;
}

void Connection::Fail() const {
  if (sqlite_ == nullptr) throw Failure{"ENOMEM", "out of memory"};
  throw Failure{NameOf(sqlite3_errcode(sqlite_)), sqlite3_errmsg(sqlite_)};
}

void Connection::Enqueue(napi_env env, Job* job) {
  waiting_.push_back(job);
  StartNext(env);
}

void Connection::Next(napi_env env) {
  running_ = false;
  StartNext(env);
}

// A job that was cancelled while it waited is settled by Queue itself, which calls Next: the loop
// takes the one after it, and a thousand of them need no deeper stack.
void Connection::StartNext(napi_env env) {
  if (starting_) return;
  starting_ = true;
  while (!running_ && !waiting_.empty()) {
    Job* job = waiting_.front();
    waiting_.pop_front();
    running_ = true;
    job->Queue(env);
  }
  starting_ = false;
}

}  // namespace uses
