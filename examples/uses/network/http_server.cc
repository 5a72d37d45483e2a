#include "network/http_server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace uses {
namespace {

constexpr size_t kRequestMost = size_t{16} << 20;

std::string Message(std::string_view status, std::string_view type, std::string_view body,
                    std::string_view more = "") {
  std::string text = "HTTP/1.1 ";
  text.append(status).append("\r\nContent-Type: ").append(type);
  text.append("\r\nContent-Length: ").append(std::to_string(body.size()));
  text.append("\r\nConnection: close\r\n").append(more).append("\r\n").append(body);
  return text;
}

std::string Big() {
  std::string bytes(size_t{1} << 20, '\0');
  for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = char(i * 31 + (i >> 8));
  return bytes;
}

std::string Answer(std::string_view path, std::string_view body) {
  if (path == "/hello") return Message("200 OK", "text/plain", "hello\n");
  if (path == "/big") return Message("200 OK", "application/octet-stream", Big());
  if (path == "/echo") return Message("200 OK", "application/octet-stream", body);
  if (path == "/redirect") return Message("302 Found", "text/plain", "", "Location: /hello\r\n");
  return Message("404 Not Found", "text/plain", "not found\n");
}

// Whether all of the request is there.
bool IsWhole(const std::string& request, size_t& head_end) {
  head_end = request.find("\r\n\r\n");
  if (head_end == std::string::npos) return false;
  head_end += 4;
  static constexpr std::string_view kLength = "Content-Length: ";
  size_t place = request.find(kLength);
  if (place == std::string::npos || place > head_end) return true;
  return request.size() - head_end >= size_t(atoll(request.c_str() + place + kLength.size()));
}

void MakeNonBlocking(int descriptor) {
  fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
}

}  // namespace

HttpServer::HttpServer() {
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(address);
  auto* any = reinterpret_cast<sockaddr*>(&address);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (listener_ < 0 || bind(listener_, any, size) != 0 || listen(listener_, SOMAXCONN) != 0 ||
      getsockname(listener_, any, &size) != 0 || pipe2(wake_, O_CLOEXEC) != 0) {
    return;
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { Serve(); });
}

HttpServer::~HttpServer() {
  if (thread_.joinable()) {
    while (write(wake_[1], "", 1) < 0 && errno == EINTR) {
    }
    thread_.join();
  }
  for (const Connection& connection : connections_) close(connection.descriptor);
  for (int descriptor : {listener_, wake_[0], wake_[1]}) {
    if (descriptor >= 0) close(descriptor);
  }
}

void HttpServer::Serve() {
  for (;;) {
    std::vector<pollfd> polled = {{wake_[0], POLLIN, 0}, {listener_, POLLIN, 0}};
    for (const Connection& connection : connections_) {
      bool sends = connection.sent < connection.reply.size();
      polled.push_back({connection.descriptor, short(sends ? POLLOUT : POLLIN), 0});
    }
    if (poll(polled.data(), polled.size(), -1) < 0 && errno != EINTR) return;
    if (polled[0].revents != 0) return;
    size_t index = 2;
    for (Connection& connection : connections_) {
      if (polled[index++].revents == 0) continue;
      if (connection.sent < connection.reply.size()) {
        Send(connection);
      } else {
        Receive(connection);
      }
    }
    connections_.remove_if([](const Connection& connection) {
      if (connection.over) close(connection.descriptor);
      return connection.over;
    });
    if (polled[1].revents != 0) Accept();
  }
}

void HttpServer::Accept() {
  int descriptor = accept(listener_, nullptr, nullptr);
  if (descriptor < 0) return;
  fcntl(descriptor, F_SETFD, FD_CLOEXEC);
  MakeNonBlocking(descriptor);
  connections_.emplace_back().descriptor = descriptor;
}

void HttpServer::Receive(Connection& connection) {
  char data[65536];
  ssize_t count = recv(connection.descriptor, data, sizeof(data), 0);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  // The peer has gone, which is how a request ends that is held.
  if (count <= 0 || connection.request.size() + size_t(count) > kRequestMost) {
    connection.over = true;
    return;
  }
  if (connection.answered) return;
  connection.request.append(data, size_t(count));
  size_t head_end = 0;
  if (!IsWhole(connection.request, head_end)) return;
  connection.answered = true;
  std::string_view request = connection.request;
  size_t begin = request.find(' ') + 1;
  std::string_view path = request.substr(begin, request.find(' ', begin) - begin);
  if (path != "/hold") connection.reply = Answer(path, request.substr(head_end));
}

void HttpServer::Send(Connection& connection) {
  ssize_t count = send(connection.descriptor, connection.reply.data() + connection.sent,
                       connection.reply.size() - connection.sent, MSG_NOSIGNAL);
  if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (count > 0) connection.sent += size_t(count);
  connection.over = count < 0 || connection.sent == connection.reply.size();
}

}  // namespace uses
