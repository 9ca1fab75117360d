//===- MixHeads.cpp - Heads mixed before they become codes ----------------===//
//
// A Walsh-Hadamard transform (docs/numerics.md). By hand, in each vector section's lanes: steps inside a vector are
// shuffles, which Halide does not print. Tested by tests/unit/codegen/kernels/CacheKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelText.h"

namespace weebill::kernels {

int64_t mixedElements(int64_t headSize) { return headSize & -headSize; }

PrintedKernel printMixHeads(int64_t heads, int64_t headSize, const targets::Target &target) {
  const std::string size = std::to_string(headSize), name = "mix_heads_" + std::to_string(heads) + "x" + size;
  require(heads > 0, name, "no heads");
  require(headSize > 0 && headSize % kBlockRows == 0, name, "the head size is not a multiple of 16");
  const std::string call = "mix_head<" + print::printType(Halide::Float(32).with_lanes(target.lanes)) + ", " + size;
  const std::string body = heads == 1 ? "  " + call + ">(x);\n"
                                      : "  for (i32 d = 0; d < " + std::to_string(heads * headSize) + "; d += " + size +
                                            ")\n    " + call + ">(x + d);\n";
  return {name,
          {buffer(Halide::Float(32), "x")},
          "Mixes the elements of " + counted(heads, "head") + ", " + std::to_string(mixedElements(headSize)) +
              " with each other, so that what is great in one of them is spread over all.\n",
          "KERNEL void " + name + "(f32 *x) {\n" + body + "}\n"};
}

} // namespace weebill::kernels
