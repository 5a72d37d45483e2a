// Programs that are generated: every function with every kind of argument, and at random.
//
// The same programs every time: no clock, no address, no seed but the one given.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "api/functions.h"
#include "program.h"

namespace napisan::conformance {

// A kind of napi_value that arguments are tried with.
struct ValueKind {
  const char* name;
  // A value without properties of its own, which can be made while the env is stopping.
  bool primitive;
};
const std::vector<ValueKind>& ValueKinds();

// True where a fixture is good only in the block that made it.
bool IsScope(const std::string& fixture);

// How a function is called well.
struct Recipe {
  FunctionId function;
  std::vector<Word> arguments;
  std::vector<std::string> afterwards;
};
const std::vector<Recipe>& Recipes();

// The first major version of Node that has it, where that is not every one that we compare with.
int FirstNode(FunctionId function);

// Writes one program: what its lines name is made before them.
class Writer {
 public:
  Writer(std::string name, int version);
  // The program calls it.
  void Calls(FunctionId function);

  void Header(const std::string& line) { headers_.push_back(line); }
  // It may go on calling where it has thrown.
  void Throws() { Header("allows exception/call-while-pending"); }
  // Lines of the block that is being written, fixtures that they name first.
  void Add(const std::string& lines);
  // A fixture is at hand although this block did not make it.
  void Assume(const std::string& fixture) { made_.insert(fixture); }
  // What the block has made so far; to go back to where a scope ends.
  std::set<std::string> Snapshot() const { return made_; }
  void Restore(const std::set<std::string>& made) { made_ = made; }
  // Makes what a line names, and leaves the line out.
  void MakeForCall(const std::string& line);
  // A line as it is.
  void AddRaw(const std::string& line) { lines_.push_back("  " + line); }
  // Makes a fixture in the block that is being written; nothing for other words.
  void Make(const std::string& fixture);
  // The values that the block which is being written has made.
  std::vector<ValueKind> MadeValues() const;
  // What has been written so far becomes this block; what was made is not at hand any more if
  // `forget`.
  void EndBlock(const std::string& heading, bool forget = true);

  std::string Text() const;

 private:
  void MakeAll(const std::vector<Word>& words);

  std::string name_;
  std::vector<std::string> headers_;
  std::vector<std::string> lines_;
  std::vector<std::string> blocks_;
  std::set<std::string> made_;
  // Texts of blocks that were named.
  std::set<std::string> named_blocks_;
};

// As a program writes it.
std::string TextOf(const Word& word);
std::string CallText(FunctionId function, const std::vector<Word>& arguments);

// The generators; each gives its programs as text.
void GenerateSweeps(std::vector<std::string>& programs);
void GenerateStopping(std::vector<std::string>& programs);
void GenerateProperties(std::vector<std::string>& programs);
void GenerateRandom(uint64_t seed, int count, std::vector<std::string>& programs);

// Why a call with this argument is undefined in Node; null where it is not. `argument` from 1,
// 0 for the call with all arguments well.
const char* UndefinedReason(FunctionId function, size_t argument, const std::string& variant);

}  // namespace napisan::conformance
