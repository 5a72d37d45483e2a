// Twins: which rules a test is the negative, and which it is the positive twin of.
//
// A test says so first thing: Breaks("x/y") where its program ends in that report, Keeps("x/y")
// where its program is the nearest correct one and ends in none. Both are held to it when the test
// ends, so that none is named in vain; coverage_test.cc reads the sources and wants both for every
// rule.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace napisan {

class Twins {
 public:
  template <class... Slugs>
  void Breaks(Slugs... slugs) {
    (broken_.emplace_back(slugs), ...);
  }
  template <class... Slugs>
  void Keeps(Slugs... slugs) {
    (kept_.emplace_back(slugs), ...);
  }

  void NoteReport(const std::string& rule) { told_.push_back(rule); }
  // Code of the module ran.
  void NoteRun() { ran_ = true; }

  void Judge() const {
    for (const std::string& rule : broken_) {
      EXPECT_THAT(told_, testing::Contains(rule)) << "this test says that it breaks it";
    }
    if (kept_.empty()) return;
    EXPECT_TRUE(ran_) << "a module that does nothing keeps every rule";
    EXPECT_THAT(told_, testing::IsEmpty()) << "a positive twin has no report at all";
  }

 private:
  std::vector<std::string> broken_;
  std::vector<std::string> kept_;
  std::vector<std::string> told_;
  bool ran_ = false;
};

}  // namespace napisan
