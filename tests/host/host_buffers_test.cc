// Array buffers, their views and node::Buffer. Expected values are what Node 24 answers.
#include <gtest/gtest.h>

#include <cstring>
#include <string>

#include "host/agent.h"
#include "host/backing_store.h"
#include "host/entry.h"
#include "host/env.h"
#include "host/objects.h"
#include "host/properties.h"
#include "host/strings.h"

namespace napisan::host {
namespace {

struct Finalized {
  int count = 0;
  void* data = nullptr;
};

void OnFinalize(napi_env, void* data, void* hint) {
  auto* finalized = static_cast<Finalized*>(hint);
  ++finalized->count;
  finalized->data = data;
}

const auto kFinalize = reinterpret_cast<node_api_basic_finalize>(OnFinalize);

class HostBuffers : public testing::Test {
 protected:
  // An array buffer of `length` zeroes; its bytes in data_.
  napi_value ArrayBuffer(size_t length) {
    napi_value value = nullptr;
    EXPECT_EQ(api.napi_create_arraybuffer(env, length, &data, &value), napi_ok);
    return value;
  }
  napi_value Number() {
    napi_value value = nullptr;
    EXPECT_EQ(api.napi_create_double(env, 1, &value), napi_ok);
    return value;
  }
  // The code of the pending exception, which is taken; "" for none or no code.
  std::string PendingCode() {
    Value exception = env->last_exception;
    env->last_exception = Value::Hole();
    if (!IsObject(exception)) return {};
    Value code = GetNamed(agent, AsObject(exception), "code");
    return IsString(code) ? ToUtf8(*AsString(code)) : std::string();
  }
  char* Bytes() const { return static_cast<char*>(data); }

  const HostTable& api = kHostTable;
  Agent agent{{}};
  napi_env env = agent.NewEnv("test", 8);
  AutoScope scope{agent.handles()};
  void* data = nullptr;
};

TEST_F(HostBuffers, NewBuffersAreZeroed) {
  for (size_t length : {size_t{1}, size_t{48}, size_t{5000}, size_t{100000}}) {
    // Storage that has been used before, too.
    for (int round = 0; round < 2; ++round) {
      napi_value buffer = ArrayBuffer(length);
      EXPECT_EQ(std::string(Bytes(), length), std::string(length, '\0'));
      std::memset(data, 0xff, length);
      Detach(agent, AsObject(buffer->value));
    }
  }
}

TEST_F(HostBuffers, EmptyBuffersHaveNoBytesAndAreNotDetached) {
  napi_value value = ArrayBuffer(0);
  EXPECT_EQ(data, nullptr);
  bool detached = true;
  EXPECT_EQ(api.napi_is_detached_arraybuffer(env, value, &detached), napi_ok);
  EXPECT_FALSE(detached);
  data = this;
  EXPECT_EQ(api.napi_create_buffer(env, 0, &data, &value), napi_ok);
  EXPECT_EQ(data, nullptr);
  data = this;
  size_t length = 7;
  EXPECT_EQ(api.napi_get_buffer_info(env, value, &data, &length), napi_ok);
  EXPECT_EQ(data, nullptr);
  EXPECT_EQ(length, 0u);
  EXPECT_EQ(api.napi_create_buffer_copy(env, 0, nullptr, nullptr, &value), napi_ok);
}

TEST_F(HostBuffers, CopiesHoldWhatTheyWereGiven) {
  napi_value value = nullptr;
  EXPECT_EQ(api.napi_create_buffer_copy(env, 3, "abc", &data, &value), napi_ok);
  EXPECT_EQ(std::string(Bytes(), 3), "abc");
  EXPECT_EQ(api.napi_create_buffer_copy(env, 3, "abc", nullptr, nullptr), napi_invalid_arg);
}

TEST_F(HostBuffers, TooLargeBuffersThrow) {
  napi_value value = nullptr;
  EXPECT_EQ(api.napi_create_buffer(env, SIZE_MAX, &data, &value), napi_generic_failure);
  EXPECT_EQ(PendingCode(), "ERR_BUFFER_TOO_LARGE");
  EXPECT_EQ(api.napi_create_arraybuffer(env, kStoreBytesMax + 1, &data, &value),
            napi_pending_exception);
  EXPECT_FALSE(env->last_exception.IsHole());
  PendingCode();
  char bytes[4];
  Finalized finalized;
  EXPECT_EQ(
      api.napi_create_external_buffer(env, size_t{1} << 60, bytes, kFinalize, &finalized, &value),
      napi_generic_failure);
  EXPECT_EQ(finalized.count, 1);
  EXPECT_EQ(finalized.data, bytes);
}

TEST_F(HostBuffers, TypedArraysOfEveryTypeAreAlignedAndInside) {
  napi_value buffer = ArrayBuffer(32);
  const size_t sizes[] = {1, 1, 1, 2, 2, 4, 4, 4, 8, 8, 8, 2};
  for (int type = 0; type < 12; ++type) {
    size_t size = sizes[type];
    auto element = static_cast<napi_typedarray_type>(type);
    napi_value array = nullptr;
    EXPECT_EQ(api.napi_create_typedarray(env, element, 2, buffer, size, &array), napi_ok) << type;
    napi_typedarray_type got_type;
    size_t length, offset;
    void* start;
    napi_value got_buffer;
    EXPECT_EQ(
        api.napi_get_typedarray_info(env, array, &got_type, &length, &start, &got_buffer, &offset),
        napi_ok);
    EXPECT_EQ(got_type, element);
    EXPECT_EQ(length, 2u);
    EXPECT_EQ(start, Bytes() + size);
    EXPECT_EQ(got_buffer->value, buffer->value);
    EXPECT_EQ(offset, size);
    EXPECT_EQ(api.napi_get_buffer_info(env, array, &start, &length), napi_ok);
    EXPECT_EQ(length, 2 * size);
    if (size > 1) {
      EXPECT_EQ(api.napi_create_typedarray(env, element, 2, buffer, 1, &array),
                napi_generic_failure);
      EXPECT_EQ(PendingCode(), "ERR_NAPI_INVALID_TYPEDARRAY_ALIGNMENT");
    }
    EXPECT_EQ(api.napi_create_typedarray(env, element, 32 / size + 1, buffer, 0, &array),
              napi_generic_failure);
    EXPECT_EQ(PendingCode(), "ERR_NAPI_INVALID_TYPEDARRAY_LENGTH");
    EXPECT_EQ(api.napi_create_typedarray(env, element, SIZE_MAX / size, buffer, 32, &array),
              napi_generic_failure);
    EXPECT_EQ(PendingCode(), "ERR_NAPI_INVALID_TYPEDARRAY_LENGTH");
    EXPECT_EQ(api.napi_create_typedarray(env, element, 0, buffer, 32, &array), napi_ok);
  }
  napi_value array = nullptr;
  EXPECT_EQ(
      api.napi_create_typedarray(env, static_cast<napi_typedarray_type>(12), 0, buffer, 0, &array),
      napi_invalid_arg);
  EXPECT_EQ(api.napi_create_typedarray(env, napi_int8_array, 0, Number(), 0, &array),
            napi_invalid_arg);
}

TEST_F(HostBuffers, DataViewsStayInside) {
  napi_value buffer = ArrayBuffer(32);
  napi_value view = nullptr;
  EXPECT_EQ(api.napi_create_dataview(env, 4, buffer, 30, &view), napi_pending_exception);
  EXPECT_EQ(PendingCode(), "ERR_NAPI_INVALID_DATAVIEW_ARGS");
  EXPECT_EQ(api.napi_create_dataview(env, SIZE_MAX, buffer, 2, &view), napi_pending_exception);
  EXPECT_EQ(PendingCode(), "ERR_NAPI_INVALID_DATAVIEW_ARGS");
  EXPECT_EQ(api.napi_create_dataview(env, 4, buffer, 28, &view), napi_ok);
  size_t length = 0;
  size_t offset = 0;
  void* start = nullptr;
  EXPECT_EQ(api.napi_get_dataview_info(env, view, &length, &start, nullptr, &offset), napi_ok);
  EXPECT_EQ(length, 4u);
  EXPECT_EQ(start, Bytes() + 28);
  EXPECT_EQ(offset, 28u);
  bool is = false;
  EXPECT_EQ(api.napi_is_dataview(env, view, &is), napi_ok);
  EXPECT_TRUE(is);
  EXPECT_EQ(api.napi_is_typedarray(env, view, &is), napi_ok);
  EXPECT_FALSE(is);
}

TEST_F(HostBuffers, EveryViewIsABufferAndNothingElseIs) {
  napi_value array_buffer = ArrayBuffer(8);
  napi_value view = nullptr;
  bool is = false;
  EXPECT_EQ(api.napi_create_dataview(env, 4, array_buffer, 0, &view), napi_ok);
  EXPECT_EQ(api.napi_is_buffer(env, view, &is), napi_ok);
  EXPECT_TRUE(is);
  EXPECT_EQ(api.napi_is_buffer(env, array_buffer, &is), napi_ok);
  EXPECT_FALSE(is);
  EXPECT_EQ(api.napi_get_buffer_info(env, array_buffer, nullptr, nullptr), napi_invalid_arg);
}

TEST_F(HostBuffers, DetachingEmptiesEveryView) {
  napi_value buffer = ArrayBuffer(32);
  napi_value array = nullptr;
  EXPECT_EQ(api.napi_create_typedarray(env, napi_int16_array, 2, buffer, 4, &array), napi_ok);
  EXPECT_EQ(api.napi_detach_arraybuffer(env, array), napi_arraybuffer_expected);
  EXPECT_EQ(api.napi_detach_arraybuffer(env, buffer), napi_ok);
  EXPECT_EQ(api.napi_detach_arraybuffer(env, buffer), napi_ok);
  bool detached = false;
  EXPECT_EQ(api.napi_is_detached_arraybuffer(env, buffer, &detached), napi_ok);
  EXPECT_TRUE(detached);
  size_t length = 7;
  size_t offset = 7;
  EXPECT_EQ(api.napi_get_typedarray_info(env, array, nullptr, &length, &data, nullptr, &offset),
            napi_ok);
  EXPECT_EQ(length, 0u);
  EXPECT_EQ(offset, 0u);
  EXPECT_EQ(data, nullptr);
}

TEST_F(HostBuffers, ExternalBytesAreTheModulesUntilTeardown) {
  char bytes[16] = "bytes";
  Finalized finalized;
  napi_value buffer = nullptr;
  size_t length = 0;
  EXPECT_EQ(api.napi_create_external_arraybuffer(env, bytes, 16, kFinalize, &finalized, &buffer),
            napi_ok);
  EXPECT_EQ(api.napi_get_arraybuffer_info(env, buffer, &data, &length), napi_ok);
  EXPECT_EQ(data, bytes);
  EXPECT_EQ(length, 16u);
  EXPECT_EQ(api.napi_detach_arraybuffer(env, buffer), napi_ok);
  EXPECT_EQ(finalized.count, 0);
  agent.Teardown();
  EXPECT_EQ(finalized.count, 1);
  EXPECT_EQ(finalized.data, bytes);
  EXPECT_STREQ(bytes, "bytes");
}

TEST_F(HostBuffers, ExternalBuffersKeepTheirPointers) {
  char bytes[16] = "";
  napi_value buffer = nullptr;
  size_t length = 7;
  EXPECT_EQ(api.napi_create_external_buffer(env, 0, bytes, nullptr, nullptr, &buffer), napi_ok);
  EXPECT_EQ(api.napi_get_buffer_info(env, buffer, &data, &length), napi_ok);
  EXPECT_EQ(data, bytes);
  EXPECT_EQ(length, 0u);
  EXPECT_EQ(api.napi_create_external_arraybuffer(env, nullptr, 0, nullptr, nullptr, &buffer),
            napi_ok);
  bool detached = false;
  EXPECT_EQ(api.napi_is_detached_arraybuffer(env, buffer, &detached), napi_ok);
  EXPECT_TRUE(detached);
  EXPECT_EQ(api.napi_create_external_arraybuffer(env, bytes, 16, nullptr, nullptr, nullptr),
            napi_ok);
  EXPECT_EQ(api.napi_create_external_buffer(env, 16, bytes, nullptr, nullptr, nullptr),
            napi_invalid_arg);
  EXPECT_EQ(api.napi_create_external_buffer(env, 16, nullptr, nullptr, nullptr, &buffer),
            napi_invalid_arg);
}

TEST_F(HostBuffers, BuffersFromArrayBuffersAnswerAsOddlyAsNode) {
  napi_value array_buffer = ArrayBuffer(32);
  napi_value buffer = nullptr;
  EXPECT_EQ(api.node_api_create_buffer_from_arraybuffer(env, array_buffer, 28, 4, &buffer),
            napi_ok);
  void* start = nullptr;
  size_t length = 0;
  EXPECT_EQ(api.napi_get_buffer_info(env, buffer, &start, &length), napi_ok);
  EXPECT_EQ(start, Bytes() + 28);
  EXPECT_EQ(length, 4u);
  EXPECT_EQ(api.node_api_create_buffer_from_arraybuffer(env, array_buffer, 30, 4, &buffer),
            napi_ok);
  EXPECT_EQ(PendingCode(), "ERR_OUT_OF_RANGE");
  EXPECT_EQ(api.node_api_create_buffer_from_arraybuffer(env, Number(), 28, 4, &buffer),
            napi_invalid_arg);
  EXPECT_EQ(env->last_error.error_code, napi_ok);
}

}  // namespace
}  // namespace napisan::host
