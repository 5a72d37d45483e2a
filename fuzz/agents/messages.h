// The values that are posted, and what is read from them.
#pragma once

#include <node_api.h>

#include <functional>

#include "agents/events.h"

namespace napisan::agents {

// In the order of the variants of post and send.
enum class MessageKind : uint8_t { kNumber, kMoved, kSymbol };

// A reply; such a message is not echoed.
inline constexpr uint8_t kReplies = 100;

using PostFunction =
    std::function<bool(napi_value message, const std::vector<napi_value>& transfer)>;

// Makes the message with this number, and posts it. False where it does not go; true only where a
// moved buffer has been detached.
bool PostNumbered(napi_env env, MessageKind kind, uint8_t number, const PostFunction& post);
Event Received(napi_env env, napi_value message);

}  // namespace napisan::agents
