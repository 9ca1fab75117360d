//===- FitRopeScaling.h - Llama 3's numbers behind divisors ------*- C++ -*-===//
//
// A file says by what each frequency of RoPE is divided, not which original context and bounds that came from. In
// between, where frequencies are divided by less than the factor, 1 / divisor is a straight line over the frequency, so
// any two of them give it. Tested by tests/unit/compiler/import/RopeDivisorsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_GGUF_FITROPESCALING_H
#define WEEBILL_COMPILER_IMPORT_GGUF_FITROPESCALING_H

#include "compiler/import/ImportedModel.h"

namespace weebill::gguf {

/// How far a scaling is from divisors.
struct RopeFit {
  importer::RopeScaling scaling;
  double error = 0;  // the largest one, as a part of its divisor
  int64_t worst = 0; // the pair that has it
};

/// The scaling that comes nearest to divisors of at least 1, of which one is greater: the numbers that people choose if
/// these give them, others if not.
RopeFit fitRopeScaling(const std::vector<float> &divisors, double theta);

/// By what a scaling divides the frequency of a pair.
double ropeDivisor(const importer::RopeScaling &scaling, double theta, int64_t pair, int64_t headSize);

} // namespace weebill::gguf

#endif // WEEBILL_COMPILER_IMPORT_GGUF_FITROPESCALING_H
