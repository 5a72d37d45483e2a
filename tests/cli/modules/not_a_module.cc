// A shared library that registers nothing.
extern "C" int napisan_test_answer() { return 42; }
