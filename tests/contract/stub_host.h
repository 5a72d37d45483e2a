// A host of a few functions, all of them under the test's thumb: works are executed and completed
// when, where and as often as the test says. It proves that the checker needs no host but a table.
//
// Threads: the one that made it, but for Execute and Complete, which run where they are called.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "../rules/twins.h"
#include "api/host_table.h"
#include "checker/checker.h"
#include "napisan/reports.h"

extern "C" {
#define FUNCTION(name, since, thread, pending, basic, event) \
  extern decltype(&::name) const napisan_thunk_##name;
#include "api/functions.def"
}

namespace napisan {

// What a module calls: the checker's own functions, as the checked front reaches them.
inline HostTable Checked() {
  HostTable table;
#define FUNCTION(name, since, thread, pending, basic, event) table.name = napisan_thunk_##name;
#include "api/functions.def"
  return table;
}

// A function that this host does not have: null where it could not even say so.
template <class Signature>
struct Absent {
  static constexpr std::nullptr_t Call = nullptr;
};
template <class... Arguments>
struct Absent<napi_status(Arguments...)> {
  static napi_status Call(Arguments...) { return napi_generic_failure; }
};

// The host's side of one work. The tests make one at a time.
struct StubWork {
  napi_async_execute_callback execute;
  napi_async_complete_callback complete;
  void* data;
};

class StubHost : public testing::Test, public Twins {
 protected:
  StubHost() {
    static const bool in_front = [] {
      checker::PutInFront(Table());
      return true;
    }();
    EXPECT_TRUE(in_front);
    ResetReports();
    SetReportPrinting(false);
    SetReportListener(
        [](const ReportInfo& report, void* context) {
          auto* self = static_cast<StubHost*>(context);
          self->rules_.emplace_back(report.rule);
          self->sides_.emplace_back(report.side);
          self->NoteReport(report.rule);
        },
        this);
    env_ = checker::AdmitEnv(host_env(), "stub_module", 8);
  }
  ~StubHost() override {
    checker::DismissEnv(host_env());
    SetReportListener(nullptr, nullptr);
    EXPECT_THAT(Reports(), testing::IsEmpty()) << "reports that the test did not expect";
    Judge();
  }

  // What the module has of its env.
  napi_env env() const { return env_; }
  // The host's own; the checker compares it and hands it back, no more.
  napi_env host_env() { return reinterpret_cast<napi_env>(this); }

  void Execute() { work.execute(host_env(), work.data); }
  void Complete(napi_status status) {
    NoteRun();
    work.complete(host_env(), status, work.data);
  }

  // The rules reported since the last time, in order, and who broke each.
  std::vector<std::string> Reports() { return std::exchange(rules_, {}); }
  std::vector<std::string> Sides() { return std::exchange(sides_, {}); }

  static inline StubWork work;

 private:
  static HostTable Table() {
    HostTable table;
#define FUNCTION(name, since, thread, pending, basic, event) \
  table.name = Absent<decltype(::name)>::Call;
#include "api/functions.def"
    table.napi_add_env_cleanup_hook = [](napi_env, napi_cleanup_hook, void*) { return napi_ok; };
    table.napi_create_async_work =
        [](napi_env, napi_value, napi_value, napi_async_execute_callback execute,
           napi_async_complete_callback complete, void* data, napi_async_work* result) {
          work = {execute, complete, data};
          *result = reinterpret_cast<napi_async_work>(&work);
          return napi_ok;
        };
    auto accept = [](napi_env, napi_async_work given) {
      return given == reinterpret_cast<napi_async_work>(&work) ? napi_ok : napi_invalid_arg;
    };
    table.napi_queue_async_work = accept;
    table.napi_cancel_async_work = accept;
    table.napi_delete_async_work = accept;
    return table;
  }

  napi_env env_ = nullptr;
  std::vector<std::string> rules_;
  std::vector<std::string> sides_;
};

}  // namespace napisan
