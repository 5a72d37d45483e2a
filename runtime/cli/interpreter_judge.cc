// What the interpreter says to a statement: before it runs, whether what it names is there; and
// after it ran, whether what came of it is what the script expects.

#include <algorithm>

#include "cli/equal.h"
#include "cli/interpreter.h"
#include "host/objects.h"
#include "host/strings.h"

namespace napisan::cli {
namespace {

using host::Value;

// Deeper than outcomes are printed: what is not as expected may be far down.
constexpr int kJudgedDepth = 8;

// "a.b.c", of the first `count` steps.
std::string Spell(const Path& path, size_t count) {
  std::string text;
  for (size_t i = 0; i < count && i < path.steps.size(); ++i) {
    text += (i > 0 ? "." : "") + path.steps[i];
  }
  return text;
}

}  // namespace

std::string Interpreter::Place(size_t statement, size_t at, const std::string& message) const {
  std::string text = Explain(plan_.TextOf(statement), {at, message});
  return plan_.is_script() ? text : "--call: " + text;
}

Interpreter::Result Interpreter::Bad(size_t at, const std::string& message) {
  observer_.OnError(Place(current_, at, message));
  status_ = kUsage;
  ended_ = true;
  return {};
}

void Interpreter::FailAt(size_t statement, size_t at, const std::string& message) {
  FailWithoutPlace(Place(statement, at, message));
}

void Interpreter::FailWithoutPlace(const std::string& message) {
  observer_.OnFailure(message);
  if (status_ == kOk) status_ = kFailed;
}

std::string Interpreter::NoFunction(const Path& path, size_t reached, bool found) {
  bool of_export = !path.of_result && path.steps[0] != "exports" && path.steps[0] != "globalThis";
  if (of_export) {
    if (plan_.module.empty()) {
      return "there is no " + path.steps[0] + ": no MODULE was given, and no earlier line makes it";
    }
    std::string missing = Spell(path, found ? path.steps.size() : std::max<size_t>(reached, 1));
    return plan_.module + " exports no function " + missing +
           "; it exports: " + scope_.PropertyNames(scope_.exports());
  }
  Path holder = path;
  holder.steps.resize(reached == 0 ? 0 : reached - 1);
  std::string text = Spell(path, found ? path.steps.size() : reached) +
                     (found ? " is no function" : " is undefined or null");
  if (holder.steps.empty()) return text;
  Value value;
  Value owner;
  size_t depth = 0;
  bool held = scope_.Find(holder, value, owner, depth);
  if (value.IsHole()) agent_.TakeException();
  if (!held || !host::IsObject(value)) return text;
  return text + "; " + Spell(holder, holder.steps.size()) + " has: " + scope_.PropertyNames(value);
}

bool Interpreter::CheckPath(const Statement& statement) {
  if (statement.path.steps.empty() || statement.path.of_result) return true;
  bool called =
      statement.kind == Statement::Kind::kCall || statement.kind == Statement::Kind::kConstruct;
  Value value;
  Value owner;
  size_t reached = 0;
  bool found = scope_.Find(statement.path, value, owner, reached);
  // A getter that throws leads nowhere either; it may do better when its turn comes.
  if (value.IsHole()) {
    agent_.TakeException();
    return true;
  }
  if (found && (!called || host::IsFunction(value))) return true;
  std::string message = NoFunction(statement.path, reached, found);
  if (plan_.is_script()) {
    Bad(statement.path.at[0], message);
  } else {
    observer_.OnError(message);
    status_ = kUsage;
    ended_ = true;
  }
  return false;
}

bool Interpreter::CheckName(const Statement& statement, const std::string& name) {
  if (name.empty()) return true;
  bool is_export = scope_.IsExport(name);
  if (!is_export && !scope_.IsGlobal(name)) return true;
  Bad(statement.at, "'" + name + "' is " +
                        (is_export ? "an export of the module" : "JavaScript's own") +
                        "; take another name");
  return false;
}

bool Interpreter::CheckNames(const Statement& statement, const Literal& literal) {
  bool names = literal.kind == Literal::Kind::kCallback;
  if (names && !CheckName(statement, literal.text)) return false;
  for (const Literal& item : literal.items) {
    if (!CheckNames(statement, item)) return false;
  }
  return true;
}

Value Interpreter::Resolve(const Path& path) {
  Value value;
  Value owner;
  size_t reached = 0;
  bool found = scope_.Find(path, value, owner, reached);
  if (value.IsHole()) {
    Value exception = agent_.TakeException();
    Bad(path.at[0], "a getter threw " + host::Inspect(agent_, exception));
    return Value::Hole();
  }
  if (found) return value;
  Bad(path.at[reached == 0 ? 0 : reached - 1], NoFunction(path, reached, found));
  return Value::Hole();
}

bool Interpreter::Passes(const Statement& statement, Value value, std::string& wanted) {
  if (statement.check == Statement::Check::kNone) return true;
  if (statement.check == Statement::Check::kHas) {
    const std::string& text = statement.checked.text;
    wanted = "something with '" + text + "' in it";
    // A string's own text, not the escaped one that is printed.
    std::string printed =
        host::IsString(value) ? host::ToUtf8(*host::AsString(value)) : host::Inspect(agent_, value);
    return printed.find(text) != std::string::npos;
  }
  Value expected = MakeValue(agent_, statement.checked, *this);
  if (expected.IsHole()) return true;
  wanted = host::Inspect(agent_, expected, kJudgedDepth);
  return DeepEqual(agent_, value, expected);
}

void Interpreter::Judge(const Statement& statement, const Result& result) {
  if (result.kind == Result::Kind::kBad) return;
  std::string shown = host::Inspect(agent_, result.value, kJudgedDepth);
  bool threw = result.kind == Result::Kind::kThrew;
  if (result.kind == Result::Kind::kNever) {
    if (!plan_.is_script()) return;
    Fail(statement.at, "what is awaited never comes: the loop is idle");
    ended_ = true;
  } else if (statement.expect == Statement::Expect::kThrows && !threw) {
    Fail(statement.at, "an exception is expected, and it gave " + shown);
  } else if (statement.expect == Statement::Expect::kValue && threw) {
    Fail(statement.at, "a value is expected, and it threw " + shown);
  } else if (statement.expect != Statement::Expect::kNothing) {
    std::string wanted;
    if (!Passes(statement, result.value, wanted)) {
      Fail(statement.at, "expected " + wanted + ", and it is " + shown);
    }
  } else if (threw && plan_.is_script()) {
    Fail(statement.at, "it threw " + shown + "; write expect throws where it should");
    ended_ = true;
  }
}

}  // namespace napisan::cli
