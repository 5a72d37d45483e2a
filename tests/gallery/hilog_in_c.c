// "hilog/log.h" as a C source of a module sees it, beside a C++ source that includes it too.
#define LOG_DOMAIN 0x3201
#define LOG_TAG "in C"
#include "hilog/log.h"

void LogInC(int number) { OH_LOG_WARN(LOG_APP, "number %{public}d of %d", number, 3); }
