// The loopback server as a module, so that a script has what it makes requests to:
//
//   listen()   starts it, and gives the URLs that it knows, and one where nobody listens
//   close()    stops it; the end of the env does so, too
#include <iterator>
#include <memory>
#include <string>

#include "common/node_api.h"
#include "network/http_server.h"

namespace {

using Server = std::unique_ptr<uses::HttpServer>;

Server& Of(napi_env env) {
  void* data = nullptr;
  napi_get_instance_data(env, &data);
  return *static_cast<Server*>(data);
}

napi_value Listen(napi_env env, napi_callback_info) {
  Server& server = Of(env);
  if (server == nullptr) server = std::make_unique<uses::HttpServer>();
  napi_value urls = nullptr;
  if (server->port() == 0) {
    napi_throw_error(env, "EADDRNOTAVAIL", "there is no port to listen on");
    return nullptr;
  }
  if (napi_create_object(env, &urls) != napi_ok) return nullptr;
  const std::string base = "http://127.0.0.1:" + std::to_string(server->port()) + "/";
  auto add = [env, urls](const char* name, const std::string& url) {
    napi_value value = nullptr;
    napi_create_string_utf8(env, url.data(), url.size(), &value);
    napi_set_named_property(env, urls, name, value);
  };
  for (const char* name : {"hello", "big", "echo", "redirect", "hold", "missing"}) {
    add(name, base + name);
  }
  add("refused", "http://127.0.0.1:1/");
  return urls;
}

napi_value Close(napi_env env, napi_callback_info) {
  Of(env).reset();
  return nullptr;
}

napi_value Init(napi_env env, napi_value exports) {
  auto server = std::make_unique<Server>();
  auto finalize = [](napi_env, void* data, void*) { delete static_cast<Server*>(data); };
  if (napi_set_instance_data(env, server.get(), finalize, nullptr) != napi_ok) return nullptr;
  server.release();
  const napi_property_descriptor properties[] = {
      uses::Method("listen", Listen),
      uses::Method("close", Close),
  };
  napi_define_properties(env, exports, std::size(properties), properties);
  return exports;
}

}  // namespace

USES_MODULE(server, Init)
