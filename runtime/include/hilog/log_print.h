// HiLog's functions, as weak definitions: one per module, whatever number of sources includes this.
// Part of log.h.
#pragma once

#include <stdio.h>
#include <time.h>

#include <sys/syscall.h>
#include <unistd.h>

#define NAPISAN_HILOG_WEAK __attribute__((weak))
// The kit's limits: a message is cut at 4096 bytes, a tag at 31.
enum { kNapisanHilogMessageBytes = 4096, kNapisanHilogTagBytes = 31 };

#ifdef __cplusplus
extern "C" {
#endif

// Relaxed atomics (the compilers' builtins, which C and C++ share): a level or a callback that is
// set while another thread logs takes effect for that thread at some later line.
NAPISAN_HILOG_WEAK int napisan_hilog_min_level = LOG_INFO;
NAPISAN_HILOG_WEAK LogCallback napisan_hilog_callback = NULL;

NAPISAN_HILOG_WEAK bool OH_LOG_IsLoggable(unsigned int domain, const char* tag, LogLevel level) {
  (void)domain;
  (void)tag;
  return level <= LOG_FATAL &&
         (int)level >= __atomic_load_n(&napisan_hilog_min_level, __ATOMIC_RELAXED);
}

NAPISAN_HILOG_WEAK void OH_LOG_SetMinLogLevel(LogLevel level) {
  __atomic_store_n(&napisan_hilog_min_level, (int)level, __ATOMIC_RELAXED);
}

NAPISAN_HILOG_WEAK void OH_LOG_SetCallback(LogCallback callback) {
  __atomic_store_n(&napisan_hilog_callback, callback, __ATOMIC_RELAXED);
}

NAPISAN_HILOG_WEAK int OH_LOG_PrintMsgByLen(LogType type, LogLevel level, unsigned int domain,
                                            const char* tag, size_t tagLen, const char* message,
                                            size_t messageLen) {
  if (message == NULL || level < LOG_DEBUG || level > LOG_FATAL) return -1;
  if (!OH_LOG_IsLoggable(domain, tag, level)) return 0;
  if (tag == NULL) tagLen = 0;
  if (tagLen > kNapisanHilogTagBytes) tagLen = kNapisanHilogTagBytes;
  if (messageLen >= kNapisanHilogMessageBytes) messageLen = kNapisanHilogMessageBytes - 1;

  char short_tag[kNapisanHilogTagBytes + 1];
  char text[kNapisanHilogMessageBytes];
  snprintf(short_tag, sizeof(short_tag), "%.*s", (int)tagLen, tag == NULL ? "" : tag);
  snprintf(text, sizeof(text), "%.*s", (int)messageLen, message);

  struct timespec now;
  struct tm local;
  clock_gettime(CLOCK_REALTIME, &now);
  localtime_r(&now.tv_sec, &local);
  char stamp[32];
  strftime(stamp, sizeof(stamp), "%m-%d %H:%M:%S", &local);
  // One call, so that lines of two threads do not mix.
  int const written =
      fprintf(stderr, "%s.%03d %5d %5d %c %c%05x/%s: %s\n", stamp, (int)(now.tv_nsec / 1000000),
              (int)getpid(), (int)syscall(SYS_gettid), "DIWEF"[level - LOG_DEBUG],
              type == LOG_APP ? 'A' : 'C', domain, short_tag, text);

  LogCallback const callback = __atomic_load_n(&napisan_hilog_callback, __ATOMIC_RELAXED);
  if (callback != NULL) callback(type, level, domain, short_tag, text);
  return written;
}

NAPISAN_HILOG_WEAK int OH_LOG_PrintMsg(LogType type, LogLevel level, unsigned int domain,
                                       const char* tag, const char* message) {
  return OH_LOG_PrintMsgByLen(type, level, domain, tag, tag == NULL ? 0 : strlen(tag), message,
                              message == NULL ? 0 : strlen(message));
}

NAPISAN_HILOG_WEAK int OH_LOG_VPrint(LogType type, LogLevel level, unsigned int domain,
                                     const char* tag, const char* fmt, va_list ap) {
  if (fmt == NULL) return -1;
  // A copy, since a va_list that is a parameter may have decayed to a pointer.
  va_list arguments;
  va_copy(arguments, ap);
  char message[kNapisanHilogMessageBytes];
  NapisanHilogFormat(message, sizeof(message), fmt, &arguments);
  va_end(arguments);
  return OH_LOG_PrintMsg(type, level, domain, tag, message);
}

NAPISAN_HILOG_WEAK int OH_LOG_Print(LogType type, LogLevel level, unsigned int domain,
                                    const char* tag, const char* fmt, ...) {
  va_list arguments;
  va_start(arguments, fmt);
  int const result = OH_LOG_VPrint(type, level, domain, tag, fmt, arguments);
  va_end(arguments);
  return result;
}

#ifdef __cplusplus
}
#endif
