// Network: HTTP requests, one by one or several at once, which can be cancelled in the middle.
//
// index.d.ts tells what it exports; what the works share is in common/job.h.
#include <cstdint>
#include <iterator>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "common/arguments.h"
#include "common/job.h"
#include "network/transfer.h"

namespace {

using uses::Arguments;
using uses::Job;
using uses::Jobs;
using uses::Reply;
using uses::Request;
using uses::Transfer;

// { status, type, body }, or null.
napi_value ObjectOf(napi_env env, const Reply& reply) {
  napi_value object = nullptr;
  napi_value status = nullptr;
  napi_value type = nullptr;
  napi_value body = nullptr;
  if (napi_create_object(env, &object) != napi_ok ||
      napi_create_double(env, double(reply.status), &status) != napi_ok ||
      napi_create_string_utf8(env, reply.type.data(), reply.type.size(), &type) != napi_ok ||
      napi_create_buffer_copy(env, reply.body.size(), reply.body.data(), nullptr, &body) !=
          napi_ok ||
      napi_set_named_property(env, object, "status", status) != napi_ok ||
      napi_set_named_property(env, object, "type", type) != napi_ok ||
      napi_set_named_property(env, object, "body", body) != napi_ok) {
    return nullptr;
  }
  return object;
}

// A part for each request; one alone gives no array.
class Fetch : public Job {
 public:
  Fetch(const char* name, std::vector<Request> requests, bool several)
      : Job(name, requests.size()), several_(several) {
    for (Request& request : requests) {
      transfers_.push_back(std::make_unique<Transfer>(std::move(request)));
    }
  }

 private:
  void Execute(size_t part) override {
    transfers_[part]->Perform([this] { return Cancelled(); });
  }

  void Wake() override {
    for (const std::unique_ptr<Transfer>& transfer : transfers_) transfer->Wake();
  }

  napi_value Result(napi_env env) override {
    if (!several_) return ObjectOf(env, transfers_[0]->reply());
    napi_value result = nullptr;
    if (napi_create_array_with_length(env, transfers_.size(), &result) != napi_ok) return nullptr;
    for (size_t i = 0; i < transfers_.size(); ++i) {
      napi_handle_scope scope = nullptr;
      if (napi_open_handle_scope(env, &scope) != napi_ok) return nullptr;
      napi_value object = ObjectOf(env, transfers_[i]->reply());
      bool set = object != nullptr && napi_set_element(env, result, uint32_t(i), object) == napi_ok;
      napi_close_handle_scope(env, scope);
      if (!set) return nullptr;
    }
    return result;
  }

  const bool several_;
  std::vector<std::unique_ptr<Transfer>> transfers_;
};

bool ReadTimeout(const Arguments& arguments, size_t index, long& timeout_ms) {
  size_t timeout = 0;
  if (arguments.Missing(index)) return true;
  if (!arguments.Whole(index, "timeout", 3600e3, timeout)) return false;
  timeout_ms = long(timeout);
  return true;
}

napi_value Get(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::vector<Request> requests(1);
  if (!arguments.String(0, "url", requests[0].url) ||
      !ReadTimeout(arguments, 1, requests[0].timeout_ms)) {
    return nullptr;
  }
  return Job::Start(env, std::make_unique<Fetch>("get", std::move(requests), false));
}

napi_value GetAll(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::vector<std::string> urls;
  long timeout_ms = Request().timeout_ms;
  if (!arguments.Strings(0, "urls", urls) || !ReadTimeout(arguments, 1, timeout_ms)) {
    return nullptr;
  }
  std::vector<Request> requests(urls.size());
  for (size_t i = 0; i < urls.size(); ++i) {
    requests[i].url = std::move(urls[i]);
    requests[i].timeout_ms = timeout_ms;
  }
  return Job::Start(env, std::make_unique<Fetch>("getAll", std::move(requests), true));
}

napi_value Post(napi_env env, napi_callback_info info) {
  Arguments arguments(env, info);
  std::vector<Request> requests(1);
  const uint8_t* data = nullptr;
  size_t size = 0;
  if (!arguments.String(0, "url", requests[0].url) || !arguments.Bytes(1, "body", data, size) ||
      !ReadTimeout(arguments, 2, requests[0].timeout_ms)) {
    return nullptr;
  }
  requests[0].posts = true;
  // Its own copy: JavaScript may write to the Buffer meanwhile.
  requests[0].body.assign(reinterpret_cast<const char*>(data), size);
  return Job::Start(env, std::make_unique<Fetch>("post", std::move(requests), false));
}

napi_value Init(napi_env env, napi_value exports) {
  // Once in the process, and before any thread of ours: libcurl asks for that.
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  if (!Jobs::Install(env, std::make_unique<Jobs>())) return nullptr;
  const napi_property_descriptor properties[] = {
      uses::Method("get", Get),
      uses::Method("getAll", GetAll),
      uses::Method("post", Post),
      uses::Method("cancel", Jobs::Cancel),
  };
  napi_define_properties(env, exports, std::size(properties), properties);
  return exports;
}

}  // namespace

USES_MODULE(network, Init)
