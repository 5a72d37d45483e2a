#include "cli/module_file.h"

#include <elf.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include <fmt/format.h>

namespace napisan::cli {
namespace {

struct Machine {
  uint16_t id;
  const char* name;
};
constexpr Machine kMachines[] = {
    {EM_X86_64, "x86-64"}, {EM_386, "32-bit x86"}, {EM_AARCH64, "arm64"}, {EM_ARM, "32-bit arm"},
    {EM_RISCV, "RISC-V"},  {EM_PPC64, "ppc64"},    {EM_S390, "s390x"},
};
#if defined(__x86_64__)
constexpr uint16_t kThisMachine = EM_X86_64;
#elif defined(__aarch64__)
constexpr uint16_t kThisMachine = EM_AARCH64;
#else
#error "No ELF machine for this one"
#endif

std::string NameOf(uint16_t id) {
  for (const Machine& machine : kMachines) {
    if (machine.id == id) return machine.name;
  }
  return fmt::format("ELF machine {}", id);
}

bool Begins(const unsigned char* bytes, std::string_view with) {
  return std::memcmp(bytes, with.data(), with.size()) == 0;
}

std::string ProblemOfBytes(const unsigned char* bytes, size_t length) {
  if (length >= 4 && (Begins(bytes, "\xcf\xfa\xed\xfe") || Begins(bytes, "\xca\xfe\xba\xbe"))) {
    return "it is built for macOS; give the one built for Linux";
  }
  if (length >= 2 && Begins(bytes, "MZ")) {
    return "it is built for Windows; give the one built for Linux";
  }
  if (length < sizeof(Elf64_Ehdr) || !Begins(bytes, ELFMAG)) {
    return "it is no shared library; give the built module, a .node or .so file";
  }
  Elf64_Ehdr header;
  std::memcpy(&header, bytes, sizeof(header));
  if (header.e_machine != kThisMachine || header.e_ident[EI_CLASS] != ELFCLASS64) {
    return fmt::format("it is built for {}, and this machine is {}; give the one built for {}",
                       NameOf(header.e_machine), NameOf(kThisMachine), NameOf(kThisMachine));
  }
  if (header.e_type != ET_DYN) {
    return "it is an object file or a program; link it as a shared library";
  }
  return "";
}

std::string ProblemAt(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return "no such file; give the path of a built .node or .so file";
    return std::string(std::strerror(errno)) + "; give a file that can be read";
  }
  if (S_ISDIR(status.st_mode)) {
    return "it is a directory; give the .node file in it, often build/Release/NAME.node";
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return "it cannot be opened; give a file that can be read";
  unsigned char bytes[sizeof(Elf64_Ehdr)] = {};
  file.read(reinterpret_cast<char*>(bytes), sizeof(bytes));
  return ProblemOfBytes(bytes, static_cast<size_t>(file.gcount()));
}

bool Has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

std::string ProblemOfFile(const std::string& path) {
  std::string problem = ProblemAt(path);
  return problem.empty() ? "" : "cannot load " + path + ": " + problem;
}

std::string WithAdvice(const std::string& load_error) {
  if (Has(load_error, "libc.musl") || Has(load_error, "ld-musl")) {
    return load_error + "; it is built for musl: give the one built for glibc";
  }
  if (Has(load_error, "cannot open shared object file")) {
    return load_error + "; install that library, or name its folder in LD_LIBRARY_PATH";
  }
  if (!Has(load_error, "it needs the symbol ")) return load_error;
  if (Has(load_error, " _ZN2v8") || Has(load_error, " _ZNK2v8") || Has(load_error, " _ZN4node")) {
    return load_error + "; only the real Node.js has V8's and its own C++: use Node-API instead";
  }
  return load_error + "; link the module with what defines it";
}

}  // namespace napisan::cli
