#include "cli/fuzz/preflight.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string_view>

#include "cli/fuzz/generate.h"

namespace napisan::cli::fuzz {
namespace {

// A module that imports one of these may make threads, or wait for what another thread does.
constexpr std::string_view kThreadFunctions[] = {
    "pthread_create",
    "thrd_create",
    "uv_thread_create",
    "uv_thread_create_ex",
    "uv_queue_work",
    "_ZNSt6thread15_M_start_thread",
    "pthread_cond_wait",
    "pthread_cond_timedwait",
    "pthread_cond_clockwait",
    "uv_cond_wait",
    "uv_cond_timedwait",
    "uv_sem_wait",
    "uv_barrier_wait",
    "sem_wait",
    "sem_timedwait",
    "sem_clockwait",
    "pthread_join",
    "pthread_barrier_wait",
    "_ZNSt18condition_variable4wait",
    "_ZNSt6thread4joinEv",
    "cnd_wait",
    "thrd_join",
};

bool MakesThreads(std::string_view symbol) {
  for (std::string_view name : kThreadFunctions) {
    // Mangled ones go on with their parameters.
    bool mangled = name.substr(0, 2) == "_Z";
    if (mangled ? symbol.substr(0, name.size()) == name : symbol == name) return true;
  }
  return false;
}

// A file in memory, to look into.
class MappedFile {
 public:
  explicit MappedFile(const std::string& path) {
    int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct stat status;
    if (fstat(file, &status) == 0 && status.st_size > 0) {
      size_ = static_cast<size_t>(status.st_size);
      void* memory = mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file, 0);
      if (memory != MAP_FAILED) data_ = static_cast<const char*>(memory);
    }
    close(file);
  }
  ~MappedFile() {
    if (data_ != nullptr) munmap(const_cast<char*>(data_), size_);
  }
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  // `count` things at an offset; null where the file has not so much.
  template <class T>
  const T* At(uint64_t offset, uint64_t count = 1) const {
    bool inside = data_ != nullptr && offset <= size_ && count <= (size_ - offset) / sizeof(T);
    return inside ? reinterpret_cast<const T*>(data_ + offset) : nullptr;
  }

 private:
  const char* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace

std::string ThreadImport(const std::string& path) {
  MappedFile file(path);
  const auto* head = file.At<Elf64_Ehdr>(0);
  if (head == nullptr || std::memcmp(head->e_ident, ELFMAG, SELFMAG) != 0) return "";
  const auto* sections = file.At<Elf64_Shdr>(head->e_shoff, head->e_shnum);
  for (int i = 0; sections != nullptr && i < head->e_shnum; ++i) {
    if (sections[i].sh_type != SHT_DYNSYM || sections[i].sh_link >= head->e_shnum) continue;
    const Elf64_Shdr& names = sections[sections[i].sh_link];
    size_t count = sections[i].sh_size / sizeof(Elf64_Sym);
    const auto* symbols = file.At<Elf64_Sym>(sections[i].sh_offset, count);
    const auto* text = file.At<char>(names.sh_offset, names.sh_size);
    for (size_t at = 0; symbols != nullptr && text != nullptr && at < count; ++at) {
      if (symbols[at].st_shndx != SHN_UNDEF || symbols[at].st_name >= names.sh_size) continue;
      std::string name(text + symbols[at].st_name,
                       strnlen(text + symbols[at].st_name, names.sh_size - symbols[at].st_name));
      if (MakesThreads(name)) return name;
    }
  }
  return "";
}

Preflight ChooseExecutor(ChildPlan plan, Knowledge& knowledge, const std::vector<std::string>& only,
                         uint64_t seed) {
  Preflight preflight;
  preflight.executor = &ControlledKind();
  std::string import = ThreadImport(plan.subject.module);
  plan.subject.executor = import.empty() ? &SteppingKind() : &ControlledKind();
  constexpr int kInputs = 64;
  constexpr double kSeconds = 2;
  ChildResult result =
      RunFuzzChild(plan, knowledge, nullptr, Telling::kQuiet, kSeconds, [&](ChildContext& child) {
        // An empty input: what is exported is learnt.
        if (!child.Run({}) || !import.empty()) return;
        Random random(seed);
        GeneratorOptions options{.only = only};
        Generator generator(knowledge, options, random);
        for (int i = 0; i < kInputs && generator.Refresh(); ++i) {
          if (!child.Run(generator.Make())) return;
        }
      });
  for (const std::string& fact : result.facts) knowledge.Learn(fact);
  preflight.interrupted = result.interrupted();
  preflight.problem = result.load_error;
  if (!import.empty()) {
    preflight.reason = "the module imports " + import;
  } else if (result.has_threads) {
    preflight.reason = "the module makes threads";
  } else if (result.end.kind == EndKind::kHung) {
    preflight.reason = "an input came to no end in one thread";
  } else {
    preflight.executor = &SteppingKind();
    preflight.reason = "the module makes no threads and waits for none";
  }
  return preflight;
}

}  // namespace napisan::cli::fuzz
