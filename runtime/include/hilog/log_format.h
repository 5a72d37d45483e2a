// How HiLog formats: printf's conversions, each with a {public} or {private} mark. Part of log.h.
//
// Ownership: none; everything happens in the caller's buffer. Threads: any.
// This is C and C++, since modules are written in both.
#pragma once

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/types.h>

// One conversion of a format: where it ends, whether its argument may be shown, and the same
// conversion without its mark, as printf knows it.
typedef struct {
  const char* end;
  bool shown;
  char spec[32];
  int stars;       // How many of width and precision are arguments.
  char length[3];  // "", "h", "hh", "l", "ll", "z", "j", "t" or "L".
  char type;       // 0 where the format ends within the conversion.
} NapisanHilogConversion;

// `at` points behind the percent sign.
static inline NapisanHilogConversion NapisanHilogParse(const char* at) {
  NapisanHilogConversion result;
  memset(&result, 0, sizeof(result));
  if (strncmp(at, "{public}", 8) == 0) {
    result.shown = true;
    at += 8;
  } else if (strncmp(at, "{private}", 9) == 0) {
    at += 9;
  }
  size_t used = 0;
  result.spec[used++] = '%';
  // A directive longer than the buffer is no directive of any sane format: what does not fit is
  // dropped, and the type below always fits.
  size_t const room = sizeof(result.spec) - 2;
  while (*at != '\0' && strchr("-+ #0123456789.*'", *at) != NULL) {
    if (*at == '*') ++result.stars;
    if (used < room) result.spec[used++] = *at;
    ++at;
  }
  size_t length = 0;
  while (*at != '\0' && strchr("hlzjtL", *at) != NULL) {
    if (length < 2) result.length[length++] = *at;
    if (used < room) result.spec[used++] = *at;
    ++at;
  }
  result.type = *at;
  result.spec[used] = *at;
  result.end = *at == '\0' ? at : at + 1;
  return result;
}

// Takes the arguments of one conversion from *ap, shown or not, and writes what shows of them.
// Returns what snprintf returns: the length wanted, or a negative number.
static inline int NapisanHilogConvert(char* out, size_t size, const NapisanHilogConversion* c,
                                      va_list* ap) {
  int star[2] = {0, 0};
  for (int i = 0; i < c->stars && i < 2; ++i) star[i] = va_arg(*ap, int);
#define NAPISAN_HILOG_WRITE(ctype)                                          \
  do {                                                                      \
    ctype value = va_arg(*ap, ctype);                                       \
    if (!c->shown) return snprintf(out, size, "%s", "<private>");           \
    if (c->stars == 0) return snprintf(out, size, c->spec, value);          \
    if (c->stars == 1) return snprintf(out, size, c->spec, star[0], value); \
    return snprintf(out, size, c->spec, star[0], star[1], value);           \
  } while (0)
#if defined(__clang__) || defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
#endif
  if (strchr("diouxXc", c->type) != NULL) {
    // printf promotes char and short to int, so h and hh read an int.
    if (strcmp(c->length, "ll") == 0) NAPISAN_HILOG_WRITE(long long);
    if (strcmp(c->length, "l") == 0) NAPISAN_HILOG_WRITE(long);
    if (strcmp(c->length, "z") == 0) NAPISAN_HILOG_WRITE(size_t);
    if (strcmp(c->length, "j") == 0) NAPISAN_HILOG_WRITE(intmax_t);
    if (strcmp(c->length, "t") == 0) NAPISAN_HILOG_WRITE(ptrdiff_t);
    NAPISAN_HILOG_WRITE(int);
  }
  if (strchr("eEfFgGaA", c->type) != NULL) {
    if (strcmp(c->length, "L") == 0) NAPISAN_HILOG_WRITE(long double);
    NAPISAN_HILOG_WRITE(double);
  }
  NAPISAN_HILOG_WRITE(void*);  // s and p.
#if defined(__clang__) || defined(__GNUC__)
#pragma GCC diagnostic pop
#endif
#undef NAPISAN_HILOG_WRITE
}

// Writes the message, cut to `size`. Returns its length.
static inline size_t NapisanHilogFormat(char* out, size_t size, const char* format, va_list* ap) {
  size_t used = 0;
  const char* at = format;
  while (*at != '\0' && used + 1 < size) {
    if (*at != '%') {
      out[used++] = *at++;
      continue;
    }
    if (at[1] == '%') {
      out[used++] = '%';
      at += 2;
      continue;
    }
    NapisanHilogConversion const c = NapisanHilogParse(at + 1);
    if (c.type == '\0' || strchr("diouxXceEfFgGaAsp", c.type) == NULL) {
      // Not a conversion whose arguments we know (%n among them): the rest of the format is text,
      // since what arguments follow can no longer be told.
      int const rest = snprintf(out + used, size - used, "%s", at);
      if (rest > 0) used += (size_t)rest;
      break;
    }
    int const written = NapisanHilogConvert(out + used, size - used, &c, ap);
    if (written > 0) used += (size_t)written;
    at = c.end;
  }
  if (used >= size) used = size - 1;
  out[used] = '\0';
  return used;
}
