// One HTTP request and its reply, by libcurl.
//
// Made on one thread, performed on another; Wake from any while it is alive.
#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <string>

namespace uses {

struct Request {
  std::string url;
  bool posts = false;
  std::string body;
  long timeout_ms = 30000;
};

struct Reply {
  long status = 0;
  std::string type;
  std::string body;
};

class Transfer {
 public:
  static constexpr size_t kBodyMost = size_t{64} << 20;

  explicit Transfer(Request request);

  // Throws a Failure; returns early, with whatever it has, once `cancelled` says so.
  void Perform(const std::function<bool()>& cancelled);

  // Makes Perform look at `cancelled` at once.
  void Wake() { curl_multi_wakeup(multi_.get()); }

  const Reply& reply() const { return reply_; }

 private:
  void SetUp(CURL* easy, char* error);
  CURLcode Drive(const std::function<bool()>& cancelled);
  static size_t OnBody(char* data, size_t size, size_t count, void* transfer);

  const Request request_;
  Reply reply_;
  // libcurl's interface of many transfers, for one: it is the one that can be woken.
  std::unique_ptr<CURLM, CURLMcode (*)(CURLM*)> multi_;
};

}  // namespace uses
