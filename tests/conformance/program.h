// Programs: lists of Node-API operations as text, which run in our host and in a real Node.js.
//
//   program works/cancel_while_queued        begins one; a file holds many
//   # words                                  what it is about
//   version 10                               the Node-API version its module declares; 8 if absent
//   main {                                   a function that JavaScript calls
//     napi_create_string_utf8 "abc" 3 >name  one call a line: the arguments of C, without the env
//     napi_create_async_work null name compute done data >work
//     napi_queue_async_work work
//   }
//   execute compute { }                      what callbacks do; they are named as arguments
//   complete done { … }
//
// Arguments: null; names of what earlier lines made; `>name` for a pointer to a result; "text" with
// \n \" \\ \xNN and u"text" with \uNNNN; numbers, true, false, `auto` (NAPI_AUTO_LENGTH) and
// Node-API's own enumerators, joined by `|`; [a b c] for arrays; {utf8name="p" value=v} for a
// property descriptor. A name in a place for `void*` is a datum of its own, made when it is first
// named.
//
// What else may stand in place of a function: verbs.cc. What may stand before the blocks: kHeaders
// in program.cc.
//
// Ownership: programs are immutable once parsed, and outlive the machines that run them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace napisan::conformance {

struct Word {
  enum class Kind : uint8_t { kBare, kOut, kText, kWide, kList, kRecord, kField };
  Kind kind = Kind::kBare;
  // Without the mark of its kind; a field's is its name.
  std::string text;
  std::u16string wide;
  // A list's and a record's; a field's only item is its value.
  std::vector<Word> items;
};

struct Line {
  std::string source;
  std::vector<Word> words;
};

enum class BlockKind : uint8_t {
  kInit,
  kMain,
  kFunction,
  kExecute,
  kComplete,
  kCallJs,
  kFinalize,
  kHook,
  kAsyncHook,
  kThread,
};

struct Block {
  BlockKind kind;
  std::string name;
  // Among all blocks of its program.
  size_t index;
  std::vector<Line> lines;
};

// When the env is torn down, and whether the trace goes on until it is.
enum class TeardownAt : uint8_t {
  kNever,      // not part of the program
  kIdle,       // once nothing keeps the loop alive
  kAfterMain,  // right after main and its microtasks
};

struct Program {
  std::string name;
  int32_t version = 8;
  TeardownAt teardown = TeardownAt::kNever;
  // The process ends in it, so it runs in one of its own.
  bool ends = false;
  // Why Node's behaviour is undefined here; such a program runs in our host only.
  std::string undefined;
  // Why two runs of Node may differ; such a program runs, and is not compared.
  std::string race;
  // The one profile that it is for; empty for all.
  std::string profile;
  // The first major version of Node that can run it, and why no other; 0 for all.
  int since = 0;
  std::string since_reason;
  // What the checker reports of it: rules in order.
  std::vector<std::string> reports;
  // What it may report besides, any number of times.
  std::vector<std::string> allowed;
  std::vector<Block> blocks;

  bool IsFor(const std::string& a_profile) const;
  const Block* Find(const std::string& block) const;
};

// Adds the programs of a text. False with a line that names file and line of what is wrong.
bool ParsePrograms(const std::string& text, const std::string& file, std::vector<Program>& programs,
                   std::string& error);
bool ReadPrograms(const std::string& path, std::vector<Program>& programs, std::string& error);

}  // namespace napisan::conformance
