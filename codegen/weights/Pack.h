//===- Pack.h - Writes the weights file --------------------------*- C++ -*-===//
//
// Reads the model's tensors piece by piece, quantizes and rearranges them as Layout.h says, and writes them in one
// pass. Two threads prepare pieces of about a megabyte; the bytes do not depend on them. Tested by
// tests/unit/codegen/weights/PackTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_PACK_H
#define WEEBILL_CODEGEN_WEIGHTS_PACK_H

#include "codegen/plan/ModelPlan.h"
#include "codegen/weights/ByteSink.h"
#include "codegen/weights/Layout.h"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace weebill::weights {

struct WeightSources {
  /// Reads rows [first, first + count) of a tensor into [count][columns]. Called from two threads at a time; what it
  /// throws comes out of packWeights.
  std::function<void(const std::string &tensor, int64_t first, int64_t count, float *out)> readRows;
  /// The same as the model file has them: rows of blocks of that type, for formats that keep them.
  std::function<void(const std::string &tensor, const char *type, int64_t first, int64_t count, uint8_t *out)>
      readBlocks;
  /// Contents of the extra sections, as long as their layout says.
  std::map<std::string, std::vector<uint8_t>> sections;
  /// The state behind the content of that hash, as long as the layout says; asked for only if there is one.
  std::function<std::vector<uint8_t>(uint64_t contentHash)> opening;
  /// Told after every piece; may be empty.
  std::function<void(int64_t doneBytes, int64_t allBytes)> progress;
};

/// Writes header and content, and sets `layout.contentHash`. If it is set already, from packing the same weights
/// before, the header is right at once and `sink.rewriteBeginning` is not called.
/// Throws std::invalid_argument, and what readRows and the sink throw.
void packWeights(const plan::ModelPlan &plan, WeightsLayout &layout, const WeightSources &sources, ByteSink &sink);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_PACK_H
