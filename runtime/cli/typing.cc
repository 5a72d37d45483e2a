#include "cli/typing.h"

#include <algorithm>

#include "cli/type_match.h"
#include "host/objects.h"
#include "host/properties.h"

namespace napisan::cli {

using host::Value;

namespace {

constexpr int kShownDepth = 4;

std::string Arguments(size_t count) {
  return std::to_string(count) + (count == 1 ? " argument" : " arguments");
}

}  // namespace

Typing::Typing(const RunPlan& plan, host::Agent& agent, Tell tell, TellAt tell_at)
    : plan_(plan),
      model_(plan.types.get()),
      agent_(agent),
      tell_(std::move(tell)),
      tell_at_(std::move(tell_at)),
      called_(plan.statements.size()) {}

bool Typing::Is(TypeId type, Value value) const { return Matches(agent_, *model_, type, value); }

std::string Typing::Show(Value value) const { return host::Inspect(agent_, value, kShownDepth); }

std::string Typing::Says(const std::string& text) const {
  return ", but " + model_->file + " says " + text;
}

std::string Typing::CallOf(size_t statement) const {
  const Statement& at = plan_.statements[statement];
  std::string text = at.kind == Statement::Kind::kConstruct ? "new " : "";
  for (size_t i = 0; i < at.path.steps.size(); ++i) text += (i > 0 ? "." : "") + at.path.steps[i];
  return text + (at.arguments.empty() ? "()" : "(…)");
}

void Typing::CheckExports(Value exports) {
  if (model_ == nullptr) return;
  for (const TypeModel::Property& declared : model_->exports) {
    Value value = host::IsObject(exports)
                      ? host::GetNamed(agent_, host::AsObject(exports), declared.name)
                      : Value::Undefined();
    if (value.IsHole()) agent_.TakeException();
    const std::string& text = model_->At(declared.type).text;
    if (value.IsHole() || value.IsUndefined()) {
      if (declared.optional) continue;
      tell_(plan_.module + " exports no " + declared.name + Says(declared.name + ": " + text));
    } else if (!Is(declared.type, value)) {
      tell_(plan_.module + " exports " + declared.name + ", which is " + Show(value) + Says(text));
    }
  }
}

Typing::TypeId Typing::TypeOf(const Path& path) const {
  if (model_ == nullptr || path.steps.empty()) return TypeModel::kUnknown;
  size_t at = 1;
  TypeId type = TypeModel::kUnknown;
  if (path.of_result) {
    auto known = names_.find(path.steps[0]);
    if (known != names_.end()) type = known->second;
  } else if (path.steps[0] == "exports" && path.steps.size() > 1) {
    type = model_->ExportOf(path.steps[at++]);
  } else {
    type = model_->ExportOf(path.steps[0]);
  }
  for (; at < path.steps.size(); ++at) type = model_->PropertyOf(type, path.steps[at]);
  return type;
}

bool Typing::Takes(const TypeModel::Signature& signature, const std::vector<Value>& arguments) {
  if (arguments.size() < signature.least() || arguments.size() > signature.most()) return false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto& parameters = signature.parameters;
    const TypeModel::Parameter& parameter = parameters[std::min(i, parameters.size() - 1)];
    if (!Is(parameter.type, arguments[i])) return false;
  }
  return true;
}

void Typing::TellOfArguments(size_t statement, const TypeModel::Signature& signature,
                             const std::vector<Value>& arguments) {
  const Statement& at = plan_.statements[statement];
  if (arguments.size() < signature.least() || arguments.size() > signature.most()) {
    tell_at_(statement, at.path.at[0],
             CallOf(statement) + " has " + Arguments(arguments.size()) + Says(signature.text));
    return;
  }
  for (size_t i = 0; i < arguments.size(); ++i) {
    const auto& parameters = signature.parameters;
    const TypeModel::Parameter& parameter = parameters[std::min(i, parameters.size() - 1)];
    if (Is(parameter.type, arguments[i])) continue;
    tell_at_(statement, at.argument_at[i],
             "argument " + std::to_string(i + 1) + " of " + CallOf(statement) + " is " +
                 Show(arguments[i]) +
                 Says(std::string(parameter.rest ? "..." : "") + parameter.name + ": " +
                      model_->At(parameter.type).text + (parameter.rest ? "[]" : "")));
  }
}

void Typing::OnCall(size_t statement, const std::vector<Value>& arguments) {
  if (model_ == nullptr) return;
  const Statement& at = plan_.statements[statement];
  const TypeModel::Type& callee = model_->At(TypeOf(at.path));
  if (callee.signatures.empty()) return;
  for (const TypeModel::Signature& signature : callee.signatures) {
    if (!Takes(signature, arguments)) continue;
    called_[statement] = &signature;
    return;
  }
  // Wrong on purpose, where it is to throw.
  if (at.expect == Statement::Expect::kThrows) return;
  if (callee.signatures.size() == 1) {
    called_[statement] = &callee.signatures[0];
    TellOfArguments(statement, callee.signatures[0], arguments);
  } else {
    tell_at_(statement, at.path.at[0],
             "no signature takes the arguments of " + CallOf(statement) + Says(callee.text));
  }
}

void Typing::Name(size_t statement, TypeId type) {
  const std::string& name = plan_.statements[statement].name;
  if (name.empty() || type == TypeModel::kUnknown) return;
  bool await = plan_.statements[statement].await;
  names_[name] = await ? model_->Awaited(type) : type;
}

void Typing::OnReturned(size_t statement, Value value) {
  const TypeModel::Signature* signature = called_[statement];
  if (signature == nullptr) return;
  Name(statement, signature->returns);
  if (Is(signature->returns, value)) return;
  tell_at_(
      statement, plan_.statements[statement].path.at[0],
      CallOf(statement) + " returned " + Show(value) + Says(model_->At(signature->returns).text));
}

void Typing::OnResolved(size_t statement, Value value) {
  const TypeModel::Signature* signature = called_[statement];
  if (signature == nullptr) return;
  const TypeModel::Type& type = model_->At(signature->returns);
  if (type.kind != TypeKind::kPromise || Is(type.of[0], value)) return;
  tell_at_(statement, plan_.statements[statement].path.at[0],
           CallOf(statement) + " resolved with " + Show(value) + Says(type.text));
}

void Typing::OnCallback(size_t statement, size_t argument, const host::CallFrame& frame) {
  const TypeModel::Signature* called = called_[statement];
  if (called == nullptr || called->parameters.empty()) return;
  const auto& parameters = called->parameters;
  const TypeModel::Type& type =
      model_->At(parameters[std::min(argument, parameters.size() - 1)].type);
  // An optional callback is a union with undefined.
  const TypeModel::Type* function = type.kind == TypeKind::kFunction ? &type : nullptr;
  for (TypeId part : type.of) {
    bool wanted = type.kind == TypeKind::kUnion && model_->At(part).kind == TypeKind::kFunction;
    if (wanted) function = &model_->At(part);
  }
  if (function == nullptr || function->signatures.size() != 1) return;
  const TypeModel::Signature& signature = function->signatures[0];
  std::vector<Value> arguments(frame.arguments, frame.arguments + frame.count);
  // A callback may be given more than it asks for.
  arguments.resize(std::min(arguments.size(), signature.most()));
  if (Takes(signature, arguments)) return;
  std::string shown;
  for (size_t i = 0; i < frame.count; ++i) {
    shown += (i > 0 ? ", " : "") + Show(frame.arguments[i]);
  }
  tell_at_(statement, plan_.statements[statement].argument_at[argument],
           "the callback of " + CallOf(statement) + " was called with (" + shown + ")" +
               Says(signature.text));
}

void Typing::OnRead(size_t statement, Value value) {
  const Statement& at = plan_.statements[statement];
  TypeId type = TypeOf(at.path);
  if (type == TypeModel::kUnknown) return;
  Name(statement, type);
  if (at.await || Is(type, value)) return;
  std::string text;
  for (size_t i = 0; i < at.path.steps.size(); ++i) text += (i > 0 ? "." : "") + at.path.steps[i];
  tell_at_(statement, at.path.at[0], text + " is " + Show(value) + Says(model_->At(type).text));
}

}  // namespace napisan::cli
