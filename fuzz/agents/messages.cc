#include "agents/messages.h"

namespace napisan::agents {

bool PostNumbered(napi_env env, MessageKind kind, uint8_t number, const PostFunction& post) {
  napi_value message = nullptr;
  switch (kind) {
    case MessageKind::kNumber:
      return napi_create_uint32(env, number, &message) == napi_ok && post(message, {});
    case MessageKind::kMoved: {
      void* data = nullptr;
      if (napi_create_arraybuffer(env, 1, &data, &message) != napi_ok) return false;
      *static_cast<uint8_t*>(data) = number;
      bool detached = false;
      return post(message, {message}) &&
             napi_is_detached_arraybuffer(env, message, &detached) == napi_ok && detached;
    }
    case MessageKind::kSymbol:
      break;
  }
  return napi_create_symbol(env, nullptr, &message) == napi_ok && post(message, {});
}

Event Received(napi_env env, napi_value message) {
  uint32_t number = 0;
  if (napi_get_value_uint32(env, message, &number) == napi_ok) {
    return {EventKind::kMessage, static_cast<uint8_t>(number)};
  }
  void* data = nullptr;
  size_t length = 0;
  if (napi_get_arraybuffer_info(env, message, &data, &length) == napi_ok && length == 1) {
    return {EventKind::kBuffer, *static_cast<uint8_t*>(data)};
  }
  // Nothing has this number.
  return {EventKind::kMessage, 255};
}

}  // namespace napisan::agents
