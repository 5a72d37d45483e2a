#include "contract.h"

#include <array>

namespace napisan::cases {
namespace {

constexpr auto kContracts = [] {
  std::array<Contract, kFunctionCount> contracts{};
  for (Contract& contract : contracts) {
    contract = {Gate::Open, Answers::Anything, Kind::kUnknown, {}};
  }
#define NEED(kinds, otherwise) \
  Need { kinds, otherwise }
#define CONTRACT(name, gate, answers, result, ...)     \
  contracts[static_cast<size_t>(FunctionId::name)] = { \
      Gate::gate, Answers::answers, Kind::result, {__VA_ARGS__}};
#include "contract.def"
#undef NEED
  return contracts;
}();

}  // namespace

const Contract& ContractOf(FunctionId function) {
  return kContracts[static_cast<size_t>(function)];
}

}  // namespace napisan::cases
