#include "checker/suppressions.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "checker/options.h"

namespace napisan::checker {
namespace {

// Whole-text match with * for any text.
bool GlobMatches(std::string_view glob, std::string_view text) {
  size_t at = 0;
  size_t star = glob.npos;
  size_t star_text = 0;
  size_t in_glob = 0;
  while (at < text.size()) {
    if (in_glob < glob.size() && glob[in_glob] == '*') {
      star = in_glob++;
      star_text = at;
    } else if (in_glob < glob.size() && glob[in_glob] == text[at]) {
      ++in_glob;
      ++at;
    } else if (star != glob.npos) {
      in_glob = star + 1;
      at = ++star_text;
    } else {
      return false;
    }
  }
  while (in_glob < glob.size() && glob[in_glob] == '*') ++in_glob;
  return in_glob == glob.size();
}

bool PlaceMatches(std::string_view place, std::string_view text) {
  if (text.empty()) return false;
  bool from_start = place[0] == '^';
  if (from_start) place.remove_prefix(1);
  bool to_end = !place.empty() && place.back() == '$';
  if (to_end) place.remove_suffix(1);
  return GlobMatches(fmt::format("{}{}{}", from_start ? "" : "*", place, to_end ? "" : "*"), text);
}

bool Matches(const Suppression& suppression, const Report& report) {
  if (!GlobMatches(suppression.rule, Get(report.rule).slug)) return false;
  const std::string& place = suppression.place;
  if (place.empty() || PlaceMatches(place, report.module)) return true;
  return std::any_of(report.at.begin(), report.at.end(), [&place](const CodeLocation& location) {
    return PlaceMatches(place, location.function) || PlaceMatches(place, location.file) ||
           PlaceMatches(place, location.image);
  });
}

std::string_view Trimmed(std::string_view text) {
  size_t first = text.find_first_not_of(" \t\r");
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r") - first + 1);
}

std::string_view NearestRule(std::string_view word) {
  std::vector<std::string_view> slugs;
  for (int i = 0; i < kRuleCount; ++i) slugs.push_back(AllRules()[i].slug);
  return NearestName(word, slugs.data(), kRuleCount);
}

std::optional<std::string> ParseLine(std::string_view line, Suppression& suppression) {
  size_t colon = line.find(':');
  std::string_view rule = Trimmed(line.substr(0, colon));
  bool known = std::any_of(AllRules(), AllRules() + kRuleCount, [rule](const Rule& candidate) {
    return GlobMatches(rule, candidate.slug);
  });
  if (!known) {
    return fmt::format("no rule is called \"{}\"; did you mean \"{}\"?", rule, NearestRule(rule));
  }
  suppression.rule = rule;
  if (colon == line.npos) return std::nullopt;
  suppression.place = Trimmed(line.substr(colon + 1));
  if (suppression.place.empty()) return fmt::format("nothing stands after \"{}:\"", rule);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> ParseSuppressions(std::string_view text,
                                             std::vector<Suppression>& suppressions) {
  int number = 0;
  while (!text.empty()) {
    ++number;
    size_t end = text.find('\n');
    std::string_view line = Trimmed(text.substr(0, end));
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    if (line.empty() || line[0] == '#') continue;
    Suppression suppression;
    if (auto error = ParseLine(line, suppression)) {
      return fmt::format("line {}: {}", number, *error);
    }
    suppressions.push_back(std::move(suppression));
  }
  return std::nullopt;
}

Suppression* FindSuppression(std::vector<Suppression>& suppressions, const Report& report) {
  for (Suppression& suppression : suppressions) {
    if (!Matches(suppression, report)) continue;
    ++suppression.hits;
    return &suppression;
  }
  return nullptr;
}

std::vector<Suppression> LoadSuppressions(const std::string& path) {
  std::vector<Suppression> suppressions;
  if (path.empty()) return suppressions;
  std::string text;
  std::FILE* file = std::fopen(path.c_str(), "re");
  bool read = file != nullptr;
  char block[4096];
  while (read) {
    size_t bytes = std::fread(block, 1, sizeof(block), file);
    text.append(block, bytes);
    if (bytes == sizeof(block)) continue;
    read = std::ferror(file) == 0;
    break;
  }
  int error_number = errno;
  if (file != nullptr) std::fclose(file);
  if (!read) {
    FailUsage(fmt::format("cannot read suppressions {}: {}", path, std::strerror(error_number)));
  }
  if (auto error = ParseSuppressions(text, suppressions)) {
    FailUsage(fmt::format("suppressions {}, {}", path, *error));
  }
  return suppressions;
}

std::string DescribeSuppressions(const std::vector<Suppression>& suppressions) {
  std::string text;
  for (const Suppression& suppression : suppressions) {
    std::string colon = suppression.place.empty() ? "" : ":";
    std::string hits =
        suppression.hits == 0 ? "not used" : fmt::format("{} hits", suppression.hits);
    text += fmt::format("napisan: suppression {}{}{}: {}\n", suppression.rule, colon,
                        suppression.place, hits);
  }
  return text;
}

}  // namespace napisan::checker
