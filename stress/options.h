// What a stress run is asked to do, and the command that asks for it again.
#pragma once

#include <cstdint>
#include <string>

namespace napisan::stress {

// A deliberate defect, to prove that the run can fail.
enum class Plant : uint8_t {
  kNone,
  kRace,                // execute and the agent's thread change one plain variable
  kLeak,                // memory that nobody can reach any more
  kDoubleDelete,        // a work is deleted twice: a report
  kReportFreeComplete,  // complete is called once more, behind the back of host and checker
};

struct Options {
  uint64_t seed = 0;
  // The run ends at whichever comes first; 0 works are no limit.
  double seconds = 10;
  uint64_t works = 0;
  uint32_t agents = 2;
  uint32_t in_flight = 64;  // of one agent
  uint32_t threads = 4;     // of libuv's pool, which all agents share
  std::string profile = "node24";
  std::string json;
  Plant plant = Plant::kNone;
};

// The options of a command line; ends the program with 0 after help, and with 2 and one line when
// they make no sense.
Options ParseOptions(int argc, char** argv);

const char* NameOf(Plant plant);

// The command line that makes the same choices.
std::string ReproCommand(const Options& options);

}  // namespace napisan::stress
