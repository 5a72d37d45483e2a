// The targets that run cases: which one is a matter of its palette.

#include <fmt/format.h>

#include <cstdlib>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "case_text.h"
#include "companion.h"
#include "coverage.h"
#include "mutate.h"
#include "palette.h"
#include "runner.h"
#include "signature.h"
#include "target.h"

#ifndef NAPISAN_PALETTE
#error "NAPISAN_PALETTE names a row of palettes.def"
#endif

namespace napisan::cases {
namespace {

#define NAPISAN_PALETTE_ID_OF(name) PaletteId::k_##name
#define NAPISAN_PALETTE_ID(name) NAPISAN_PALETTE_ID_OF(name)

const Palette& ThePalette() { return PaletteOf(NAPISAN_PALETTE_ID(NAPISAN_PALETTE)); }

constexpr const char* kHeader = "napisan case 1\nlegal version 10 schedule 1\n";
constexpr const char* kDocumentedHeader = "napisan case 1\ndocumented version 10 schedule 1\n";
constexpr const char* kHostileHeader = "napisan case 1\nhostile version 10 schedule 1\n";

struct Seed {
  const char* name;
  const char* header;
  const char* text;
};

constexpr Seed kSeeds[] = {
#define SEED(name, text) {#name, kHeader, text},
#define DOCUMENTED(name, text) {#name, kDocumentedHeader, text},
#include "seeds.def"
};
constexpr Seed kHostileSeeds[] = {
#define SEED(name, text) {#name, kHostileHeader, text},
#include "hostile_seeds.def"
};

std::vector<Seed> TheSeeds() {
  if (ThePalette().tier_max == Tier::kHostile) {
    return {std::begin(kHostileSeeds), std::end(kHostileSeeds)};
  }
  return {std::begin(kSeeds), std::end(kSeeds)};
}

// The checker keeps the records of what has died for a while. Until it has as many as it keeps, and
// as many as one case can have alive, an input now and then takes another way through it: that is
// over before the first that counts.
void WarmUp(Runner& runner) {
  constexpr int kTimes = 10000;
  constexpr int kTimesFull = 20;
  Case each;
  Random random(1);
  for (int i = 0; i < kTimes; ++i) {
    MakeRandom(random, ThePalette(), each);
    runner.Run(each);
  }
  each = {};
  each.count = kOperationsMax;
  // Which has references to all values.
  each.version_10 = true;
  for (size_t what = 0; what < kFunctionCount; ++what) {
    if (SignatureOf(static_cast<FunctionId>(what)).invoke == nullptr) continue;
    for (Operation& operation : each.operations) operation.what = static_cast<uint8_t>(what);
    // What a callback scope needs.
    each.operations[0].what = static_cast<uint8_t>(FunctionId::napi_async_init);
    for (int i = 0; i < kTimesFull; ++i) runner.Run(each);
  }
}

class CaseTarget final : public fuzz::Target {
 public:
  CaseTarget() {
    if (companion_ == nullptr && fuzz::kWarmsUp) WarmUp(runner_);
    ForgetCalls();
  }

  void Run(const uint8_t* data, size_t size) override {
    Decode(data, size, ThePalette(), case_);
    runner_.Run(case_);
    if (companion_ != nullptr) {
      companion_->Run(Planted());
      companion_->MustAgree(runner_);
    }
    ++inputs_;
    performed_ += runner_.world().performed;
    left_out_ += runner_.world().left_out;
  }
  uint64_t last_trace() const override { return runner_.trace_hash(); }

  uint64_t inputs() const override { return inputs_; }
  uint64_t work_done() const override { return performed_; }
  std::string receipt() const override {
    return fmt::format("{} inputs, {} operations performed, {} left out\n", inputs_, performed_,
                       left_out_) +
           DescribeCoverage(ThePalette()) +
           (ThePalette().tier_max == Tier::kHostile ? DescribeRules() : "");
  }
  std::optional<uint64_t> state_event_pairs() const override { return CountPairs(); }

  bool FromText(std::string_view text, fuzz::Bytes& bytes, std::string& error) const override {
    Case parsed;
    if (!Parse(text, parsed, error)) return false;
    Store(parsed, bytes);
    return true;
  }
  std::string ToText(const fuzz::Bytes& bytes) const override {
    Case decoded;
    Decode(bytes.data(), bytes.size(), ThePalette(), decoded);
    return cases::ToText(decoded);
  }
  bool MakeRandom(uint64_t seed, fuzz::Bytes& bytes) const override {
    Random random(seed);
    Case made;
    cases::MakeRandom(random, ThePalette(), made);
    Store(made, bytes);
    return true;
  }
  std::vector<fuzz::NamedText> seeds() const override {
    // The texts live as long as the target: for ever.
    static const std::vector<Seed> all = TheSeeds();
    static const std::vector<std::string> texts = [] {
      std::vector<std::string> made;
      for (const Seed& seed : all) made.push_back(std::string(seed.header) + seed.text);
      return made;
    }();
    std::vector<fuzz::NamedText> seeds;
    for (size_t i = 0; i < all.size(); ++i) seeds.push_back({all[i].name, texts[i].c_str()});
    return seeds;
  }

 private:
  const Case& Planted() {
#ifdef NAPISAN_FUZZ_PLANT
    // To be found: the companion does less.
    if (case_.count > 0) --case_.count;
#endif
    return case_;
  }
  static void Store(const Case& from, fuzz::Bytes& bytes) {
    bytes.resize(kBytesMax);
    bytes.resize(Encode(from, bytes.data()));
  }

  // Before the runner, which is to be told of reports.
  std::unique_ptr<Companion> companion_ =
      ThePalette().pool == Pool::kMirrored ? std::make_unique<Companion>() : nullptr;
  Runner runner_{ThePalette().pool, companion_ != nullptr};
  Case case_{};
  uint64_t inputs_ = 0;
  uint64_t performed_ = 0;
  uint64_t left_out_ = 0;
};

// Where the engine has room for it.
size_t Give(const Case& from, uint8_t* data, size_t size_max) {
  uint8_t bytes[kBytesMax];
  size_t size = Encode(from, bytes);
  if (size > size_max) size = size_max;
  std::copy(bytes, bytes + size, data);
  return size;
}

}  // namespace
}  // namespace napisan::cases

napisan::fuzz::Target& napisan::fuzz::TheTarget() {
  static auto* target = new napisan::cases::CaseTarget;
  return *target;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t size_max,
                                          unsigned seed) {
  using namespace napisan::cases;
  Random random(seed);
  Case changed;
  Decode(data, size, ThePalette(), changed);
  Mutate(random, ThePalette(), changed);
  return Give(changed, data, size_max);
}

extern "C" size_t LLVMFuzzerCustomCrossOver(const uint8_t* first, size_t first_size,
                                            const uint8_t* second, size_t second_size, uint8_t* out,
                                            size_t size_max, unsigned seed) {
  using namespace napisan::cases;
  Random random(seed);
  Case parents[2];
  Case child;
  Decode(first, first_size, ThePalette(), parents[0]);
  Decode(second, second_size, ThePalette(), parents[1]);
  Cross(random, parents[0], parents[1], child);
  return Give(child, out, size_max);
}

// As in fuzz_async_work: a leak is no matter of this program's globals.
extern "C" const char* __napisan_default_options() { return "use_globals=0:history=0:symbolize=0"; }
