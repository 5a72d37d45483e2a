// The host under control: each of its functions is a scheduling point first. The checker stands in
// front of it in programs that link this (napisan_controlled).

#include "front/pointed.h"
#include "api/functions.h"
#include "api/schedule_point.h"
#include "host/entry.h"
#include "napisan/yield.h"

void napisan_schedule_point(const char* what) { napisan::SchedulePoint(what); }

namespace napisan::front {
namespace {

template <FunctionId id, auto function>
struct Pointed;
template <FunctionId id, class Result, class... Arguments, Result (*function)(Arguments...)>
struct Pointed<id, function> {
  static Result Call(Arguments... arguments) {
    SchedulePoint(Info(id).name);
    return function(arguments...);
  }
};
// Nobody goes on after it.
template <>
struct Pointed<FunctionId::napi_fatal_error, &host::napi_fatal_error> {
  static constexpr auto Call = &host::napi_fatal_error;
};

}  // namespace

// Constant, for it is read before anything is initialised.
constinit const HostTable kPointedHost = {
#define FUNCTION(name, since, thread, pending, basic, event) \
  Pointed<FunctionId::name, &host::name>::Call,
#include "api/functions.def"
};

}  // namespace napisan::front
