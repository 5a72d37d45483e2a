// A module with mistakes that only some inputs show. For tests of napisan fuzz.

#include <node_api.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <thread>
#include <vector>

namespace {

// Envs that there have been in this process.
int envs = 0;
std::vector<std::unique_ptr<char[]>> kept;

void DeleteTwice(napi_env env) {
  napi_value name = nullptr;
  napi_create_string_utf8(env, "fuzzable", NAPI_AUTO_LENGTH, &name);
  napi_async_work work = nullptr;
  napi_create_async_work(
      env, nullptr, name, [](napi_env, void*) {}, [](napi_env, napi_status, void*) {}, nullptr,
      &work);
  napi_delete_async_work(env, work);
  napi_delete_async_work(env, work);
}

napi_value Throw(napi_env env, napi_callback_info) {
  napi_throw_error(env, nullptr, "as always");
  return nullptr;
}

// Memory of the process's, more with each call.
napi_value Grow(napi_env, napi_callback_info) {
  kept.push_back(std::make_unique<char[]>(1000));
  return nullptr;
}

// Wrong after more calls than one input has, in whatever env.
napi_value Wear(napi_env env, napi_callback_info) {
  static int calls = 0;
  if (++calls == 30) DeleteTwice(env);
  return nullptr;
}

// What UndefinedBehaviorSanitizer prints where it goes on; built without it, this module says so
// itself.
napi_value Warn(napi_env, napi_callback_info) {
  std::fprintf(stderr, "fuzzable.cc:1:1: runtime error: signed integer overflow\n");
  return nullptr;
}

// So that few inputs take the time of more than one process.
napi_value Slow(napi_env, napi_callback_info) {
  std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return nullptr;
}

// Wrong only on another thread than the process's first.
napi_value AtHome(napi_env, napi_callback_info) {
  if (gettid() != getpid()) std::abort();
  return nullptr;
}

// Wrong only where there have been others before.
napi_value Late(napi_env env, napi_callback_info) {
  if (envs > 5) DeleteTwice(env);
  return nullptr;
}

// Wrong only with {size: 7}.
napi_value Sized(napi_env env, napi_callback_info info) {
  size_t count = 1;
  napi_value options = nullptr;
  napi_get_cb_info(env, info, &count, &options, nullptr, nullptr);
  napi_value value = nullptr;
  double size = 0;
  if (count == 0 || napi_get_named_property(env, options, "size", &value) != napi_ok) {
    return nullptr;
  }
  if (napi_get_value_double(env, value, &size) == napi_ok && size == 7) std::abort();
  return nullptr;
}

class Box {
 public:
  static napi_value New(napi_env env, napi_callback_info info) {
    napi_value self = nullptr;
    napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
    auto* box = new Box;
    napi_status wrapped = napi_wrap(
        env, self, box, [](napi_env, void* data, void*) { delete static_cast<Box*>(data); },
        nullptr, nullptr);
    if (wrapped != napi_ok) delete box;
    return self;
  }
  // Wrong only of one object, and only the third time.
  static napi_value Open(napi_env env, napi_callback_info info) {
    napi_value self = nullptr;
    void* data = nullptr;
    napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
    if (napi_unwrap(env, self, &data) != napi_ok) return nullptr;
    if (++static_cast<Box*>(data)->opened_ == 3) DeleteTwice(env);
    return nullptr;
  }

 private:
  int opened_ = 0;
};

}  // namespace

NAPI_MODULE_INIT() {
  ++envs;
  const struct {
    const char* name;
    napi_callback call;
  } kExports[] = {{"throws", Throw}, {"grow", Grow}, {"late", Late}, {"sized", Sized},
                  {"wear", Wear},    {"warn", Warn}, {"slow", Slow}, {"atHome", AtHome}};
  for (const auto& row : kExports) {
    napi_value function = nullptr;
    napi_create_function(env, row.name, NAPI_AUTO_LENGTH, row.call, nullptr, &function);
    napi_set_named_property(env, exports, row.name, function);
  }
  napi_property_descriptor open = {"open",  nullptr, Box::Open,    nullptr,
                                   nullptr, nullptr, napi_default, nullptr};
  napi_value box = nullptr;
  napi_define_class(env, "Box", NAPI_AUTO_LENGTH, Box::New, nullptr, 1, &open, &box);
  napi_set_named_property(env, exports, "Box", box);
  return exports;
}
