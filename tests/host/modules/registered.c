/* Registers by a constructor, which runs once a process, and declares no version. */
#include <node_api.h>

#include "facts.h"

static struct facts facts;

static void finalize(napi_env env, void* data, void* hint) {
  (void)env, (void)hint;
  /* Of one agent at a time. */
  ++((struct facts*)data)->finalized;
}

static napi_value init(napi_env env, napi_value exports) {
  /* Agents on several threads load it. */
  __atomic_fetch_add(&facts.inits, 1, __ATOMIC_RELAXED);
  napi_set_instance_data(env, &facts, finalize, NULL);
  return exports;
}

static napi_module module = {1, 0, __FILE__, init, "registered", NULL, {0}};

__attribute__((constructor)) static void construct(void) {
  ++facts.constructed;
  napi_module_register(&module);
}
