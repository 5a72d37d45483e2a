/* A shared library, and no module. */
int napisan_test_no_module(void);
int napisan_test_no_module(void) { return 0; }
