#include "cli/run_agents.h"

#include "cli/literal.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::cli {
namespace {

using host::Value;

// Data has neither.
class NoContext final : public LiteralContext {
 public:
  Value Callback(const std::string&) override { return Value::Undefined(); }
  Value Resolve(const Path&) override { return Value::Undefined(); }
};

bool IsCall(const Statement& statement) {
  return statement.kind == Statement::Kind::kCall || statement.kind == Statement::Kind::kConstruct;
}

// "123, 456", or nothing.
std::string TextOf(host::Agent& agent, const Statement& statement, Value array) {
  host::AutoScope scope(agent.handles());
  std::vector<Value> received = ItemsOf(agent, array);
  std::string text;
  for (size_t i = 0; i < received.size(); ++i) {
    if (!IsData(statement.arguments[i])) continue;
    text += (text.empty() ? "" : ", ") + host::Inspect(agent, received[i]);
  }
  return text;
}

}  // namespace

std::vector<Value> ItemsOf(host::Agent& agent, Value array) {
  std::vector<Value> items;
  for (uint32_t i = 0; i < host::ArrayLength(*host::AsObject(array)); ++i) {
    items.push_back(host::Get(agent, array, host::AsObject(array), host::Key::Of(i)));
    agent.handles().Push(items.back());
  }
  return items;
}

Value ArrayOf(host::Agent& agent, const std::vector<Value>& items) {
  host::Object* array = host::NewArray(agent);
  agent.handles().Push(Value::Of(array));
  for (uint32_t i = 0; i < items.size(); ++i) {
    host::Set(agent, array, host::Key::Of(i), items[i]);
  }
  return Value::Of(array);
}

std::vector<Value> DataOf(host::Agent& agent, const RunPlan& plan) {
  std::vector<Value> all;
  NoContext context;
  for (const Statement& statement : plan.statements) {
    std::vector<Value> values;
    for (const Literal& literal : statement.arguments) {
      bool data = IsCall(statement) && IsData(literal);
      values.push_back(data ? MakeValue(agent, literal, context) : Value::Undefined());
      agent.handles().Push(values.back());
    }
    all.push_back(ArrayOf(agent, values));
  }
  return all;
}

Interpreter::Result RunReceived(const RunPlan& plan, host::Agent& agent, Interpreter& interpreter,
                                const char* thread, const std::vector<Value>& data,
                                RunObserver& observer) {
  Interpreter::Result result;
  for (size_t i = 0; i < data.size() && !interpreter.ended() && agent.can_run_js(); ++i) {
    const Statement& statement = plan.statements[i];
    std::string text = IsCall(statement) ? TextOf(agent, statement, data[i]) : "";
    if (!text.empty()) {
      observer.OnOutcome(i, std::string(thread) + " thread received data: " + text);
    }
    result = interpreter.RunOne(i, data[i]);
  }
  return result;
}

}  // namespace napisan::cli
