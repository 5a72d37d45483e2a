// A program of somebody else's: a work that is deleted once too often, and the report of it.
#include <cstdio>
#include <string>

#include <napisan/host.h>
#include <napisan/reports.h>

namespace {

int completed = 0;
napi_async_work work = nullptr;

void Execute(napi_env, void*) {}
void Complete(napi_env env, napi_status, void*) {
  ++completed;
  napi_delete_async_work(env, work);
  napi_delete_async_work(env, work);
}

}  // namespace

int main() {
  int reports = 0;
  std::string rule;
  struct Seen {
    int& reports;
    std::string& rule;
  } seen{reports, rule};
  napisan::SetReportListener(
      [](const napisan::ReportInfo& report, void* context) {
        auto& told = *static_cast<Seen*>(context);
        ++told.reports;
        told.rule = report.rule;
      },
      &seen);
  napisan::HostAgent agent({});
  napisan::HostAgent::ModuleRef module = 0;
  std::string error;
  if (!agent.Add("program", nullptr, 8, module, error)) return 1;
  agent.Run(module, [](napi_env env) {
    napi_value name = nullptr;
    napi_create_string_utf8(env, "work", NAPI_AUTO_LENGTH, &name);
    napi_create_async_work(env, nullptr, name, Execute, Complete, nullptr, &work);
    napi_queue_async_work(env, work);
  });
  agent.RunLoop();
  agent.Teardown();
  std::printf("completed %d, reports %d: %s\n", completed, reports, rule.c_str());
  return 0;
}
