//===- Hadamard.cpp - Elements mixed before they become codes -------------===//
//
// A Walsh-Hadamard transform (docs/numerics.md), of heads or of a row. By hand, in each vector section's lanes: steps
// inside a vector are shuffles, which Halide does not print. Tested by
// tests/unit/codegen/kernels/CacheKernelsTest.cpp and tests/unit/codegen/kernels/RowKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelText.h"

namespace weebill::kernels {

int64_t mixedElements(int64_t headSize) { return headSize & -headSize; }

/// The vector section's function for `size` elements, each `mixed` of them with each other.
static std::string mix(int64_t size, int64_t mixed, const targets::Target &target) {
  return "mix<" + print::printType(Halide::Float(32).with_lanes(target.lanes)) + ", " + std::to_string(size) + ", " +
         std::to_string(mixed) + ">";
}

PrintedKernel printMixHeads(int64_t heads, int64_t headSize, const targets::Target &target) {
  const std::string size = std::to_string(headSize), name = "mix_heads_" + std::to_string(heads) + "x" + size;
  require(heads > 0, name, "no heads");
  require(headSize > 0 && headSize % kBlockRows == 0, name, "the head size is not a multiple of 16");
  return {name,
          {buffer(Halide::Float(32), "x")},
          "Mixes the elements of " + counted(heads, "head") + ", " + std::to_string(mixedElements(headSize)) +
              " with each other, so that what is great in one of them is spread over all.\n",
          "KERNEL void " + name + "(f32 *x) {\n  " + mix(heads * headSize, mixedElements(headSize), target) +
              "(x, x);\n}\n"};
}

PrintedKernel printHadamard(int64_t columns, int64_t mixed, const targets::Target &target) {
  const std::string name = "hadamard_" + std::to_string(columns) + "x" + std::to_string(mixed);
  require(mixed >= kBlockRows && (mixed & (mixed - 1)) == 0, name, "groups are no power of two from 16 on");
  require(columns > 0 && columns % mixed == 0, name, "the columns are no whole groups");
  return {name,
          {constBuffer(Halide::Float(32), "x"), buffer(Halide::Float(32), "y")},
          "y = x with each " + std::to_string(mixed) +
              " columns mixed with each other; y may be x. What is great in one of them is spread over all.\n",
          "KERNEL void " + name + "(const f32 *x, f32 *y) {\n  " + mix(columns, mixed, target) + "(x, y);\n}\n"};
}

} // namespace weebill::kernels
