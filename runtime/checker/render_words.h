// Words and phrases that several renderings of a report share.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "checker/report.h"

namespace napisan::checker {

// The report's sentence, with the object's name after its number where the message lacks it:
// work #17 "AsyncCallback" is deleted again. Not escaped.
std::string FullMessage(const Report& report);

// "in complete of work #17", "in asyncWork()", "in a cleanup hook"; empty outside any callback.
// A subject that is the report's own object goes without saying: "in complete".
std::string SituationPhrase(const Situation& situation, const ObjectSummary* object);

// "napi_delete_async_work(env, work)": the call with the argument at fault, "…" for the others.
std::string CallPhrase(const Report& report);

// What the rule says, what happens when it is broken on the report's profile, and who is at fault.
std::string RulePhrase(const Report& report);

// "1.2 ms".
std::string DurationPhrase(uint64_t duration_ns);

std::string_view BaseName(std::string_view path);

// "double_delete.cc:31", or "double_delete.node+0x1d7" where the line is not known.
std::string ShortPlace(const CodeLocation& location);

// How many columns a text takes on a terminal, one a code point.
size_t Columns(std::string_view text);

}  // namespace napisan::checker
