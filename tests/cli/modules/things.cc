// A right module with a little of everything that a script can drive: values, a class, promises,
// callbacks. For tests of the command only.

#include <node_api.h>

#include <chrono>
#include <iterator>

namespace {

napi_value Argument(napi_env env, napi_callback_info info, size_t index) {
  napi_value arguments[3] = {};
  size_t count = std::size(arguments);
  napi_get_cb_info(env, info, &count, arguments, nullptr, nullptr);
  return arguments[index];
}

napi_value This(napi_env env, napi_callback_info info) {
  napi_value self = nullptr;
  napi_get_cb_info(env, info, nullptr, nullptr, &self, nullptr);
  return self;
}

// A work that settles a promise with a value, or calls a callback with it, twice.
struct Request {
  napi_async_work work = nullptr;
  napi_deferred deferred = nullptr;
  napi_ref callback = nullptr;
  napi_ref value = nullptr;
  bool rejects = false;
};

void Complete(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  napi_value array = nullptr;
  napi_get_reference_value(env, request->value, &array);
  napi_value value = nullptr;
  napi_get_element(env, array, 0, &value);
  if (request->callback != nullptr) {
    napi_value callback = nullptr;
    napi_get_reference_value(env, request->callback, &callback);
    napi_value undefined = nullptr;
    napi_get_undefined(env, &undefined);
    napi_value null = nullptr;
    napi_get_null(env, &null);
    napi_value arguments[] = {null, value};
    napi_call_function(env, undefined, callback, 2, arguments, nullptr);
    napi_call_function(env, undefined, callback, 1, arguments, nullptr);
    napi_delete_reference(env, request->callback);
  } else if (request->rejects) {
    napi_reject_deferred(env, request->deferred, value);
  } else {
    napi_resolve_deferred(env, request->deferred, value);
  }
  napi_delete_reference(env, request->value);
  napi_delete_async_work(env, request->work);
  delete request;
}

void Start(napi_env env, Request* request, napi_value value) {
  // In an array: a reference holds no primitive.
  napi_value array = nullptr;
  napi_create_array(env, &array);
  napi_set_element(env, array, 0, value);
  napi_create_reference(env, array, 1, &request->value);
  napi_value name = nullptr;
  napi_create_string_utf8(env, "things", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(
      env, nullptr, name, [](napi_env, void*) {}, Complete, request, &request->work);
  napi_queue_async_work(env, request->work);
}

napi_value NewPromise(napi_env env, napi_value value, bool rejects) {
  auto* request = new Request;
  request->rejects = rejects;
  napi_value promise = nullptr;
  napi_create_promise(env, &request->deferred, &promise);
  Start(env, request, value);
  return promise;
}

napi_value Later(napi_env env, napi_callback_info info) {
  return NewPromise(env, Argument(env, info, 0), false);
}

napi_value Refuse(napi_env env, napi_callback_info info) {
  return NewPromise(env, Argument(env, info, 0), true);
}

napi_value Twice(napi_env env, napi_callback_info info) {
  auto* request = new Request;
  napi_create_reference(env, Argument(env, info, 1), 1, &request->callback);
  Start(env, request, Argument(env, info, 0));
  return nullptr;
}

napi_value Echo(napi_env env, napi_callback_info info) { return Argument(env, info, 0); }

napi_value Fail(napi_env env, napi_callback_info) {
  napi_throw_range_error(env, "E_FAIL", "failed as asked");
  return nullptr;
}

// The time, which is another one in each run.
napi_value Time(napi_env env, napi_callback_info) {
  napi_value time = nullptr;
  auto now = std::chrono::steady_clock::now().time_since_epoch().count();
  napi_create_int64(env, now, &time);
  return NewPromise(env, time, false);
}

// Never settled, which is a leak.
napi_value Never(napi_env env, napi_callback_info) {
  napi_deferred deferred = nullptr;
  napi_value promise = nullptr;
  napi_create_promise(env, &deferred, &promise);
  return promise;
}

napi_value NewCounter(napi_env env, napi_callback_info info) {
  napi_value self = This(env, info);
  double start = 0;
  napi_get_value_double(env, Argument(env, info, 0), &start);
  napi_wrap(
      env, self, new double(start),
      [](napi_env, void* data, void*) { delete static_cast<double*>(data); }, nullptr, nullptr);
  return self;
}

double& Count(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_unwrap(env, This(env, info), &data);
  return *static_cast<double*>(data);
}

napi_value Add(napi_env env, napi_callback_info info) {
  double amount = 0;
  napi_get_value_double(env, Argument(env, info, 0), &amount);
  napi_value sum = nullptr;
  napi_create_double(env, Count(env, info) += amount, &sum);
  return sum;
}

napi_value AddLater(napi_env env, napi_callback_info info) {
  return NewPromise(env, Add(env, info), false);
}

napi_value GetCount(napi_env env, napi_callback_info info) {
  napi_value count = nullptr;
  napi_create_double(env, Count(env, info), &count);
  return count;
}

napi_value SetCount(napi_env env, napi_callback_info info) {
  napi_get_value_double(env, Argument(env, info, 0), &Count(env, info));
  return nullptr;
}

napi_property_descriptor Method(const char* name, napi_callback call) {
  return {name, nullptr, call, nullptr, nullptr, nullptr, napi_default, nullptr};
}

}  // namespace

NAPI_MODULE_INIT() {
  napi_property_descriptor members[] = {
      Method("add", Add),
      Method("addLater", AddLater),
      {"count", nullptr, nullptr, GetCount, SetCount, nullptr, napi_default, nullptr},
  };
  napi_value counter = nullptr;
  napi_define_class(env, "Counter", NAPI_AUTO_LENGTH, NewCounter, nullptr, std::size(members),
                    members, &counter);
  napi_property_descriptor exported[] = {
      Method("later", Later),
      Method("refuse", Refuse),
      Method("twice", Twice),
      Method("echo", Echo),
      Method("fail", Fail),
      Method("never", Never),
      Method("time", Time),
      {"Counter", nullptr, nullptr, nullptr, nullptr, counter, napi_enumerable, nullptr},
  };
  for (auto& property : exported) {
    property.attributes =
        static_cast<napi_property_attributes>(property.attributes | napi_enumerable);
  }
  napi_define_properties(env, exports, std::size(exported), exported);
  return exports;
}
