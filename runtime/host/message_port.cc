#include "host/message_port.h"

#include <algorithm>
#include <deque>
#include <mutex>
#include <utility>

#include "api/defect.h"
#include "host/structured_clone.h"

namespace napisan::host {

// All of it is protected by its mutex.
class Channel {
 public:
  void Attach(int side, MessagePort& port) {
    std::lock_guard lock(mutex_);
    ends_[side].port = &port;
    if (!ends_[side].queue.empty()) Ring(port);
  }

  void Detach(int side) {
    std::deque<CloneData> dropped;
    std::lock_guard lock(mutex_);
    ends_[side].port = nullptr;
    ends_[side].closed = true;
    dropped.swap(ends_[side].queue);
  }

  // To the end of `side`, whose port is woken while it cannot be closed.
  void Push(int side, CloneData data) {
    std::lock_guard lock(mutex_);
    if (ends_[side].closed) return;
    if (HAS_DEFECT(message_before_the_port_is_lost) && ends_[side].port == nullptr) return;
    ends_[side].queue.push_back(std::move(data));
    if (ends_[side].port != nullptr) Ring(*ends_[side].port);
  }

  bool Pop(int side, CloneData& data) {
    std::lock_guard lock(mutex_);
    std::deque<CloneData>& queue = ends_[side].queue;
    if (queue.empty()) return false;
    data = std::move(queue.front());
    queue.pop_front();
    return true;
  }

  size_t waiting(int side) {
    std::lock_guard lock(mutex_);
    return ends_[side].queue.size();
  }

 private:
  struct End {
    // What has arrived for it.
    std::deque<CloneData> queue;
    // Null before it was opened, and after it was closed.
    MessagePort* port = nullptr;
    bool closed = false;
  };

  static void Ring(MessagePort& port) { port.agent_.executor().Ring(port); }

  std::mutex mutex_;
  End ends_[2];
};

std::shared_ptr<Channel> NewChannel() { return std::make_shared<Channel>(); }

namespace {

// As in Node: a flood of messages must not starve the rest of the loop.
constexpr size_t kMessagesPerWakeup = 1000;

}  // namespace

MessagePort::MessagePort(Opened, Agent& agent, std::shared_ptr<Channel> channel, int side)
    : agent_(agent), channel_(std::move(channel)), side_(side) {
  ring = [](Wakeup& wakeup) {
    auto& port = static_cast<MessagePort&>(wakeup);
    std::shared_ptr<MessagePort> keep = port.self_;
    port.DeliverSome(std::max(port.channel_->waiting(port.side_), kMessagesPerWakeup));
    if (port.handler_ != nullptr && port.channel_->waiting(port.side_) > 0) {
      port.agent_.executor().Ring(port);
    }
  };
  closed = [](Wakeup& wakeup) { static_cast<MessagePort&>(wakeup).self_.reset(); };
}

MessagePort::~MessagePort() = default;

std::shared_ptr<MessagePort> MessagePort::Open(Agent& agent, std::shared_ptr<Channel> channel,
                                               int side) {
  auto port = std::make_shared<MessagePort>(Opened(), agent, std::move(channel), side);
  agent.executor().Open(*port);
  // Until there is a handler.
  agent.executor().SetReferenced(*port, false);
  port->open_ = true;
  port->self_ = port;
  port->channel_->Attach(side, *port);
  return port;
}

bool MessagePort::Post(Value message, const std::vector<Value>& transfer) {
  CloneData data;
  if (!Serialize(agent_, message, transfer, data)) return false;
  channel_->Push(1 - side_, std::move(data));
  return true;
}

void MessagePort::SetHandler(Handler handler) {
  if (!open_) return;
  handler_ = std::make_shared<Handler>(std::move(handler));
  agent_.executor().SetReferenced(*this, referenced_);
  agent_.executor().Ring(*this);
}

void MessagePort::SetReferenced(bool referenced) {
  referenced_ = referenced;
  if (open_) agent_.executor().SetReferenced(*this, referenced && handler_ != nullptr);
}

void MessagePort::DeliverSome(size_t count) {
  while (count-- > 0 && handler_ != nullptr && agent_.can_run_js()) {
    CloneData data;
    if (!channel_->Pop(side_, data)) return;
    AutoScope scope(agent_.handles());
    agent_.OpenCallbackScope();
    Value message = Deserialize(agent_, data);
    agent_.handles().Push(message);
    // It may set another handler, or close the port.
    std::shared_ptr<Handler> handler = handler_;
    (*handler)(message);
    agent_.CloseCallbackScope();
  }
}

bool MessagePort::has_waiting() const { return channel_->waiting(side_) > 0; }

void MessagePort::Deliver() { DeliverSome(SIZE_MAX); }

void MessagePort::Close() {
  if (!open_) return;
  open_ = false;
  channel_->Detach(side_);
  handler_.reset();
  agent_.executor().Close(*this);
}

}  // namespace napisan::host
