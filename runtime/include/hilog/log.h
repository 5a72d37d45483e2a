// OpenHarmony's HiLog for a workstation: what a module includes as "hilog/log.h".
//
// Types, numbers, macros and functions are those of the HiLog NDK (libhilog_ndk.z.so; its reference
// is the page "HiLog" of OpenHarmony's Performance Analysis Kit, and its "Using HiLog (C/C++)"). A
// line goes to stderr, in the form that the device's log has:
//
//   11-24 03:54:07.001  4711  4712 I A03200/entry: result is 579
//
// As on a device, an argument shows as <private> unless its conversion says %{public}, and lines
// below the minimum level (LOG_INFO until OH_LOG_SetMinLogLevel) are dropped.
//
// The functions are defined here, as weak symbols, and not in a library: a module then works in any
// process that loads it, also in Node.js, which has no HiLog. A process that has its own wins.
#pragma once

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

// The domain and the tag of OH_LOG_DEBUG and its like. A source defines its own, before it includes
// this file or after an #undef.
#ifndef LOG_DOMAIN
#define LOG_DOMAIN 0
#endif
#ifndef LOG_TAG
#define LOG_TAG NULL
#endif

#ifdef __cplusplus
extern "C" {
#endif

typedef enum {
  LOG_APP = 0,
} LogType;

typedef enum {
  LOG_DEBUG = 3,
  LOG_INFO = 4,
  LOG_WARN = 5,
  LOG_ERROR = 6,
  LOG_FATAL = 7,
} LogLevel;

// Gets each line that is loggable, its message already formatted. It must not log.
typedef void (*LogCallback)(const LogType type, const LogLevel level, const unsigned int domain,
                            const char* tag, const char* msg);

// Each of these returns at least 0 on success and a negative number on failure; a line that is
// below the minimum level is a success of 0. Any thread may call them.
int OH_LOG_Print(LogType type, LogLevel level, unsigned int domain, const char* tag,
                 const char* fmt, ...);
int OH_LOG_VPrint(LogType type, LogLevel level, unsigned int domain, const char* tag,
                  const char* fmt, va_list ap);
int OH_LOG_PrintMsg(LogType type, LogLevel level, unsigned int domain, const char* tag,
                    const char* message);
int OH_LOG_PrintMsgByLen(LogType type, LogLevel level, unsigned int domain, const char* tag,
                         size_t tagLen, const char* message, size_t messageLen);
bool OH_LOG_IsLoggable(unsigned int domain, const char* tag, LogLevel level);
void OH_LOG_SetCallback(LogCallback callback);
void OH_LOG_SetMinLogLevel(LogLevel level);

#ifdef __cplusplus
}
#endif

#define OH_LOG_DEBUG(type, ...) \
  ((void)OH_LOG_Print((type), LOG_DEBUG, LOG_DOMAIN, LOG_TAG, __VA_ARGS__))
#define OH_LOG_INFO(type, ...) \
  ((void)OH_LOG_Print((type), LOG_INFO, LOG_DOMAIN, LOG_TAG, __VA_ARGS__))
#define OH_LOG_WARN(type, ...) \
  ((void)OH_LOG_Print((type), LOG_WARN, LOG_DOMAIN, LOG_TAG, __VA_ARGS__))
#define OH_LOG_ERROR(type, ...) \
  ((void)OH_LOG_Print((type), LOG_ERROR, LOG_DOMAIN, LOG_TAG, __VA_ARGS__))
#define OH_LOG_FATAL(type, ...) \
  ((void)OH_LOG_Print((type), LOG_FATAL, LOG_DOMAIN, LOG_TAG, __VA_ARGS__))

#include "log_format.h"
#include "log_print.h"
