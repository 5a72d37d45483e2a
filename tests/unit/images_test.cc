// Images and symbols. NAPISAN_TEST_MODULE is the path of images_test_module.c, built as a shared
// library with debug information.
#include "checker/images.h"

#include <dlfcn.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "checker/symbolize.h"

namespace napisan::checker {
namespace {

namespace fs = std::filesystem;
using testing::EndsWith;

// A copy of the module under a name of its own, loaded while it lives.
class LoadedCopy {
 public:
  explicit LoadedCopy(const std::string& name)
      : path_(fs::temp_directory_path() / (name + "." + std::to_string(getpid()) + ".so")) {
    fs::copy_file(NAPISAN_TEST_MODULE, path_, fs::copy_options::overwrite_existing);
    handle_ = dlopen(path_.c_str(), RTLD_NOW | RTLD_LOCAL);
    EXPECT_NE(handle_, nullptr) << dlerror();
  }
  ~LoadedCopy() {
    Unload();
    fs::remove(path_);
  }
  LoadedCopy(const LoadedCopy&) = delete;
  LoadedCopy& operator=(const LoadedCopy&) = delete;

  void Unload() {
    if (handle_ != nullptr) dlclose(handle_);
    handle_ = nullptr;
  }
  template <typename F>
  F Find(const char* name) const {
    return reinterpret_cast<F>(dlsym(handle_, name));
  }
  uintptr_t Here() const {
    return reinterpret_cast<uintptr_t>(Find<void* (*)()>("images_test_here")());
  }
  void* handle() const { return handle_; }
  std::string path() const { return path_.string(); }

 private:
  fs::path path_;
  void* handle_ = nullptr;
};

TEST(Images, AnEpochPassesOnlyWhenTheMappingsChange) {
  RefreshImages();
  uint16_t before = CurrentImageEpoch();
  EXPECT_GT(before, 0);
  RefreshImages();
  EXPECT_EQ(CurrentImageEpoch(), before);
  LoadedCopy module("epoch");
  RefreshImages();
  EXPECT_EQ(CurrentImageEpoch(), before + 1);
  module.Unload();
  RefreshImages();
  EXPECT_EQ(CurrentImageEpoch(), before + 2);
}

TEST(Images, ResolveFindsTheImageThatIsGoneAndTheOneThatTookItsPlace) {
  LoadedCopy first("first");
  RefreshImages();
  uint16_t first_epoch = CurrentImageEpoch();
  uintptr_t first_pc = first.Here();
  std::string first_path = first.path();
  first.Unload();
  RefreshImages();
  LoadedCopy second("second");
  RefreshImages();
  uintptr_t second_pc = second.Here();

  ImageOffset gone = Resolve(first_pc, first_epoch);
  ASSERT_NE(gone.image, nullptr);
  EXPECT_EQ(gone.image->path, first_path);
  ImageOffset here = Resolve(second_pc, CurrentImageEpoch());
  ASSERT_NE(here.image, nullptr);
  EXPECT_EQ(here.image->path, second.path());
  EXPECT_EQ(gone.offset, here.offset);
  EXPECT_STRNE(gone.image->build_id, "");
  // The loader puts the second where the first was, which is why epochs exist.
  if (first_pc == second_pc) {
    EXPECT_NE(gone.image, here.image);
  } else {
    EXPECT_EQ(Resolve(first_pc, CurrentImageEpoch()).image, nullptr);
  }
}

TEST(Images, AnAddressKeptBeforeTheRefreshBelongsToTheModuleThatCame) {
  RefreshImages();
  uint16_t stale = CurrentImageEpoch();
  LoadedCopy module("late");
  ImageOffset found = Resolve(module.Here(), stale);
  ASSERT_NE(found.image, nullptr);
  EXPECT_EQ(found.image->path, module.path());
}

TEST(Images, AnAddressOfNoImageResolvesToNothing) {
  EXPECT_EQ(Resolve(0, 0).image, nullptr);
  EXPECT_EQ(Resolve(16, CurrentImageEpoch()).image, nullptr);
  int on_stack = 0;
  EXPECT_EQ(Resolve(reinterpret_cast<uintptr_t>(&on_stack), CurrentImageEpoch()).image, nullptr);
  EXPECT_EQ(Resolve(UINTPTR_MAX, UINT16_MAX).image, nullptr);
}

TEST(Images, AnImageIsFoundByPathHandleAndAddressAndKnowsItsGlobals) {
  LoadedCopy module("globals");
  RefreshImages();
  const Image* image = FindImage(module.path().c_str());
  ASSERT_NE(image, nullptr);
  EXPECT_EQ(FindImageByHandle(module.handle()), image);
  int* global = module.Find<int*>("images_test_global");
  EXPECT_EQ(FindImageByAddress(global), image);
  bool covered = false;
  auto address = reinterpret_cast<uintptr_t>(global);
  ForEachWritableSegment(*image, [&](uintptr_t begin, uintptr_t end) {
    covered |= address >= begin && address + sizeof(int) <= end;
  });
  EXPECT_TRUE(covered);
  module.Unload();
  RefreshImages();
  EXPECT_EQ(FindImage(module.path().c_str()), nullptr);
  EXPECT_EQ(FindImageByHandle(nullptr), nullptr);
}

CodeLocation LocationAt(uintptr_t pc) {
  CodeLocation location;
  location.pc = pc;
  location.image_epoch = CurrentImageEpoch();
  return location;
}

TEST(Symbolize, ACallHasItsOwnLineAndNotTheNextOne) {
  LoadedCopy module("line");
  RefreshImages();
  CodeLocation location = LocationAt(module.Here());
  Symbolize(location);
  EXPECT_EQ(location.function, "images_test_here");
  EXPECT_EQ(location.image, module.path());
  EXPECT_GT(location.offset, 0u);
#if defined(NAPISAN_HAVE_LIBDW)
  EXPECT_THAT(location.file, EndsWith("tests/unit/images_test_module.c"));
  EXPECT_EQ(location.line, 11);
#else
  EXPECT_EQ(location.line, 0);
#endif
}

#if defined(NAPISAN_HAVE_LIBDW)
TEST(Symbolize, AStaticFunctionOfAModuleThatIsGoneIsNamedByItsEntry) {
  LoadedCopy module("entry");
  RefreshImages();
  void* hidden = module.Find<void* (*)()>("images_test_hidden")();
  CodeLocation location = LocationAt(EntryPc(hidden));
  module.Unload();
  RefreshImages();
  Symbolize(location);
  EXPECT_EQ(location.function, "HiddenFunction");
  // The line of its name, or of its first statement when it was optimised.
  EXPECT_GE(location.line, 5);
  EXPECT_LE(location.line, 6);
}

TEST(Symbolize, AFileThatWasReplacedGivesNoWrongNames) {
  LoadedCopy module("rebuilt");
  RefreshImages();
  CodeLocation location = LocationAt(module.Here());
  fs::remove(module.path());
  std::ofstream(module.path()) << "not an object file";
  Symbolize(location);
  EXPECT_EQ(location.function, "");
  EXPECT_EQ(location.line, 0);
  EXPECT_EQ(location.image, module.path());
}

TEST(Symbolize, FilesBelowTheCurrentDirectoryGetTheirRelativePath) {
  LoadedCopy module("relative");
  RefreshImages();
  CodeLocation whole = LocationAt(module.Here());
  CodeLocation relative = whole;
  fs::path before = fs::current_path();
  fs::current_path("/");
  Symbolize(whole);
  fs::current_path(fs::path("/" + whole.file).parent_path());
  Symbolize(relative);
  fs::current_path(before);
  EXPECT_EQ(relative.file, "images_test_module.c");
  EXPECT_THAT(whole.file, EndsWith("tests/unit/images_test_module.c"));
}

}  // namespace
}  // namespace napisan::checker

// Frames that are not ours, with parameters to be left out of their names.
namespace outside {
struct Shape {
  static int Capture(int (*)(int), char);
};
napisan::checker::CodeLocation frames[8];
int frame_count = 0;
[[gnu::noinline]] int Shape::Capture(int (*)(int), char) {
  frame_count = napisan::checker::CaptureStack(frames, 8);
  return frame_count;
}
int CaptureForModule() { return 1 + Shape::Capture(nullptr, 'x'); }
}  // namespace outside

namespace napisan::checker {
namespace {

TEST(Symbolize, AStackGoesFromTheCallerThroughTheModuleWithoutOurFrames) {
  LoadedCopy module("stack");
  RefreshImages();
  auto call = module.Find<int (*)(int (*)())>("images_test_call");
  ASSERT_GT(call(outside::CaptureForModule), 0);
  ASSERT_GE(outside::frame_count, 3);
  EXPECT_EQ(outside::frames[0].function, "outside::Shape::Capture");
  EXPECT_EQ(outside::frames[1].function, "outside::CaptureForModule");
  EXPECT_EQ(outside::frames[2].function, "images_test_call");
  EXPECT_EQ(outside::frames[2].line, 22);
  for (int i = 0; i < outside::frame_count; ++i) {
    EXPECT_EQ(outside::frames[i].function.find("napisan::checker::"), std::string::npos);
  }
}
#endif

TEST(Symbolize, OddAddressesAreLeftAlone) {
  for (uintptr_t pc : {uintptr_t{0}, uintptr_t{1}, uintptr_t{4096}, UINTPTR_MAX}) {
    CodeLocation location = LocationAt(pc);
    Symbolize(location);
    EXPECT_EQ(location.function, "");
    EXPECT_EQ(location.image, "");
  }
  EXPECT_EQ(CaptureStack(nullptr, 0), 0);
  EXPECT_EQ(EntryPc(nullptr), 0u);
}

TEST(Symbolize, APlaceWithoutALineIsImageAndOffset) {
  CodeLocation location;
  location.pc = 0x1234;
  EXPECT_EQ(ImageAndOffset(location), "0x1234");
  location.image = "/opt/x.node";
  location.offset = 0x1d7;
  EXPECT_EQ(ImageAndOffset(location), "x.node+0x1d7");
}

}  // namespace
}  // namespace napisan::checker
