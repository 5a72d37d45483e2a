#include "cli/scope.h"

#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::cli {

using host::Value;

Value ScriptScope::Property(Value object, const std::string& name) {
  Value holder = host::IsObject(object) ? object : host::ToObject(agent_, object);
  return host::GetNamed(agent_, host::AsObject(holder), name);
}

bool ScriptScope::Has(Value object, const std::string& name) {
  host::Key key = host::Key::Of(host::NewString(agent_, name));
  return host::IsObject(object) && host::Has(agent_, host::AsObject(object), key);
}

bool ScriptScope::IsGlobal(const std::string& name) {
  return Has(Value::Of(agent_.Global()), name);
}

bool ScriptScope::Find(const Path& path, Value& value, Value& owner, size_t& reached) {
  const std::string& head = path.steps[0];
  reached = 0;
  owner = Value::Undefined();
  if (path.of_result) {
    value = Get(head);
  } else if (head == "exports") {
    value = exports_->value;
  } else if (head == "globalThis") {
    value = Value::Of(agent_.Global());
  } else if (IsExport(head)) {
    owner = exports_->value;
    value = Property(owner, head);
  } else {
    owner = Value::Of(agent_.Global());
    value = Property(owner, head);
    if (value.IsUndefined()) return false;
  }
  for (reached = 1; reached < path.steps.size(); ++reached) {
    if (value.IsHole() || value.IsUndefined() || value.IsNull()) return value.IsHole();
    owner = value;
    value = Property(owner, path.steps[reached]);
  }
  return true;
}

std::string ScriptScope::PropertyNames(Value object) {
  std::string names;
  if (host::IsObject(object)) {
    host::ForEachOwn(
        agent_, host::AsObject(object),
        [](void* context, Value key, const host::Property&) {
          auto& text = *static_cast<std::string*>(context);
          if (!host::IsString(key)) return true;
          text += (text.empty() ? "" : ", ") + host::ToUtf8(*host::AsString(key));
          return true;
        },
        &names);
  }
  return names.empty() ? "nothing" : names;
}

}  // namespace napisan::cli
