// The palettes of the targets, made from palettes.def.
#pragma once

#include "case.h"

namespace napisan::cases {

enum class PaletteId : uint8_t {
#define PALETTE(name, ...) k_##name,
#include "palettes.def"
};

const Palette& PaletteOf(PaletteId id);

}  // namespace napisan::cases
