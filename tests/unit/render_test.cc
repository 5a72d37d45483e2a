// Renderings of reports.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "checker/render_escape.h"
#include "checker/render_json.h"
#include "checker/render_sarif.h"
#include "checker/render_text.h"
#include "checker/render_trace.h"
#include "checker/render_words.h"

namespace napisan::checker {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

CodeLocation At(const char* function, const char* file, int line) {
  CodeLocation location;
  location.function = function;
  location.file = file;
  location.line = line;
  location.image = "/opt/double_delete.node";
  location.offset = 4567 + static_cast<uint64_t>(line);
  return location;
}

HistoryEntry Past(Event event, const char* function, Situation situation, CodeLocation at) {
  HistoryEntry entry;
  entry.event = event;
  entry.function = function;
  entry.situation = std::move(situation);
  entry.at.push_back(std::move(at));
  return entry;
}

// The example of the report's contract.
Report DoubleDelete() {
  const char* file = "examples/misuse/double_delete.cc";
  Situation in_call{.thread = "main agent", .phase = Phase::kCall, .subject = "asyncWork()"};
  Situation in_complete{.thread = "main agent", .phase = Phase::kComplete, .subject = "work #17"};
  Situation on_worker{.thread = "worker 2", .phase = Phase::kExecute, .subject = "work #17"};
  Report report;
  report.rule = RuleId::WorkDoubleDelete;
  report.message = "work #17 is deleted again";
  report.function = "napi_delete_async_work";
  report.argument = "work";
  report.module = "double_delete.node";
  report.env = 1;
  report.situation = in_complete;
  report.action = Action::kRefused;
  report.object = {.kind = "async_work", .word = "work", .id = 17, .name = "AsyncCallback"};
  report.profile = "node24";
  report.at.push_back(At("CompleteCB", file, 31));
  report.history = {
      Past(Event::Create, "napi_create_async_work", in_call, At("AsyncWork", file, 44)),
      Past(Event::Queue, "napi_queue_async_work", in_call, At("AsyncWork", file, 46)),
      Past(Event::ExecuteEnd, nullptr, on_worker, At("ExecuteCB", file, 18)),
      Past(Event::Delete, "napi_delete_async_work", in_complete, At("CompleteCB", file, 30)),
  };
  report.history[2].duration_ns = 1'200'000;
  return report;
}

std::string WholeText(const Report& report) {
  TextStyle style{.pid = 4711};
  return RenderText(report, style) + RenderSummary(report, style);
}

TEST(RenderText, TheExampleOfTheContractComesOutAsItStands) {
  EXPECT_EQ(
      WholeText(DoubleDelete()),
      "==4711==ERROR: napisan: async-work/double-delete: work #17 \"AsyncCallback\" is deleted "
      "again\n"
      "    napi_delete_async_work(env, work)   main agent, in complete of work #17\n"
      "    #0 CompleteCB examples/misuse/double_delete.cc:31\n"
      "  created   main agent, in asyncWork()           AsyncWork  double_delete.cc:44\n"
      "  queued    main agent                           AsyncWork  double_delete.cc:46\n"
      "  executed  worker 2, 1.2 ms                     ExecuteCB  double_delete.cc:18\n"
      "  deleted   main agent, in complete              CompleteCB double_delete.cc:30\n"
      "  A work is deleted exactly once. The second delete is undefined behaviour: Node 20 to 26 "
      "crash, or free someone else's work.\n"
      "  Fix: delete it in complete only, and set your pointer to null.      More: napisan explain "
      "async-work/double-delete\n"
      "SUMMARY: napisan: async-work/double-delete double_delete.cc:31 in CompleteCB\n");
}

TEST(RenderText, TheNameOfATemplateMovesNoOtherRow) {
  Report report = DoubleDelete();
  report.history[1].at[0].function = std::string(200, 'T');
  std::string text = RenderText(report, {.pid = 1, .color = false});
  EXPECT_THAT(text, HasSubstr(std::string(200, 'T') + " double_delete.cc:"));
  EXPECT_THAT(text, Not(HasSubstr(std::string(60, ' '))));
}

TEST(RenderText, KindsHaveTheirWords) {
  Report report = DoubleDelete();
  report.rule = RuleId::WorkLeaked;
  EXPECT_THAT(WholeText(report), HasSubstr("==4711==LEAK: napisan: async-work/leaked: "));
  report.rule = RuleId::WorkRequeue;
  EXPECT_THAT(WholeText(report), HasSubstr("==4711==WARNING: napisan: "));
  report.rule = RuleId::CallWhilePending;
  EXPECT_THAT(WholeText(report), HasSubstr("==4711==WARNING: napisan: "));
}

TEST(RenderText, TheOpenHarmonyProfileQuotesItsSourceAndPortabilityRulesQuoteBoth) {
  Report report = DoubleDelete();
  // A variant of it, too.
  for (const char* profile : {"openharmony", "openharmony:cancel_status=guide"}) {
    report.profile = profile;
    EXPECT_THAT(
        WholeText(report),
        HasSubstr("  A work is deleted exactly once. OpenHarmony: No check; the work is freed "
                  "twice (from its source, not run on a device).\n"));
  }
  report.profile = "node24";
  report.rule = RuleId::WorkRequeue;
  EXPECT_THAT(WholeText(report), HasSubstr("Works today"));
  EXPECT_THAT(WholeText(report), HasSubstr("OpenHarmony: Not checked"));
}

TEST(RenderText, AHostSideRuleSaysThatTheHostIsAtFault) {
  Report report = DoubleDelete();
  EXPECT_THAT(WholeText(report), Not(HasSubstr("host is at fault")));
  report.rule = RuleId::HostCompleteTwice;
  EXPECT_THAT(WholeText(report), HasSubstr("The host is at fault here, not the module.\n"));
}

TEST(RenderText, WithoutSymbolsImageAndOffsetRemain) {
  Report report;
  report.rule = RuleId::HandleForged;
  report.message = "0x1234 is no handle";
  report.situation.thread = "thread 3";
  report.at.emplace_back();
  report.at[0].image = "/opt/x.node";
  report.at[0].offset = 0x1d7;
  std::string text = WholeText(report);
  EXPECT_THAT(text, HasSubstr("\n    thread 3\n    #0 (x.node+0x1d7)\n  A handle is"));
  EXPECT_THAT(text, HasSubstr("SUMMARY: napisan: handle/forged x.node+0x1d7\n"));
  report.at.clear();
  EXPECT_THAT(WholeText(report), HasSubstr("SUMMARY: napisan: handle/forged\n"));
}

TEST(RenderText, AlsoAndScheduleHaveLines) {
  Report report = DoubleDelete();
  report.also = {RuleId::HandleForged, RuleId::EnvWrongThread};
  report.schedule = "e1 c1";
  EXPECT_THAT(WholeText(report),
              HasSubstr("\n  Also: handle/forged, env/wrong-thread\n  Schedule: e1 c1\n"));
}

TEST(RenderText, ColoursFrameTheFirstAndTheLastLineOnly) {
  std::string text = RenderText(DoubleDelete(), {.pid = 1, .color = true});
  EXPECT_EQ(text.find("\x1b[1;31m==1==ERROR"), 0u);
  EXPECT_EQ(text.rfind('\x1b'), text.find("\x1b[0m\n"));
  EXPECT_THAT(RenderText(DoubleDelete(), {.pid = 1}), Not(HasSubstr("\x1b")));
}

TEST(RenderText, NamesOfAModuleCannotActOnTheTerminal) {
  Report report = DoubleDelete();
  report.object.name = "a\x1b[2J\n\xff\u202e\u00e4";
  std::string text = WholeText(report);
  EXPECT_THAT(text,
              HasSubstr("work #17 \"a\\x1b[2J\\x0a\\xff\\u{202e}\u00e4\" is deleted again\n"));
}

TEST(RenderWords, CallsNameTheArgumentAtFault) {
  Report report;
  auto call = [&report](const char* function, const char* argument) {
    report.function = function;
    report.argument = argument;
    return CallPhrase(report);
  };
  EXPECT_EQ(call("napi_delete_async_work", "work"), "napi_delete_async_work(env, work)");
  EXPECT_EQ(call("napi_delete_async_work", "env"), "napi_delete_async_work(env, …)");
  EXPECT_EQ(call("napi_escape_handle", "escapee"), "napi_escape_handle(env, escapee, …)");
  EXPECT_EQ(call("napi_ref_threadsafe_function", "func"),
            "napi_ref_threadsafe_function(env, func)");
  EXPECT_EQ(call("napi_call_threadsafe_function", "func"),
            "napi_call_threadsafe_function(func, …)");
  EXPECT_EQ(call("napi_create_object", nullptr), "napi_create_object(env, …)");
  EXPECT_EQ(call("not_in_the_table", nullptr), "not_in_the_table(…)");
}

TEST(RenderWords, TheNameIsNotSaidTwiceAndNotOfAnotherObject) {
  Report report = DoubleDelete();
  report.message = "work #17 \"AsyncCallback\" is deleted again";
  EXPECT_EQ(FullMessage(report), report.message);
  report.message = "work #170 is older than work #1";
  EXPECT_EQ(FullMessage(report), report.message);
}

TEST(RenderWords, DurationsHaveOneDigitAndAUnit) {
  EXPECT_EQ(DurationPhrase(999), "999 ns");
  EXPECT_EQ(DurationPhrase(1'500), "1.5 µs");
  EXPECT_EQ(DurationPhrase(2'000'000'000), "2.0 s");
}

TEST(RenderEscape, OnlyWellFormedUtf8Passes) {
  EXPECT_EQ(EscapeInvalidUtf8("a\u00e4\u20ac\U0001f600\n"), "a\u00e4\u20ac\U0001f600\n");
  EXPECT_EQ(EscapeInvalidUtf8("\xc0\x80"), "\\xc0\\x80");           // overlong
  EXPECT_EQ(EscapeInvalidUtf8("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(EscapeInvalidUtf8("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
  EXPECT_EQ(EscapeInvalidUtf8("x\xe2\x82"), "x\\xe2\\x82");  // cut off
  EXPECT_EQ(EscapeForTerminal(std::string_view("\0\x7f\xc2\x9b", 4)), "\\x00\\x7f\\u{9b}");
  EXPECT_EQ(EscapeForUri("/a b/ä%.cc"), "/a%20b/%C3%A4%25.cc");
}

TEST(RenderJson, TheLineHasExactlyTheFieldsOfTheContract) {
  std::string line = RenderJsonLine(DoubleDelete());
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  auto parsed = nlohmann::ordered_json::parse(line);
  std::vector<std::string> keys;
  for (const auto& [key, value] : parsed.items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("v", "rule", "kind", "side", "message", "function", "argument",
                                "module", "env", "thread", "phase", "action", "object", "also",
                                "count", "profile", "schedule", "at", "history"));
  json expected = {{"v", 1},
                   {"rule", "async-work/double-delete"},
                   {"kind", "error"},
                   {"side", "module"},
                   {"message", "work #17 \"AsyncCallback\" is deleted again"},
                   {"function", "napi_delete_async_work"},
                   {"argument", "work"},
                   {"module", "double_delete.node"},
                   {"env", 1},
                   {"thread", "main"},
                   {"phase", "complete"},
                   {"action", "refused"},
                   {"object", {{"kind", "async_work"}, {"id", 17}, {"name", "AsyncCallback"}}},
                   {"also", json::array()},
                   {"count", 1},
                   {"profile", "node24"},
                   {"schedule", nullptr},
                   {"at",
                    {{{"function", "CompleteCB"},
                      {"file", "examples/misuse/double_delete.cc"},
                      {"line", 31},
                      {"image", "/opt/double_delete.node"},
                      {"offset", 4598}}}}};
  json got = json::parse(line);
  json history = got["history"];
  got.erase("history");
  EXPECT_EQ(got, expected);
  ASSERT_EQ(history.size(), 4u);
  EXPECT_EQ(history[0]["event"], "created");
  EXPECT_EQ(history[0]["function"], "napi_create_async_work");
  EXPECT_EQ(history[0]["thread"], "main");
  EXPECT_EQ(history[0]["phase"], "call");
  EXPECT_EQ(history[0]["at"][0]["line"], 44);
  EXPECT_FALSE(history[0].contains("duration_ns"));
  EXPECT_EQ(history[2]["function"], nullptr);
  EXPECT_EQ(history[2]["thread"], "worker 2");
  EXPECT_EQ(history[2]["duration_ns"], 1'200'000);
}

TEST(RenderJson, AnyBytesInNamesStayParsable) {
  Report report = DoubleDelete();
  report.object.name = "\xff\"\n\x01";
  report.module = "\xc3";
  json got = json::parse(RenderJsonLine(report));
  EXPECT_EQ(got["object"]["name"], "\\xff\"\n\x01");
  EXPECT_EQ(got["module"], "\\xc3");
}

TEST(RenderSarif, TheLogHasWhatTheSchemaRequires) {
  SarifLog log;
  Report report = DoubleDelete();
  size_t first = log.Add(report);
  report.at[0] = At("Make", "/abs/ä b.cc", 9);
  report.rule = RuleId::WorkRequeue;
  log.Add(report);
  log.SetCount(first, 5);
  json got = json::parse(log.Render());
  EXPECT_EQ(got["version"], "2.1.0");
  ASSERT_EQ(got["runs"].size(), 1u);
  const json& driver = got["runs"][0]["tool"]["driver"];
  EXPECT_EQ(driver["name"], "napisan");
  ASSERT_EQ(driver["rules"].size(), static_cast<size_t>(kRuleCount));
  for (const json& rule : driver["rules"]) {
    EXPECT_FALSE(rule["id"].get<std::string>().empty());
    EXPECT_FALSE(rule["shortDescription"]["text"].get<std::string>().empty());
    EXPECT_FALSE(rule["help"]["text"].get<std::string>().empty());
  }
  const json& results = got["runs"][0]["results"];
  ASSERT_EQ(results.size(), 2u);
  for (const json& result : results) {
    EXPECT_EQ(driver["rules"][result["ruleIndex"].get<size_t>()]["id"], result["ruleId"]);
    EXPECT_FALSE(result["message"]["text"].get<std::string>().empty());
    EXPECT_EQ(result["codeFlows"][0]["threadFlows"][0]["locations"].size(), 5u);
  }
  EXPECT_EQ(results[0]["level"], "error");
  EXPECT_EQ(results[0]["occurrenceCount"], 5);
  EXPECT_EQ(results[1]["level"], "warning");
  const json& place = results[0]["locations"][0]["physicalLocation"];
  EXPECT_EQ(place["artifactLocation"]["uri"], "examples/misuse/double_delete.cc");
  EXPECT_EQ(place["region"]["startLine"], 31);
  EXPECT_EQ(results[1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            "file:///abs/%C3%A4%20b.cc");
}

TEST(RenderTrace, AReportAndItsHistoryAreInstantEventsInOrder) {
  std::string text = kTraceStart + RenderTrace(DoubleDelete(), 7, 1000);
  text.replace(text.rfind(','), 1, "]");  // what viewers do with a file that was cut off
  json events = json::parse(text);
  std::vector<std::string> names;
  uint64_t last = 0;
  for (const json& event : events) {
    EXPECT_EQ(event["pid"], 7);
    if (event["ph"] == "M") continue;
    EXPECT_EQ(event["ph"], "i");
    EXPECT_GT(event["ts"].get<uint64_t>(), last);
    last = event["ts"].get<uint64_t>();
    names.push_back(event["name"]);
  }
  EXPECT_EQ(last, 1000u);
  EXPECT_THAT(names, ElementsAre("created work #17", "queued work #17", "executed work #17",
                                 "deleted work #17", "async-work/double-delete"));
}

}  // namespace
}  // namespace napisan::checker
