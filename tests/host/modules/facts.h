/* What the modules of host_loading_test tell of themselves: their instance data. */
#ifndef NAPISAN_TESTS_HOST_MODULES_FACTS_H
#define NAPISAN_TESTS_HOST_MODULES_FACTS_H

struct facts {
  /* Of the process. */
  int constructed;
  int inits;
  int finalized;
  /* Of experimental.c. */
  int basic_finalized;
  int posted;
};

#endif
