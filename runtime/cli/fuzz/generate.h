// Generator: makes inputs from what is known of a module, and changes those that there are.
//
// Arguments are of the kinds that are known, most of the time; nothing is known of what nobody has
// read yet, and then they are anything.
#pragma once

#include <string>
#include <vector>

#include "cli/fuzz/chance.h"
#include "cli/fuzz/input.h"
#include "cli/fuzz/knowledge.h"

namespace napisan::cli::fuzz {

struct GeneratorOptions {
  // Names of exports; empty for all. Methods of what they give come with them.
  std::vector<std::string> only;
  bool faults = false;
};

class Generator {
 public:
  Generator(const Knowledge& knowledge, const GeneratorOptions& options, Random& random)
      : knowledge_(knowledge), options_(options), random_(random) {}

  // False where nothing can be called.
  bool Refresh();
  Input Make();
  // Changes one or a few things. `other` is another input to take from, or null.
  void Mutate(Input& input, const Input* other);

 private:
  // What a name of the input stands for.
  struct Result {
    std::string name;
    const Node* node = nullptr;
    bool callback = false;
  };

  void ReadResults(const Input& input);
  void AddCall(Input& input, const Node& callable, int depth);
  bool PathTo(Input& input, const Node& callable, Path& path, int depth);
  void AddArguments(Input& input, const Node& callable, std::vector<Literal>& arguments);
  Literal Argument(Input& input, const Node* node, int depth);
  Literal OfKind(Input& input, ValueKind kind, const Node* node, int depth);
  Literal Anything(Input& input, int depth);
  Literal Number();
  Literal Text();
  Literal BigInt();
  Literal Bytes();
  Literal Callback();
  Literal Earlier();
  // A statement that makes what no literal is, and its name.
  Literal Made(Input& input, const char* constructor, bool construct, Literal argument);
  void AddSomething(Input& input);
  InWorker NewWorker();
  std::vector<uint32_t> NewSchedule(size_t statements);
  void ChangeArgument(Input& input);
  void ChangeSchedule(Input& input);
  void TakeFrom(Input& input, const Input& other);
  std::string NewName(const char* prefix);

  const Knowledge& knowledge_;
  const GeneratorOptions& options_;
  Random& random_;
  std::vector<const Node*> callables_;
  std::vector<Result> results_;
  size_t names_ = 0;
};

}  // namespace napisan::cli::fuzz
