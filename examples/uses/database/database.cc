// Database: SQLite, whose statements run in works; a connection is a JavaScript object.
//
// index.d.ts tells what it exports; what the works share is in common/job.h.
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "common/arguments.h"
#include "common/job.h"
#include "common/reference.h"
#include "database/connection.h"
#include "database/values.h"

namespace {

using uses::Arguments;
using uses::Connection;
using uses::Failure;
using uses::Job;
using uses::Jobs;
using uses::Rows;
using uses::Value;

constexpr napi_type_tag kDatabase = {0x6e61706973616e00, 0x6461746162617365};

// What the env has beside its jobs.
class Instance : public Jobs {
 public:
  static Instance& Of(napi_env env) { return static_cast<Instance&>(Jobs::Of(env)); }

  uses::Reference constructor;
  std::unique_ptr<Connection> opened;  // For the constructor, while Open's Result calls it.
};

class Open : public Job {
 public:
  explicit Open(std::string path)
      : Job("open"), path_(std::move(path)), connection_(std::make_unique<Connection>()) {}

 private:
  void Execute(size_t) override { connection_->Open(path_); }

  napi_value Result(napi_env env) override {
    Instance& instance = Instance::Of(env);
    napi_value object = nullptr;
    instance.opened = std::move(connection_);
    napi_new_instance(env, instance.constructor.Value(), 0, nullptr, &object);
    instance.opened.reset();  // It is still there where JavaScript may not run any more.
    return object;
  }

  const std::string path_;
  std::unique_ptr<Connection> connection_;
};

// Prepares and runs one statement; cancelling makes SQLite stop.
class Statement : public Job {
 protected:
  Statement(const char* name, Connection& connection, std::string sql, std::vector<Value> values)
      : Job(name), connection_(connection), sql_(std::move(sql)), values_(std::move(values)) {}

  virtual void OnRow(sqlite3_stmt* statement) = 0;
  // `changes` of rows, those of triggers included.
  virtual void OnEnd(sqlite3_stmt* statement, int changes) = 0;

 private:
  static constexpr int kStepsBetweenLooks = 1000;

  void Execute(size_t) override {
    sqlite3* sqlite = connection_.sqlite();
    auto cancelled = [](void* job) { return static_cast<Statement*>(job)->Cancelled() ? 1 : 0; };
    sqlite3_progress_handler(sqlite, kStepsBetweenLooks, cancelled, this);
    sqlite3_stmt* prepared = nullptr;
    const char* rest = nullptr;
    int code = sqlite3_prepare_v2(sqlite, sql_.data(), int(sql_.size()), &prepared, &rest);
    std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> statement(prepared, sqlite3_finalize);
    if (code != SQLITE_OK) connection_.Fail();
    if (statement == nullptr) throw Failure{"SQLITE_MISUSE", "there is no statement"};
    if (rest != sql_.data() + sql_.size()) {
      throw Failure{"SQLITE_MISUSE", "there is more than one statement"};
    }
    if (size_t(sqlite3_bind_parameter_count(prepared)) != values_.size()) {
      throw Failure{"SQLITE_RANGE", "there are not as many values as parameters"};
    }
    for (size_t i = 0; i < values_.size(); ++i) {
      if (uses::Bind(prepared, int(i) + 1, values_[i]) != SQLITE_OK) connection_.Fail();
    }
    const int changes_before = sqlite3_total_changes(sqlite);
    while ((code = sqlite3_step(prepared)) == SQLITE_ROW) OnRow(prepared);
    if (code != SQLITE_DONE) connection_.Fail();
    OnEnd(prepared, sqlite3_total_changes(sqlite) - changes_before);
  }

  void Settled(napi_env env) override { connection_.Next(env); }

  Connection& connection_;  // Its object is kept.
  const std::string sql_;
  const std::vector<Value> values_;
};

class Run : public Statement {
 public:
  Run(Connection& connection, std::string sql, std::vector<Value> values)
      : Statement("run", connection, std::move(sql), std::move(values)) {}

 private:
  void OnRow(sqlite3_stmt*) override {}

  void OnEnd(sqlite3_stmt*, int changes) override { changes_ = changes; }

  napi_value Result(napi_env env) override {
    napi_value changes = nullptr;
    napi_create_int32(env, changes_, &changes);
    return changes;
  }

  int changes_ = 0;
};

class All : public Statement {
 public:
  All(Connection& connection, std::string sql, std::vector<Value> values)
      : Statement("all", connection, std::move(sql), std::move(values)) {}

 private:
  void OnRow(sqlite3_stmt* statement) override {
    std::vector<Value>& row = rows_.rows.emplace_back();
    const int count = sqlite3_column_count(statement);
    for (int i = 0; i < count; ++i) row.push_back(uses::ReadColumn(statement, i));
  }

  void OnEnd(sqlite3_stmt* statement, int) override {
    const int count = sqlite3_column_count(statement);
    for (int i = 0; i < count; ++i) rows_.names.emplace_back(sqlite3_column_name(statement, i));
  }

  napi_value Result(napi_env env) override { return ArrayOf(env, rows_); }

  Rows rows_;
};

class Close : public Job {
 public:
  explicit Close(Connection& connection) : Job("close"), connection_(connection) {}

 private:
  void Execute(size_t) override { connection_.Close(); }

  napi_value Result(napi_env env) override {
    napi_value undefined = nullptr;
    napi_get_undefined(env, &undefined);
    return undefined;
  }

  void Settled(napi_env env) override { connection_.Next(env); }

  Connection& connection_;
};

// --- What JavaScript calls ---

napi_value CallOpen(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::string path;
  if (!arguments.String(0, "path", path)) return nullptr;
  return Job::Start(env, std::make_unique<Open>(std::move(path)));
}

napi_value Construct(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::unique_ptr<Connection> connection = std::move(Instance::Of(env).opened);
  if (connection == nullptr) {
    napi_throw_type_error(env, nullptr, "a Database is made by open()");
    return nullptr;
  }
  auto finalize = [](napi_env, void* data, void*) { delete static_cast<Connection*>(data); };
  napi_value object = arguments.receiver();
  if (napi_type_tag_object(env, object, &kDatabase) != napi_ok ||
      napi_wrap(env, object, connection.get(), finalize, nullptr, nullptr) != napi_ok) {
    napi_throw_error(env, nullptr, "the connection cannot be kept");
    return nullptr;
  }
  connection.release();
  return object;
}

// The receiver's, or null with a TypeError.
Connection* ConnectionOf(const Arguments& arguments) {
  bool is_database = false;
  void* data = nullptr;
  if (napi_check_object_type_tag(arguments.env(), arguments.receiver(), &kDatabase, &is_database) !=
          napi_ok ||
      !is_database || napi_unwrap(arguments.env(), arguments.receiver(), &data) != napi_ok) {
    arguments.Wrong("this", "a Database");
    return nullptr;
  }
  auto* connection = static_cast<Connection*>(data);
  if (!connection->closing()) return connection;
  napi_throw_error(arguments.env(), "SQLITE_MISUSE", "the database is closed");
  return nullptr;
}

// The promise of a job that has to wait for its turn.
napi_value Enqueue(const Arguments& arguments, Connection& connection, std::unique_ptr<Job> job) {
  Job* waiting = job.get();
  if (!job->Keep(arguments.env(), arguments.receiver())) {
    napi_throw_error(arguments.env(), nullptr, "the database cannot be kept");
    return nullptr;
  }
  napi_value promise = Job::Promise(arguments.env(), std::move(job));
  if (promise != nullptr) connection.Enqueue(arguments.env(), waiting);
  return promise;
}

template <typename Kind>
napi_value CallStatement(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::string sql;
  std::vector<Value> values;
  Connection* connection = ConnectionOf(arguments);
  if (connection == nullptr || !arguments.String(0, "sql", sql) ||
      !ReadValues(arguments, 1, values)) {
    return nullptr;
  }
  return Enqueue(arguments, *connection,
                 std::make_unique<Kind>(*connection, std::move(sql), std::move(values)));
}

napi_value CallClose(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  Connection* connection = ConnectionOf(arguments);
  if (connection == nullptr) return nullptr;
  napi_value promise = Enqueue(arguments, *connection, std::make_unique<Close>(*connection));
  if (promise != nullptr) connection->set_closing();
  return promise;
}

napi_value Init(napi_env env, napi_value exports) {
  auto instance = std::make_unique<Instance>();
  uses::Reference& constructor = instance->constructor;
  napi_value made = nullptr;
  const napi_property_descriptor methods[] = {
      uses::Method("run", CallStatement<Run>),
      uses::Method("all", CallStatement<All>),
      uses::Method("close", CallClose),
  };
  if (napi_define_class(env, "Database", NAPI_AUTO_LENGTH, Construct, nullptr, std::size(methods),
                        methods, &made) != napi_ok ||
      !constructor.Make(env, made) || !Jobs::Install(env, std::move(instance))) {
    return nullptr;
  }
  const napi_property_descriptor properties[] = {
      {"Database", nullptr, nullptr, nullptr, nullptr, made, napi_enumerable, nullptr},
      uses::Method("open", CallOpen),
      uses::Method("cancel", Jobs::Cancel),
  };
  napi_define_properties(env, exports, std::size(properties), properties);
  return exports;
}

}  // namespace

USES_MODULE(database, Init)
