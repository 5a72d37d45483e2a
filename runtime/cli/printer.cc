#include "cli/printer.h"

#include <cstdio>
#include <fstream>

#include <nlohmann/json.hpp>

namespace napisan::cli {

void Printer::OnOutcome(size_t statement, const std::string& text) {
  std::vector<std::string>& outcomes = outcomes_[statement];
  if (!quiet_) {
    size_t number = plan_.NumberOf(statement);
    // The first word of a statement is its own text.
    if (outcomes.empty()) {
      std::printf("[%zu] %s\n", number, plan_.statements[statement].source.c_str());
    }
    std::printf("[%zu]   %s\n", number, text.c_str());
    std::fflush(stdout);
  }
  outcomes.push_back(text);
}

void Printer::OnFailure(const std::string& text) {
  std::fprintf(stderr, "napisan: %s\n", text.c_str());
  failures_.push_back(text);
}

void Printer::OnUncaught(const std::string& text) {
  std::fprintf(stderr, "napisan: uncaught exception: %s\n", text.c_str());
  uncaught_.push_back(text);
}

void Printer::OnError(const std::string& text) {
  std::fprintf(stderr, "napisan: %s\n", text.c_str());
}

bool Printer::WriteJson(const std::string& path, const std::string& end, int status) const {
  using nlohmann::ordered_json;
  ordered_json calls = ordered_json::array();
  for (size_t i = 0; i < plan_.statements.size(); ++i) {
    const Statement& statement = plan_.statements[i];
    ordered_json call = {{"call", statement.source}, {"outcomes", outcomes_[i]}};
    if (plan_.is_script()) call["line"] = statement.line;
    if (!statement.name.empty()) call["name"] = statement.name;
    calls.push_back(std::move(call));
  }
  ordered_json all = {{"v", 1}, {"module", plan_.module}};
  if (plan_.is_script()) all["script"] = plan_.texts[0].file;
  all["calls"] = std::move(calls);
  all["failures"] = failures_;
  all["uncaught"] = uncaught_;
  all["ended"] = end;
  all["status"] = status;
  std::ofstream file(path);
  // What a module prints need not be UTF-8.
  file << all.dump(2, ' ', false, ordered_json::error_handler_t::replace) << '\n';
  if (file.flush()) return true;
  std::fprintf(stderr, "napisan: --json: cannot write %s\n", path.c_str());
  return false;
}

}  // namespace napisan::cli
