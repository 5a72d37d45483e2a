#include "network/transfer.h"

#include <new>
#include <utility>

#include "common/job.h"

namespace uses {
namespace {

using Easy = std::unique_ptr<CURL, void (*)(CURL*)>;

// What the code of a rejection is called in Node.js, too.
const char* NameOf(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_CONNECT:
      return "ECONNREFUSED";
    case CURLE_COULDNT_RESOLVE_HOST:
      return "ENOTFOUND";
    case CURLE_OPERATION_TIMEDOUT:
      return "ETIMEDOUT";
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return "ERR_INVALID_URL";
    case CURLE_WRITE_ERROR:
      return "EMSGSIZE";
    default:
      return "ERR_NETWORK";
  }
}

void Check(bool done) {
  if (!done) throw Failure{"ERR_NETWORK", "libcurl cannot be set up"};
}

}  // namespace

Transfer::Transfer(Request request)
    : request_(std::move(request)), multi_(curl_multi_init(), curl_multi_cleanup) {}

size_t Transfer::OnBody(char* data, size_t size, size_t count, void* transfer) {
  std::string& body = static_cast<Transfer*>(transfer)->reply_.body;
  if (body.size() + size * count > kBodyMost) return 0;  // Ends it: CURLE_WRITE_ERROR.
  try {
    body.append(data, size * count);  // No exception may leave through C.
  } catch (const std::bad_alloc&) {
    return 0;
  }
  return size * count;
}

void Transfer::SetUp(CURL* easy, char* error) {
  auto set = [easy](CURLoption option, auto value) {
    Check(curl_easy_setopt(easy, option, value) == CURLE_OK);
  };
  set(CURLOPT_URL, request_.url.c_str());
  set(CURLOPT_ERRORBUFFER, error);
  set(CURLOPT_TIMEOUT_MS, request_.timeout_ms);
  set(CURLOPT_WRITEFUNCTION, &OnBody);
  set(CURLOPT_WRITEDATA, this);
  // Signals are the process's own, and this is one of its threads.
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_FOLLOWLOCATION, 1L);
  set(CURLOPT_MAXREDIRS, 5L);
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
  // What is on this machine needs no proxy, whatever the environment says.
  set(CURLOPT_NOPROXY, "127.0.0.1,localhost");
  if (!request_.posts) return;
  set(CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(request_.body.size()));
  set(CURLOPT_POSTFIELDS, request_.body.data());
}

CURLcode Transfer::Drive(const std::function<bool()>& cancelled) {
  int running = 1;
  while (!cancelled()) {
    Check(curl_multi_perform(multi_.get(), &running) == CURLM_OK);
    int left = 0;
    if (CURLMsg* message = curl_multi_info_read(multi_.get(), &left)) return message->data.result;
    Check(running > 0);
    Check(curl_multi_poll(multi_.get(), nullptr, 0, 1000, nullptr) == CURLM_OK);
  }
  return CURLE_OK;
}

void Transfer::Perform(const std::function<bool()>& cancelled) {
  char error[CURL_ERROR_SIZE] = "";
  Easy easy(curl_easy_init(), curl_easy_cleanup);
  Check(multi_ != nullptr && easy != nullptr);
  SetUp(easy.get(), error);
  Check(curl_multi_add_handle(multi_.get(), easy.get()) == CURLM_OK);
  CURLcode code = CURLE_FAILED_INIT;
  try {
    code = Drive(cancelled);
  } catch (...) {
    curl_multi_remove_handle(multi_.get(), easy.get());
    throw;
  }
  curl_multi_remove_handle(multi_.get(), easy.get());
  if (code != CURLE_OK) throw Failure{NameOf(code), curl_easy_strerror(code)};
  curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &reply_.status);
  const char* type = nullptr;
  curl_easy_getinfo(easy.get(), CURLINFO_CONTENT_TYPE, &type);
  if (type != nullptr) reply_.type = type;
}

}  // namespace uses
