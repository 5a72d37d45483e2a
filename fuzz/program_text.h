// The text form of programs: what failures print, what seeds are written in, what parses back.
//
//   hostile abandon version10 schedule 7
//   create 0 null_complete
//   queue 0 forged_low
//   then 0 delete 0
//   execute 1
//   turn 3
//
// The first line is the tier, then what is not the default; one operation follows a line. A
// semicolon ends a line too.
#pragma once

#include <string>
#include <string_view>

#include "program.h"

namespace napisan::fuzz {

const char* NameOf(Tier tier);
const char* NameOf(OpKind kind);
const char* NameOf(Making making);
const char* NameOf(Passing passing);
const char* NameOf(Deed deed);

std::string HeaderText(const Program& program);
std::string ToText(const Operation& operation);
std::string ToText(const Program& program);
// False with one line that says what is wrong.
bool Parse(std::string_view text, Program& program, std::string& error);

}  // namespace napisan::fuzz
