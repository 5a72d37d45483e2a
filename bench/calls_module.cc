// bench_calls.node: single Node-API calls in a loop, the same module in a real Node.js and in our
// host. It exports nothing; its functions are properties of globalThis.benchCalls, where a host
// without a JavaScript engine finds them as well:
//
//   run(index, count)  does operation number `index` `count` times; false where there is none
//   name(index)        its name, or undefined
//   cpuNs()            CPU time of the calling thread
//
// Each operation is told per call of the function that it is named for. What it needs is made once
// before; what it makes lives in a handle scope of 64 operations at most, as a module would have
// it.
#define NAPI_VERSION 8
#include <node_api.h>

#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iterator>

namespace {

void Check(napi_status status, const char* what) {
  if (status == napi_ok) return;
  std::fprintf(stderr, "bench_calls: %s failed with %d\n", what, status);
  std::abort();
}
#define CHECK(call) Check((call), #call)

// What the operations work on, made once in each run.
struct Values {
  napi_value undefined, object, array, key, number, function, text;
};

using Operation = void (*)(napi_env env, const Values& values);

napi_value Nothing(napi_env, napi_callback_info) { return nullptr; }

void CallFunction(napi_env env, const Values& v) {
  napi_value result;
  CHECK(napi_call_function(env, v.undefined, v.function, 0, nullptr, &result));
}
void CallFunctionWithThree(napi_env env, const Values& v) {
  napi_value arguments[] = {v.number, v.text, v.object};
  napi_value result;
  CHECK(napi_call_function(env, v.undefined, v.function, 3, arguments, &result));
}
void GetProperty(napi_env env, const Values& v) {
  napi_value result;
  CHECK(napi_get_property(env, v.object, v.key, &result));
}
void SetProperty(napi_env env, const Values& v) {
  CHECK(napi_set_property(env, v.object, v.key, v.number));
}
void GetNamedProperty(napi_env env, const Values& v) {
  napi_value result;
  CHECK(napi_get_named_property(env, v.object, "property", &result));
}
void SetNamedProperty(napi_env env, const Values& v) {
  CHECK(napi_set_named_property(env, v.object, "property", v.number));
}
void GetElement(napi_env env, const Values& v) {
  napi_value result;
  CHECK(napi_get_element(env, v.array, 3, &result));
}
void SetElement(napi_env env, const Values& v) {
  CHECK(napi_set_element(env, v.array, 3, v.number));
}
void CreateShortString(napi_env env, const Values&) {
  napi_value result;
  CHECK(napi_create_string_utf8(env, "string", 6, &result));
}
void CreateLongString(napi_env env, const Values&) {
  static const char kText[] =
      "A string of some length, as a path or a message would be: more than a cell holds, surely "
      "so.";
  napi_value result;
  CHECK(napi_create_string_utf8(env, kText, sizeof(kText) - 1, &result));
}
void Reference(napi_env env, const Values& v) {
  napi_ref reference;
  CHECK(napi_create_reference(env, v.object, 1, &reference));
  CHECK(napi_delete_reference(env, reference));
}
void Scope(napi_env env, const Values&) {
  napi_handle_scope scope;
  CHECK(napi_open_handle_scope(env, &scope));
  CHECK(napi_close_handle_scope(env, scope));
}
void EscapableScope(napi_env env, const Values&) {
  napi_escapable_handle_scope scope;
  CHECK(napi_open_escapable_handle_scope(env, &scope));
  CHECK(napi_close_escapable_handle_scope(env, scope));
}
void CreateObject(napi_env env, const Values&) {
  napi_value result;
  CHECK(napi_create_object(env, &result));
}
void CreateDouble(napi_env env, const Values&) {
  napi_value result;
  CHECK(napi_create_double(env, 0.5, &result));
}
void GetDouble(napi_env env, const Values& v) {
  double number;
  CHECK(napi_get_value_double(env, v.number, &number));
}
void SettleDeferred(napi_env env, const Values& v) {
  napi_deferred deferred;
  napi_value promise;
  CHECK(napi_create_promise(env, &deferred, &promise));
  CHECK(napi_resolve_deferred(env, deferred, v.number));
}

constexpr struct {
  const char* name;
  Operation operation;
} kOperations[] = {
    {"call_function", CallFunction},
    {"call_function_3_arguments", CallFunctionWithThree},
    {"get_property", GetProperty},
    {"set_property", SetProperty},
    {"get_named_property", GetNamedProperty},
    {"set_named_property", SetNamedProperty},
    {"get_element", GetElement},
    {"set_element", SetElement},
    {"create_string_6", CreateShortString},
    {"create_string_92", CreateLongString},
    {"create_and_delete_reference", Reference},
    {"open_and_close_scope", Scope},
    {"open_and_close_escapable_scope", EscapableScope},
    {"create_object", CreateObject},
    {"create_double", CreateDouble},
    {"get_value_double", GetDouble},
    {"create_and_resolve_promise", SettleDeferred},
};

bool IndexOf(napi_env env, napi_value value, size_t& index) {
  uint32_t given = 0;
  CHECK(napi_get_value_uint32(env, value, &given));
  index = given;
  return index < std::size(kOperations);
}

void Make(napi_env env, Values& values) {
  CHECK(napi_get_undefined(env, &values.undefined));
  CHECK(napi_create_object(env, &values.object));
  CHECK(napi_create_array_with_length(env, 8, &values.array));
  CHECK(napi_create_string_utf8(env, "property", NAPI_AUTO_LENGTH, &values.key));
  CHECK(napi_create_string_utf8(env, "text", NAPI_AUTO_LENGTH, &values.text));
  CHECK(napi_create_double(env, 1.5, &values.number));
  CHECK(napi_create_function(env, "nothing", NAPI_AUTO_LENGTH, Nothing, nullptr, &values.function));
  CHECK(napi_set_property(env, values.object, values.key, values.number));
  for (uint32_t i = 0; i < 8; ++i) CHECK(napi_set_element(env, values.array, i, values.number));
}

napi_value Run(napi_env env, napi_callback_info info) {
  size_t argc = 2;
  napi_value argv[2];
  CHECK(napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr));
  size_t index = 0;
  napi_value found;
  bool is_one = IndexOf(env, argv[0], index);
  CHECK(napi_get_boolean(env, is_one, &found));
  if (!is_one) return found;
  uint32_t count = 0;
  CHECK(napi_get_value_uint32(env, argv[1], &count));
  Values values;
  Make(env, values);
  Operation operation = kOperations[index].operation;
  constexpr uint32_t kScope = 64;
  for (uint32_t done = 0; done < count;) {
    napi_handle_scope scope;
    CHECK(napi_open_handle_scope(env, &scope));
    for (uint32_t end = done + kScope; done < end && done < count; ++done) operation(env, values);
    CHECK(napi_close_handle_scope(env, scope));
  }
  return found;
}

napi_value Name(napi_env env, napi_callback_info info) {
  size_t argc = 1;
  napi_value argv[1];
  CHECK(napi_get_cb_info(env, info, &argc, argv, nullptr, nullptr));
  size_t index = 0;
  napi_value name = nullptr;
  if (!IndexOf(env, argv[0], index)) return nullptr;
  CHECK(napi_create_string_utf8(env, kOperations[index].name, NAPI_AUTO_LENGTH, &name));
  return name;
}

napi_value CpuNs(napi_env env, napi_callback_info) {
  timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  napi_value result;
  CHECK(napi_create_double(
      env, static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec), &result));
  return result;
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_property_descriptor functions[] = {
      {"run", nullptr, Run, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"name", nullptr, Name, nullptr, nullptr, nullptr, napi_default, nullptr},
      {"cpuNs", nullptr, CpuNs, nullptr, nullptr, nullptr, napi_default, nullptr},
  };
  napi_value global, object;
  CHECK(napi_create_object(env, &object));
  CHECK(napi_define_properties(env, object, std::size(functions), functions));
  CHECK(napi_get_global(env, &global));
  CHECK(napi_set_named_property(env, global, "benchCalls", object));
  return exports;
}
