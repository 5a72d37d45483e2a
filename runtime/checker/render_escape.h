// Names come from modules: any bytes. These make them safe to show and to store.
#pragma once

#include <string>
#include <string_view>

namespace napisan::checker {

// For a terminal: control characters, the code points that turn text around, and bytes that are
// not UTF-8 become \xNN or \u{NNNN}.
std::string EscapeForTerminal(std::string_view text);

// For JSON: only bytes that are not UTF-8 become \xNN; the JSON library escapes the rest.
std::string EscapeInvalidUtf8(std::string_view text);

// For a URI's path: percent-encoded, slashes kept.
std::string EscapeForUri(std::string_view path);

}  // namespace napisan::checker
