// A small HTTP server on 127.0.0.1, for requests to be made to: one thread, many connections, one
// request each.
//
//   /hello      "hello\n"                        /echo       the request's body
//   /big        1 MiB of bytes that count up     /redirect   to /hello
//   /hold       never answers                    others      404
#pragma once

#include <atomic>
#include <cstdint>
#include <list>
#include <string>
#include <thread>

namespace uses {

class HttpServer {
 public:
  // Listens on a port that is free; port() is 0 where there is none.
  HttpServer();
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  uint16_t port() const { return port_; }

 private:
  struct Connection {
    int descriptor = -1;
    std::string request;
    std::string reply;
    size_t sent = 0;
    bool answered = false;
    bool over = false;
  };

  void Serve();
  void Accept();
  static void Receive(Connection& connection);
  static void Send(Connection& connection);

  int listener_ = -1;
  int wake_[2] = {-1, -1};  // What is written to the second ends Serve.
  uint16_t port_ = 0;
  std::list<Connection> connections_;  // The thread's own.
  std::thread thread_;
};

}  // namespace uses
