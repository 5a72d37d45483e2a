#include "checker/symbolize_file.h"

#if defined(NAPISAN_HAVE_LIBDW)
#include <dwarf.h>
#include <elfutils/libdwfl.h>

#include <cstring>
#include <map>
#else
#include <dlfcn.h>
#endif

namespace napisan::checker {

#if defined(NAPISAN_HAVE_LIBDW)
namespace {

// libdw's view of one file, at load address 0: its addresses are the offsets that we keep.
Dwfl_Module* OpenModule(const Image& image) {
  static char* debug_path = nullptr;  // the distribution's directories for separate debug files
  static const Dwfl_Callbacks callbacks = {
      .find_elf = dwfl_build_id_find_elf,
      .find_debuginfo = dwfl_standard_find_debuginfo,
      .section_address = dwfl_offline_section_address,
      .debuginfo_path = &debug_path,
  };
  Dwfl* dwfl = dwfl_begin(&callbacks);
  if (dwfl == nullptr) return nullptr;
  dwfl_report_begin(dwfl);
  Dwfl_Module* module = dwfl_report_elf(dwfl, image.path, image.path, -1, 0, true);
  dwfl_report_end(dwfl, nullptr, nullptr);
  if (module == nullptr) {
    dwfl_end(dwfl);
    return nullptr;
  }
  return module;  // and its Dwfl stay open as long as the process
}

// Whether the file is still the one that was mapped: a module may have been rebuilt meanwhile.
bool SameBuild(Dwfl_Module* module, const char* build_id) {
  if (build_id[0] == '\0') return true;
  GElf_Addr bias = 0;
  if (dwfl_module_getelf(module, &bias) == nullptr) return false;
  const unsigned char* bits = nullptr;
  GElf_Addr address = 0;
  int length = dwfl_module_build_id(module, &bits, &address);
  if (length <= 0 || std::strlen(build_id) != 2 * static_cast<size_t>(length)) return false;
  for (int i = 0; i < length; ++i) {
    if (build_id[2 * i] != "0123456789abcdef"[bits[i] >> 4]) return false;
    if (build_id[2 * i + 1] != "0123456789abcdef"[bits[i] & 15]) return false;
  }
  return true;
}

Dwfl_Module* ModuleOf(const Image& image) {
  // By file, because a module that each Worker loads again is the same file every time. Null is
  // kept too: a file that cannot be read is not tried again. Never freed.
  static auto* modules = new std::map<std::pair<std::string, std::string>, Dwfl_Module*>;
  auto [it, is_new] = modules->try_emplace({image.path, image.build_id}, nullptr);
  if (is_new) {
    it->second = OpenModule(image);
    if (it->second != nullptr && !SameBuild(it->second, image.build_id)) it->second = nullptr;
  }
  return it->second;
}

// The compilation unit of an address. clang writes no index of them (.debug_aranges), and libdw
// makes none, so that the units have to be asked one by one.
Dwarf_Die* UnitOf(Dwfl_Module* module, Dwarf_Addr address, Dwarf_Addr& bias) {
  Dwarf_Die* unit = dwfl_module_addrdie(module, address, &bias);
  if (unit != nullptr) return unit;
  while ((unit = dwfl_module_nextcu(module, unit, &bias)) != nullptr) {
    if (dwarf_haspc(unit, address - bias) == 1) return unit;
  }
  return nullptr;
}

void FindLine(Dwfl_Module* module, Dwarf_Addr address, FileSymbol& result) {
  Dwarf_Addr bias = 0;
  Dwarf_Die* unit = UnitOf(module, address, bias);
  if (unit == nullptr) return;
  Dwarf_Line* line = dwarf_getsrc_die(unit, address - bias);
  const char* file = line == nullptr ? nullptr : dwarf_linesrc(line, nullptr, nullptr);
  if (file == nullptr || dwarf_lineno(line, &result.line) != 0) return;
  Dwarf_Attribute attribute;
  const char* directory =
      file[0] == '/' ? nullptr : dwarf_formstring(dwarf_attr(unit, DW_AT_comp_dir, &attribute));
  result.file = directory == nullptr ? file : std::string(directory) + "/" + file;
}

}  // namespace

FileSymbol FindFileSymbol(const Image& image, uint64_t offset) {
  FileSymbol result;
  Dwfl_Module* module = ModuleOf(image);
  if (module == nullptr) return result;
  GElf_Addr bias = 0;
  dwfl_module_getelf(module, &bias);
  GElf_Addr address = offset + bias;
  GElf_Off into = 0;
  GElf_Sym symbol;
  const char* name =
      dwfl_module_addrinfo(module, address, &into, &symbol, nullptr, nullptr, nullptr);
  // libdw answers with the nearest symbol before; one of a known size that ended earlier is not it.
  if (name != nullptr && (symbol.st_size == 0 || into < symbol.st_size)) result.function = name;
  FindLine(module, address, result);
  return result;
}

#else

FileSymbol FindFileSymbol(const Image& image, uint64_t offset) {
  FileSymbol result;
  auto* address = reinterpret_cast<void*>(image.base + offset);
  Dl_info info;
  if (FindImageByAddress(address) != &image || dladdr(address, &info) == 0) return result;
  if (info.dli_sname != nullptr) result.function = info.dli_sname;
  return result;
}

#endif

}  // namespace napisan::checker
