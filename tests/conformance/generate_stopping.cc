// Every function while its env is stopping: in the complete callback of a work that was in flight,
// and in a finalizer that runs at teardown.

#include "generate.h"

namespace napisan::conformance {
namespace {

bool WantsInfo(const Recipe& recipe) {
  for (const Word& word : recipe.arguments) {
    if (word.kind == Word::Kind::kBare && word.text == "info") return true;
  }
  return false;
}

// In main: all that the call names is made, and kept where it is an object; `begin` makes the
// callback come. In the callback: what was kept is fetched, and the call made.
std::string ProgramOf(const Recipe& recipe, int version, const std::string& what,
                      const std::string& begin, const std::string& heading,
                      const std::string& end) {
  Writer writer(std::string("stopping/") + Info(recipe.function).name + "/" + what + "/v" +
                    std::to_string(version),
                version);
  writer.Calls(recipe.function);
  writer.Header("teardown after main");
  if (const char* reason = UndefinedReason(recipe.function, 0, what)) {
    writer.Header(std::string("undefined: ") + reason);
  }
  std::string call = CallText(recipe.function, recipe.arguments);
  // The work runs before anything that keeps the pool busy.
  if (what == "complete") writer.Add(begin);
  std::string scope;
  for (const Word& word : recipe.arguments) {
    if (!IsScope(word.text)) writer.MakeForCall("call " + TextOf(word));
    if (IsScope(word.text)) scope = word.text;
  }
  if (scope == "open_callback_scope") writer.Make("async_context");
  for (const std::string& line : recipe.afterwards) {
    if (scope.empty()) writer.MakeForCall(line);
  }
  std::vector<ValueKind> values = writer.MadeValues();
  for (const ValueKind& value : values) {
    if (value.primitive) continue;
    writer.AddRaw(std::string("napi_create_reference ") + value.name + " 1 >kept_" + value.name);
  }
  if (what == "finalizer") writer.Add(begin);
  writer.EndBlock("main");
  for (const ValueKind& value : values) {
    if (value.primitive) {
      writer.Make(value.name);
    } else {
      writer.AddRaw(std::string("napi_get_reference_value kept_") + value.name + " >" + value.name);
    }
  }
  if (!scope.empty()) {
    for (const ValueKind& value : values) writer.Assume(value.name);
    writer.Assume("async_context");
    writer.Make(scope);
  }
  writer.AddRaw(call);
  writer.AddRaw("napi_is_exception_pending >pending");
  for (const std::string& line : recipe.afterwards) writer.AddRaw(line);
  for (const ValueKind& value : values) {
    if (!value.primitive) writer.AddRaw(std::string("napi_delete_reference kept_") + value.name);
  }
  if (!end.empty()) writer.AddRaw(end);
  writer.EndBlock(heading);
  return writer.Text();
}

}  // namespace

void GenerateStopping(std::vector<std::string>& programs) {
  for (const Recipe& recipe : Recipes()) {
    if (WantsInfo(recipe)) continue;
    for (int version : {8, 10}) {
      programs.push_back(ProgramOf(recipe, version, "complete",
                                   "napi_create_async_work null string executing stopping "
                                   "stop_data >stop\nnapi_queue_async_work stop",
                                   "complete stopping", "napi_delete_async_work stop"));
      // It waits for works to complete, and this one waits for it.
      if (version != 8 || recipe.function == FunctionId::napi_cancel_async_work) continue;
      programs.push_back(ProgramOf(recipe, version, "finalizer",
                                   "napi_create_external stop_data stopping null >stop",
                                   "finalize stopping", ""));
    }
  }
}

}  // namespace napisan::conformance
