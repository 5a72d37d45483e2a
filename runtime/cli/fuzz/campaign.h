// Campaign: one run of napisan fuzz. Children run inputs, thousands each; what they find is kept
// and looked into, what they learn goes to the next one.
//
// Threads: the process has one.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "cli/fuzz/child.h"
#include "cli/fuzz/controlled.h"
#include "cli/fuzz/findings.h"
#include "cli/fuzz/generate.h"

namespace napisan::cli::fuzz {

struct CampaignOptions {
  // 0 for no limit; one of the two is given.
  double seconds = 0;
  uint64_t runs = 0;
  uint64_t seed = 1;
  // Inputs to begin with, and where those go that showed something new; empty for none.
  std::string corpus;
  GeneratorOptions generator;
  bool quiet = false;
};

class Campaign {
 public:
  Campaign(ChildPlan plan, Knowledge& knowledge, const CampaignOptions& options,
           Findings& findings);

  // The exit status: 0; 1 after findings, or where nothing was called; 128 and the signal after an
  // interrupt.
  int Run();

 private:
  // In a child.
  void RunInputs(ChildContext& child);
  Input Next(Generator& generator, Random& random);
  // In the command.
  bool LoadCorpus();
  void Keep(const std::string& text);
  void Take(const ChildResult& result);
  bool LookInto(const Found& found, const std::vector<std::string>& logged);
  void Tell(bool now);
  int Finish();
  bool TimeIsOver() const;
  bool Ends() const { return interrupted_ != 0 || unwritten_; }
  double Seconds() const { return RealSeconds() - begin_; }

  ChildPlan plan_;
  Knowledge& knowledge_;
  const CampaignOptions& options_;
  Findings& findings_;
  double begin_ = RealSeconds();
  double told_ = begin_;
  std::vector<Input> corpus_;
  std::set<std::string> corpus_names_;
  // Of the corpus: how many of those that it began with have been run.
  size_t replayed_ = 0;
  size_t loaded_ = 0;
  // Inputs of all children so far.
  uint64_t runs_ = 0;
  uint64_t children_ = 0;
  int interrupted_ = 0;
  // What is found, or kept, cannot be written: it is told, and the campaign ends.
  bool unwritten_ = false;
  std::set<std::string> known_;
  std::vector<Finding> found_;
};

}  // namespace napisan::cli::fuzz
