//===- CacheAppend.cpp - One head's key and value into the cache ----------===//
//
// A key becomes a column of its block of 16 positions, a value a row; both are rounded to the cache's type.
// Tested by tests/unit/codegen/kernels.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/KernelText.h"

using namespace Halide;

namespace weebill {

namespace {

void checkHeadSize(const std::string &name, int64_t headSize) {
  require(headSize > 0 && headSize % 16 == 0, name, "the head size is not a multiple of 16");
}

} // namespace

PrintedKernel printAppendKey(int64_t headSize, Element cache, const Target &) {
  const Type type = cacheType(cache);
  const std::string name = "append_key_" + printType(type) + "_" + std::to_string(headSize);
  checkHeadSize(name, headSize);
  ImageParam key(Float(32), 1, "key");
  Var d("d");
  Func column("column");
  column(d) = cast(type, key(d));

  // One element after the other: a block's positions lie side by side, so this position's elements are 16 apart.
  fixShape(key, {int(headSize)});
  column.output_buffer().dim(0).set_bounds(0, int(headSize)).set_stride(kBlockRows);
  return printKernel(name, "One position's column of a block of 16 keys.\n",
                     {constBuffer(Float(32), "key"), buffer(type, "column")}, {column}, {key});
}

PrintedKernel printAppendValue(int64_t headSize, Element cache, const Target &target) {
  const Type type = cacheType(cache);
  const std::string name = "append_value_" + printType(type) + "_" + std::to_string(headSize);
  checkHeadSize(name, headSize);
  ImageParam value(Float(32), 1, "value");
  Var d("d");
  Func row("row");
  row(d) = cast(type, value(d));

  fixShape(value, {int(headSize)});
  fixShape(row.output_buffer(), {int(headSize)});
  elementsInVectors(row, d, target.lanes);
  return printKernel(name, "One position's row of values.\n", {constBuffer(Float(32), "value"), buffer(type, "row")},
                     {row}, {value});
}

} // namespace weebill
