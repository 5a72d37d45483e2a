// MessagePort: one end of a channel between two agents. What is posted at one end is cloned and
// arrives at the other, in order, each message in a callback scope of its own.
//
// A message waits until the other end has a handler; so none is lost that was posted early. What is
// posted to an end that was closed goes nowhere.
//
// Ownership: shared; an open port keeps itself until its loop has closed its handle.
// Threads: a port belongs to its agent's thread. Only the channel between them is shared.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <vector>

#include "host/agent.h"
#include "host/executor.h"
#include "host/value.h"

namespace napisan::host {

// The two queues; made first, on any thread. Each end is then opened once, by its side's agent.
class Channel;
std::shared_ptr<Channel> NewChannel();

class MessagePort : private Wakeup {
 public:
  // Gets a message, which has a handle while it runs.
  using Handler = std::function<void(Value message)>;

  // `side` is 0 or 1.
  static std::shared_ptr<MessagePort> Open(Agent& agent, std::shared_ptr<Channel> channel,
                                           int side);
  ~MessagePort();

  // False with an exception thrown in the agent, where the message cannot be cloned.
  bool Post(Value message, const std::vector<Value>& transfer);
  // Messages arrive on later turns of the loop. A port with a handler keeps its loop alive, unless
  // SetReferenced says otherwise.
  void SetHandler(Handler handler);
  void SetReferenced(bool referenced);
  // Delivers what has arrived by now, without waiting for the loop.
  void Deliver();
  // Whether some have arrived that the handler has not seen.
  bool has_waiting() const;
  // No message arrives any more; the handler is dropped.
  void Close();

 private:
  struct Opened {};

 public:
  // For Open alone.
  MessagePort(Opened, Agent& agent, std::shared_ptr<Channel> channel, int side);

 private:
  friend class Channel;

  // At most `count` messages.
  void DeliverSome(size_t count);

  Agent& agent_;
  const std::shared_ptr<Channel> channel_;
  const int side_;
  std::shared_ptr<Handler> handler_;
  bool referenced_ = true;
  bool open_ = false;
  std::shared_ptr<MessagePort> self_;
};

}  // namespace napisan::host
