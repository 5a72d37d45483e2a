/* Exports its init and its version: what the macros of the headers make. */
#define NAPI_VERSION 10
#include <node_api.h>
#include <stdlib.h>

#include "facts.h"

static struct facts facts;

NAPI_MODULE_INIT() {
  __atomic_fetch_add(&facts.inits, 1, __ATOMIC_RELAXED);
  napi_set_instance_data(env, &facts, NULL, NULL);
  /* For tests of exceptions and of other exports. */
  if (getenv("NAPISAN_TEST_INIT_THROWS") != NULL) {
    napi_throw_error(env, NULL, "not today");
    return NULL;
  }
  return exports;
}
