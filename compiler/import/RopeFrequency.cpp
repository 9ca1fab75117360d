//===- RopeFrequency.cpp - How fast RoPE turns a pair ---------------------===//
//
// Compiled with -ffp-contract=off: each operation is rounded as docs/numerics.md says.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/RopeFrequency.h"

#include <cmath>
#include <numbers>

namespace weebill::importer {

double ropeFrequency(const RopeSettings &settings, int64_t pair, int64_t headSize) {
  const double frequency = std::pow(settings.theta, double(-2 * pair) / double(headSize));
  const RopeScaling &scaling = settings.scaling;
  if (scaling.factor == 1)
    return frequency;
  const double wavelength = 2 * std::numbers::pi / frequency, context = double(scaling.originalContext);
  const double low = scaling.lowFrequencyFactor, high = scaling.highFrequencyFactor;
  if (wavelength < context / high)
    return frequency;
  if (wavelength > context / low)
    return frequency / scaling.factor;
  const double smooth = (context / wavelength - low) / (high - low);
  const double slow = (1 - smooth) * (frequency / scaling.factor), fast = smooth * frequency;
  return slow + fast;
}

} // namespace weebill::importer
