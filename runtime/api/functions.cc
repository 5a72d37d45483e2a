#include "api/functions.h"

namespace napisan {

const char* EventWord(Event event) {
  switch (event) {
    case Event::None:
      return "none";
    case Event::Create:
      return "created";
    case Event::Queue:
      return "queued";
    case Event::Cancel:
      return "cancelled";
    case Event::Delete:
      return "deleted";
    case Event::Use:
      return "used";
    case Event::Ref:
      return "ref'd";
    case Event::Unref:
      return "unref'd";
    case Event::Settle:
      return "settled";
    case Event::Close:
      return "closed";
    case Event::Escape:
      return "escaped";
    case Event::Call:
      return "called";
    case Event::Acquire:
      return "acquired";
    case Event::Release:
      return "released";
    case Event::ExecuteStart:
      return "executing";
    case Event::ExecuteEnd:
      return "executed";
    case Event::CompleteStart:
      return "completing";
    case Event::CompleteEnd:
      return "completed";
    case Event::Finalize:
      return "finalized";
    case Event::Teardown:
      return "torn down";
    case Event::Take:
      return "taken";
    case Event::Collect:
      return "collected";
    case Event::kCount:
      break;
  }
  return "?";
}

}  // namespace napisan
