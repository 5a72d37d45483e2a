/* A scheduling point of a module's own: under napisan's control another thread may go on here, as
 * at each call of Node-API and wherever a thread blocks. For code whose threads meet in atomics
 * alone.
 *
 *   napisan_yield("looks at the flag");   a literal: what it is about to do, for timelines
 *
 * Without napisan, or without control, it does nothing: the symbol is weak. C and C++; any thread.
 */
#ifndef NAPISAN_YIELD_H
#define NAPISAN_YIELD_H

#ifdef __cplusplus
extern "C" {
#endif

__attribute__((weak)) void napisan_schedule_point(const char* what);

static inline void napisan_yield(const char* what) {
  if (napisan_schedule_point) napisan_schedule_point(what);
}

#ifdef __cplusplus
}
#endif

#endif
