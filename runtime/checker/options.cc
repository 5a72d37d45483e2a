#include "checker/options.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <numeric>
#include <vector>

#include "api/profile.h"
#include "checker/render_escape.h"

extern "C" [[gnu::weak]] const char* __napisan_default_options();

namespace napisan::checker {
namespace {

constexpr std::string_view kOptionNames[] = {
#define OPTION(type, name, default_value, help) #name,
#include "checker/options.def"
#undef OPTION
};
constexpr int kNameCount = static_cast<int>(std::size(kOptionNames));

template <typename Enum>
struct Choice {
  std::string_view word;
  Enum value;
};

constexpr Choice<bool> kBools[] = {{"0", false},  {"1", true},      {"no", false},
                                   {"yes", true}, {"false", false}, {"true", true}};
constexpr Choice<Color> kColors[] = {
    {"auto", Color::kAuto}, {"always", Color::kAlways}, {"never", Color::kNever}};
constexpr Choice<Stack> kStacks[] = {{"callsite", Stack::kCallsite}, {"full", Stack::kFull}};

template <typename Enum, size_t kCount>
bool Choose(const Choice<Enum> (&choices)[kCount], std::string_view text, Enum& out) {
  for (const Choice<Enum>& choice : choices) {
    if (choice.word != text) continue;
    out = choice.value;
    return true;
  }
  return false;
}

// One overload a type of option: parse, say what would have been right, and show.
bool ParseValue(std::string_view text, bool& out) { return Choose(kBools, text, out); }
bool ParseValue(std::string_view text, Color& out) { return Choose(kColors, text, out); }
bool ParseValue(std::string_view text, Stack& out) { return Choose(kStacks, text, out); }
bool ParseValue(std::string_view text, int& out) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  return error == std::errc() && end == text.data() + text.size() && out >= 0;
}
bool ParseValue(std::string_view text, std::string& out) {
  out = text;
  return true;
}

const char* Expected(bool) { return "0 or 1"; }
const char* Expected(Color) { return "auto, always or never"; }
const char* Expected(Stack) { return "callsite or full"; }
const char* Expected(int) { return "a whole number from 0"; }
const char* Expected(const std::string&) { return "text"; }

std::string Show(bool value) { return value ? "1" : "0"; }
std::string Show(Color value) { return std::string(kColors[static_cast<int>(value)].word); }
std::string Show(Stack value) { return std::string(kStacks[static_cast<int>(value)].word); }
std::string Show(int value) { return std::to_string(value); }
std::string Show(const std::string& value) { return value.empty() ? "none" : value; }

// What a type cannot tell about a value.
std::optional<std::string> CheckMeaning(const Options& options) {
  if (options.exitcode > 255) {
    return fmt::format("bad value {} for option \"exitcode\": an exit status is at most 255",
                       options.exitcode);
  }
  if (!options.profile.empty() && !ParseProfile(options.profile)) {
    return fmt::format(
        "bad value \"{}\" for option \"profile\": expected {}, in quotes where it has a colon",
        options.profile, ProfileNames());
  }
  return std::nullopt;
}

std::optional<std::string> SetOption(std::string_view name, std::string_view value,
                                     Options& options) {
  std::optional<std::string> error;
#define OPTION(type, option, default_value, help)                                      \
  if (name == #option) {                                                               \
    if (ParseValue(value, options.option)) return CheckMeaning(options);               \
    return fmt::format("bad value \"{}\" for option \"{}\": expected {}", value, name, \
                       Expected(options.option));                                      \
  }
#include "checker/options.def"
#undef OPTION
  return fmt::format("unknown option \"{}\"; did you mean \"{}\"?", name,
                     NearestName(name, kOptionNames, kNameCount));
}

bool IsSeparator(char c) {
  return c == ':' || c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

// Applies the options of one source, or ends the process and names the source.
void Apply(const char* source, const char* text, Options& options) {
  if (text == nullptr) return;
  if (std::optional<std::string> error = ParseOptions(text, options)) {
    FailUsage(fmt::format("{}: {}", source, *error));
  }
}

Options* MakeOptions() {
  // Never destroyed: exit handlers and static destructors of modules ask for it.
  auto* options = new Options;
  if (__napisan_default_options != nullptr) {
    Apply("__napisan_default_options", __napisan_default_options(), *options);
  }
  Apply("NAPISAN_OPTIONS", std::getenv("NAPISAN_OPTIONS"), *options);
  if (options->help) {
    std::string help = OptionsHelp();
    [[maybe_unused]] ssize_t written = write(STDERR_FILENO, help.data(), help.size());
  }
  return options;
}

}  // namespace

std::optional<std::string> ParseOptions(std::string_view text, Options& options) {
  size_t at = 0;
  while (true) {
    while (at < text.size() && IsSeparator(text[at])) ++at;
    if (at == text.size()) return std::nullopt;
    size_t name_start = at;
    while (at < text.size() && text[at] != '=' && !IsSeparator(text[at])) ++at;
    std::string_view name = text.substr(name_start, at - name_start);
    if (at == text.size() || text[at] != '=') {
      return fmt::format("expected \"=\" after \"{}\"", name);
    }
    ++at;
    char quote = at < text.size() && (text[at] == '"' || text[at] == '\'') ? text[at] : '\0';
    if (quote != '\0') ++at;
    size_t value_start = at;
    while (at < text.size() && (quote != '\0' ? text[at] != quote : !IsSeparator(text[at]))) ++at;
    std::string_view value = text.substr(value_start, at - value_start);
    if (quote != '\0' && at == text.size()) {
      return fmt::format("the quote of option \"{}\" is not closed", name);
    }
    if (quote != '\0') ++at;
    // What is refused changes nothing.
    Options changed = options;
    if (auto error = SetOption(name, value, changed)) return error;
    options = std::move(changed);
  }
}

std::string OptionsHelp() {
  std::string text = "NAPISAN_OPTIONS=key=value:key=value, with these keys:\n";
  const Options defaults;
#define OPTION(type, name, default_value, help) \
  text += fmt::format("  {:<20} {} (default: {})\n", #name, help, Show(defaults.name));
#include "checker/options.def"
#undef OPTION
  return text;
}

Options& MutableOptions() {
  static Options* const options = MakeOptions();
  return *options;
}

const Options& GetOptions() { return MutableOptions(); }

void FailUsage(const std::string& line) {
  std::string text = "napisan: " + EscapeForTerminal(line) + "\n";
  [[maybe_unused]] ssize_t written = write(STDERR_FILENO, text.data(), text.size());
  _exit(2);
}

std::string_view NearestName(std::string_view word, const std::string_view* names, int count) {
  std::string_view nearest;
  size_t nearest_distance = SIZE_MAX;
  for (int index = 0; index < count; ++index) {
    std::string_view name = names[index];
    // Levenshtein's distance, a row at a time.
    std::vector<size_t> row(name.size() + 1);
    std::iota(row.begin(), row.end(), size_t{0});
    for (size_t i = 0; i < word.size(); ++i) {
      size_t diagonal = row[0];
      row[0] = i + 1;
      for (size_t j = 0; j < name.size(); ++j) {
        size_t changed = diagonal + (word[i] == name[j] ? 0 : 1);
        diagonal = row[j + 1];
        row[j + 1] = std::min(changed, std::min(row[j], diagonal) + 1);
      }
    }
    if (row.back() >= nearest_distance) continue;
    nearest_distance = row.back();
    nearest = name;
  }
  return nearest;
}

}  // namespace napisan::checker
