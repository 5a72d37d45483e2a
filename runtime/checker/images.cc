#include "checker/images.h"

#include <elf.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <mutex>

namespace napisan::checker {

std::atomic<uint16_t> internal::image_epoch{0};

namespace {

constexpr uint16_t kStillMapped = UINT16_MAX;
constexpr size_t kChunkBytes = 256 << 10;

std::mutex images_mutex;
Image* images = nullptr;  // newest first
unsigned long long seen_adds = 0;
unsigned long long seen_subs = 0;
char* chunk = nullptr;
size_t chunk_left = 0;

// Null when the system has no memory left: an image is then missing from reports, nothing worse.
void* Allocate(size_t bytes) {
  bytes = (bytes + 15) & ~size_t{15};
  if (bytes > kChunkBytes) return nullptr;
  if (bytes > chunk_left) {
    void* fresh =
        mmap(nullptr, kChunkBytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (fresh == MAP_FAILED) return nullptr;
    chunk = static_cast<char*>(fresh);
    chunk_left = kChunkBytes;
  }
  void* result = chunk;
  chunk += bytes;
  chunk_left -= bytes;
  return result;
}

const char* CopyText(const char* text) {
  size_t bytes = std::strlen(text) + 1;
  void* copy = Allocate(bytes);
  return copy == nullptr ? "" : static_cast<const char*>(std::memcpy(copy, text, bytes));
}

// An address is "in" the ranges of one kind of segment.
bool Covers(const AddressRange* ranges, int count, uintptr_t address) {
  return std::any_of(ranges, ranges + count, [address](const AddressRange& range) {
    return address >= range.begin && address < range.end;
  });
}

// The loader's name for an object, as a path that means the same in every directory.
void AbsolutePath(const char* name, bool is_program, char (&path)[PATH_MAX]) {
  if (is_program) {
    ssize_t length = readlink("/proc/self/exe", path, sizeof(path) - 1);
    path[std::max<ssize_t>(length, 0)] = '\0';
    return;
  }
  if (realpath(name, path) != nullptr) return;
  std::strncpy(path, name, sizeof(path) - 1);  // a vdso, or a file that is gone
  path[sizeof(path) - 1] = '\0';
}

constexpr size_t kBuildIdMax = 64;

// Reads the GNU build id out of a mapped note segment.
void FindBuildId(uintptr_t notes, size_t bytes, char (&hex)[2 * kBuildIdMax + 1]) {
  while (bytes >= sizeof(ElfW(Nhdr))) {
    const auto* note = reinterpret_cast<const ElfW(Nhdr)*>(notes);
    size_t name_bytes = (size_t{note->n_namesz} + 3) & ~size_t{3};
    size_t data_bytes = (size_t{note->n_descsz} + 3) & ~size_t{3};
    size_t all = sizeof(*note) + name_bytes + data_bytes;
    if (all > bytes) return;
    const auto* name = reinterpret_cast<const char*>(note + 1);
    if (note->n_type == NT_GNU_BUILD_ID && note->n_namesz == 4 &&
        std::memcmp(name, "GNU", 4) == 0 && note->n_descsz <= kBuildIdMax) {
      const auto* id = reinterpret_cast<const unsigned char*>(name + name_bytes);
      for (size_t i = 0; i < note->n_descsz; ++i) {
        hex[2 * i] = "0123456789abcdef"[id[i] >> 4];
        hex[2 * i + 1] = "0123456789abcdef"[id[i] & 15];
      }
      hex[2 * note->n_descsz] = '\0';
      return;
    }
    notes += all;
    bytes -= all;
  }
}

struct Snapshot {
  uint16_t epoch;
  bool first = true;
  bool unchanged = false;
};

void Append(const dl_phdr_info& info, const char* path, uint16_t epoch) {
  auto* image = static_cast<Image*>(Allocate(sizeof(Image)));
  if (image == nullptr) return;
  *image = Image{};
  char build_id[2 * kBuildIdMax + 1] = "";
  for (int i = 0; i < info.dlpi_phnum; ++i) {
    const ElfW(Phdr)& header = info.dlpi_phdr[i];
    uintptr_t begin = info.dlpi_addr + header.p_vaddr;
    AddressRange range{begin, begin + header.p_memsz};
    if (header.p_type == PT_NOTE && build_id[0] == '\0') {
      FindBuildId(begin, header.p_memsz, build_id);
    }
    if (header.p_type != PT_LOAD) continue;
    if ((header.p_flags & PF_X) != 0 && image->text_count < Image::kRangesMax) {
      image->text[image->text_count++] = range;
    }
    if ((header.p_flags & PF_W) != 0 && image->writable_count < Image::kRangesMax) {
      image->writable[image->writable_count++] = range;
    }
  }
  image->path = CopyText(path);
  image->build_id = CopyText(build_id);
  image->base = info.dlpi_addr;
  image->first_epoch = epoch;
  image->last_epoch = kStillMapped;
  image->next = images;
  images = image;
}

// Runs under the loader's lock as well as ours: no allocation but our own, and nothing that loads.
int OnObject(dl_phdr_info* info, size_t size, void* data) {
  auto& snapshot = *static_cast<Snapshot*>(data);
  bool first = snapshot.first;
  snapshot.first = false;
  if (first && size >= offsetof(dl_phdr_info, dlpi_tls_modid)) {
    snapshot.unchanged = info->dlpi_adds == seen_adds && info->dlpi_subs == seen_subs;
    if (snapshot.unchanged) return 1;
    seen_adds = info->dlpi_adds;
    seen_subs = info->dlpi_subs;
    // Whoever is not met again below is gone.
    for (Image* image = images; image != nullptr; image = image->next) {
      if (image->last_epoch == kStillMapped) {
        image->last_epoch = static_cast<uint16_t>(snapshot.epoch - 1);
      }
    }
  }
  char path[PATH_MAX];
  AbsolutePath(info->dlpi_name, first && info->dlpi_name[0] == '\0', path);
  for (Image* image = images; image != nullptr; image = image->next) {
    bool was_mapped = image->last_epoch == snapshot.epoch - 1;
    if (was_mapped && image->base == info->dlpi_addr && std::strcmp(image->path, path) == 0) {
      image->last_epoch = kStillMapped;
      return 0;
    }
  }
  Append(*info, path, snapshot.epoch);
  return 0;
}

bool MappedNow(const Image& image) { return image.last_epoch == kStillMapped; }

}  // namespace

void RefreshImages() {
  std::lock_guard lock(images_mutex);
  uint16_t epoch = CurrentImageEpoch();
  // The last number is kept: after 65,534 changes of the mappings, later ones share an epoch.
  if (epoch + 1 == kStillMapped) return;
  Snapshot snapshot{.epoch = static_cast<uint16_t>(epoch + 1)};
  dl_iterate_phdr(OnObject, &snapshot);
  if (!snapshot.unchanged) {
    internal::image_epoch.store(snapshot.epoch, std::memory_order_relaxed);
  }
}

ImageOffset Resolve(uintptr_t pc, uint16_t epoch) {
  RefreshImages();
  std::lock_guard lock(images_mutex);
  const Image* found = nullptr;
  for (const Image* image = images; image != nullptr; image = image->next) {
    if (image->last_epoch < epoch || !Covers(image->text, image->text_count, pc)) continue;
    // Newest first, so the last match is the one of the asked epoch, or the first after it.
    found = image;
  }
  if (found == nullptr) return {};
  return {found, pc - found->base};
}

const Image* FindImage(const char* path) {
  char absolute[PATH_MAX];
  AbsolutePath(path, path[0] == '\0', absolute);
  std::lock_guard lock(images_mutex);
  for (const Image* image = images; image != nullptr; image = image->next) {
    if (MappedNow(*image) && std::strcmp(image->path, absolute) == 0) return image;
  }
  return nullptr;
}

const Image* FindImageByHandle(void* dlopen_handle) {
  const auto* map = static_cast<const link_map*>(dlopen_handle);
  return map == nullptr ? nullptr : FindImageByAddress(map->l_ld);
}

const Image* FindImageByAddress(const void* address) {
  auto number = reinterpret_cast<uintptr_t>(address);
  std::lock_guard lock(images_mutex);
  for (const Image* image = images; image != nullptr; image = image->next) {
    if (!MappedNow(*image)) continue;
    if (Covers(image->text, image->text_count, number) ||
        Covers(image->writable, image->writable_count, number)) {
      return image;
    }
  }
  return nullptr;
}

AddressRange ThreadLocalsOf(const Image& image) {
  struct Search {
    uintptr_t base;
    AddressRange found;
  } search{image.base, {0, 0}};
  dl_iterate_phdr(
      [](dl_phdr_info* info, size_t size, void* data) {
        auto& wanted = *static_cast<Search*>(data);
        if (info->dlpi_addr != wanted.base) return 0;
        if (size < offsetof(dl_phdr_info, dlpi_tls_data) + sizeof(info->dlpi_tls_data)) return 1;
        auto begin = reinterpret_cast<uintptr_t>(info->dlpi_tls_data);
        for (int i = 0; begin != 0 && i < info->dlpi_phnum; ++i) {
          const ElfW(Phdr)& header = info->dlpi_phdr[i];
          if (header.p_type == PT_TLS) wanted.found = {begin, begin + header.p_memsz};
        }
        return 1;
      },
      &search);
  return search.found;
}

}  // namespace napisan::checker
