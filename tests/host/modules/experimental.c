/* Built as experimental with Node's own headers, whose env is const in basic finalizers. */
#define NAPI_EXPERIMENTAL
#include <node_api.h>

#include "facts.h"

static struct facts facts;

static void posted(napi_env env, void* data, void* hint) {
  (void)env, (void)hint;
  ++((struct facts*)data)->posted;
}

static void basic(node_api_basic_env env, void* data, void* hint) {
  (void)hint;
  ++((struct facts*)data)->basic_finalized;
  node_api_post_finalizer(env, posted, data, NULL);
}

NAPI_MODULE_INIT() {
  napi_value object, names[1], values[1], prototype;
  bool shared = false;
  ++facts.inits;
  napi_set_instance_data(env, &facts, NULL, NULL);
  napi_create_object(env, &object);
  napi_wrap(env, object, &facts, basic, NULL, NULL);
  napi_get_null(env, &prototype);
  napi_create_string_utf8(env, "answer", NAPI_AUTO_LENGTH, &names[0]);
  node_api_create_sharedarraybuffer(env, 8, NULL, &values[0]);
  node_api_is_sharedarraybuffer(env, values[0], &shared);
  if (!shared) return NULL;
  node_api_create_object_with_properties(env, prototype, names, values, 1, &exports);
  return exports;
}
