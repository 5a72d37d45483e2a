// The text of --call, one statement, and of --script, one a line: enough JavaScript to drive a
// module, and no more. There is no control flow.
//
//   script     { [ statement ] ( end of line | ';' ) }      // a comment goes on to the end of line
//   statement  [ name '=' ] expression                      the result of it has that name from
//   here
//              path '=' literal                             sets a property
//              'expect' expression [ check ]
//              'expect' 'throws' expression [ check ]       it throws, or it rejects what is
//              awaited
//              'terminate'                              the env is torn down with what is in
//              flight,
//                                                       as by worker.terminate(); nothing follows
//   expression [ 'await' ] ( [ 'new' ] path arguments | path )
//              'require' '(' text ')'                       another module's exports
//              literal
//   arguments  '(' [ literal { ',' literal } [ ',' ] ] ')'
//   check      'is' literal                                 deeply equal
//              'has' text                                   its printed form has the text in it
//
// Literals and paths: literal_syntax.h. A path that begins with no earlier result begins with an
// export of the module; `exports.a` is the same as `a`, and what no export is named may be a
// property of globalThis. 'const', 'let' and 'var' before a name change nothing.
//
// The parser is total: any bytes give statements or one error with its column. It knows no host.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cli/literal_syntax.h"

namespace napisan::cli {

struct Statement {
  enum class Kind : uint8_t {
    kCall,
    kConstruct,
    kRead,     // of a path
    kSet,      // of a path, to the first argument
    kRequire,  // of the first argument
    kValue,    // the first argument
    kTerminate,
  };
  enum class Expect : uint8_t {
    kNothing,
    kValue,  // only that it does not throw
    kThrows,
  };
  enum class Check : uint8_t { kNone, kIs, kHas };

  // As written, on one line.
  std::string source;
  // Where it begins in its text; `line` is 0 for --call.
  size_t at = 0;
  size_t line = 0;

  Kind kind = Kind::kCall;
  std::string name;  // empty where its result has none
  bool await = false;
  Path path;
  std::vector<Literal> arguments;
  std::vector<size_t> argument_at;

  Expect expect = Expect::kNothing;
  Check check = Check::kNone;
  Literal checked;
};
using StatementKind = Statement::Kind;

// One statement. `names` knows those before it, and learns its own.
bool ParseCall(std::string_view source, Names& names, Statement& statement, SyntaxError& error);

bool ParseScript(std::string_view source, Names& names, std::vector<Statement>& statements,
                 SyntaxError& error);

}  // namespace napisan::cli
