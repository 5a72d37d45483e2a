// Results in order, the right way: what ../misuse/order_assumed.cc got wrong.
//
// asyncWork(digit) resolves with all digits up to its own, in the order of the calls. The works run
// in any order and share nothing: each computes its part alone and hands it to one thread-safe
// function, and what that calls, always on the env's thread, takes the parts up by their numbers.
//
// Ownership: a Part belongs to its work until execute has handed it over, then to the thread-safe
// function. The Sequence is instance data. The thread-safe function is released in a cleanup hook.
#define NAPI_VERSION 8
#include <node_api.h>

#include <cmath>
#include <cstdint>
#include <map>

namespace {

struct Part {
  uint64_t number = 0;  // Counts the calls.
  double digit = 0;
  napi_deferred deferred = nullptr;
};

// The env's thread only.
struct Sequence {
  napi_threadsafe_function deliver = nullptr;
  uint64_t parts_made = 0;
  uint64_t parts_taken_up = 0;
  std::map<uint64_t, Part*> waiting;  // Handed over before an earlier part was.
  double digits = 0;
};

struct Request {
  napi_async_work work = nullptr;
  napi_threadsafe_function deliver = nullptr;
  Part* part = nullptr;
};

void TakeUp(napi_env env, Sequence* sequence, Part* part) {
  sequence->digits = sequence->digits * 10 + part->digit;
  sequence->parts_taken_up += 1;
  napi_value digits = nullptr;
  napi_create_double(env, sequence->digits, &digits);
  napi_resolve_deferred(env, part->deferred, digits);
  delete part;
}

void CallJs(napi_env env, napi_value, void* context, void* data) {
  auto* sequence = static_cast<Sequence*>(context);
  auto* part = static_cast<Part*>(data);
  if (env == nullptr) {  // Torn down: nobody waits for the promise any more.
    delete part;
    return;
  }
  sequence->waiting[part->number] = part;
  while (!sequence->waiting.empty() &&
         sequence->waiting.begin()->first == sequence->parts_taken_up) {
    Part* next = sequence->waiting.begin()->second;
    sequence->waiting.erase(sequence->waiting.begin());
    TakeUp(env, sequence, next);
  }
  // With nothing under way, it must not keep the loop alive.
  if (sequence->parts_taken_up == sequence->parts_made) {
    napi_unref_threadsafe_function(env, sequence->deliver);
  }
}

void ExecuteCB(napi_env, void* data) {
  auto* request = static_cast<Request*>(data);
  // What takes time is done here, on this part alone.
  request->part->digit = std::floor(request->part->digit);
  if (napi_call_threadsafe_function(request->deliver, request->part, napi_tsfn_blocking) ==
      napi_ok) {
    request->part = nullptr;
  }
}

void CompleteCB(napi_env env, napi_status, void* data) {
  auto* request = static_cast<Request*>(data);
  // Left where the work was cancelled or the thread-safe function is closing, both of which happen
  // only when the env is being torn down.
  if (request->part != nullptr) {
    napi_value undefined = nullptr;
    napi_get_undefined(env, &undefined);
    napi_reject_deferred(env, request->part->deferred, undefined);
    delete request->part;
  }
  napi_delete_async_work(env, request->work);
  delete request;
}

napi_value AsyncWork(napi_env env, napi_callback_info info) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  auto* sequence = static_cast<Sequence*>(data);

  size_t count = 1;
  napi_value argument = nullptr;
  napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
  double digit = 0;
  if (napi_get_value_double(env, argument, &digit) != napi_ok) {
    napi_throw_type_error(env, nullptr, "asyncWork takes a number");
    return nullptr;
  }

  auto* request = new Request();
  request->deliver = sequence->deliver;
  request->part = new Part();
  request->part->digit = digit;
  napi_value promise = nullptr;
  napi_value name = nullptr;
  napi_create_promise(env, &request->part->deferred, &promise);
  napi_create_string_utf8(env, "ordered", NAPI_AUTO_LENGTH, &name);
  napi_create_async_work(env, nullptr, name, ExecuteCB, CompleteCB, request, &request->work);
  request->part->number = sequence->parts_made++;
  napi_ref_threadsafe_function(env, sequence->deliver);
  napi_queue_async_work(env, request->work);
  return promise;
}

void Release(void* data) {
  napi_release_threadsafe_function(static_cast<Sequence*>(data)->deliver, napi_tsfn_abort);
}

void Delete(napi_env, void* data, void*) {
  auto* sequence = static_cast<Sequence*>(data);
  for (auto& [number, part] : sequence->waiting) delete part;
  delete sequence;
}

}  // namespace

NAPI_MODULE_INIT() {
  auto* sequence = new Sequence();
  napi_set_instance_data(env, sequence, Delete, nullptr);
  napi_value name = nullptr;
  napi_create_string_utf8(env, "ordered", NAPI_AUTO_LENGTH, &name);
  napi_create_threadsafe_function(env, nullptr, nullptr, name, 0, 1, nullptr, nullptr, sequence,
                                  CallJs, &sequence->deliver);
  napi_unref_threadsafe_function(env, sequence->deliver);
  napi_add_env_cleanup_hook(env, Release, sequence);

  napi_value exported = nullptr;
  napi_create_function(env, "asyncWork", NAPI_AUTO_LENGTH, AsyncWork, nullptr, &exported);
  napi_set_named_property(env, exports, "asyncWork", exported);
  return exports;
}
