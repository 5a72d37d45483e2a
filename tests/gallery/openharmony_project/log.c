#include "hilog/log.h"
#include "napi/native_api.h"

void LogStart(int number) { OH_LOG_INFO(LOG_APP, "start %{public}d %d", number, number); }
