//===- CacheAppend.cpp - One head's key and value into the cache ----------===//
//
// A key becomes a column of its block of 16 positions, a value a row; both are rounded to the cache's type, or become
// codes with a scale (CodedHead.h). Tested by tests/unit/codegen/kernels/AttentionKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/CodedHead.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

void checkHeadSize(const std::string &name, int64_t headSize) {
  require(headSize > 0 && headSize % kBlockRows == 0, name, "the head size is not a multiple of 16");
}

const char *scaleComment(bool coded) { return coded ? ", and the scale of its codes" : ""; }

} // namespace

PrintedKernel printAppendKey(int64_t headSize, plan::Element cache, const targets::Target &target) {
  const Type type = cacheType(cache);
  const bool coded = cache == plan::Element::I8;
  const std::string name = "append_key_" + print::printType(type) + "_" + std::to_string(headSize);
  checkHeadSize(name, headSize);
  ImageParam key(Float(32), 1, "key");
  Var d("d");
  Func column("column"), codes("codes");
  CodedHead head(key, headSize);
  codes(d) = head.code(d);
  column(d) = coded ? codes(d) : cast(type, key(d));

  // One element after the other: a block's positions lie side by side, so this position's elements are 16 apart.
  fixShape(key, {int(headSize)});
  column.output_buffer().dim(0).set_bounds(0, int(headSize)).set_stride(kBlockRows);
  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "key"), buffer(type, "column")};
  std::vector<Func> outputs = {column};
  if (coded) { // the codes are made in vectors before they are dealt out
    head.schedule(target.lanes);
    codes.compute_root().bound_extent(d, int(headSize));
    elementsInVectors(codes, d, target.lanes);
    parameters.push_back(buffer(Float(32), "scale"));
    outputs.push_back(head.scale());
  }
  return printKernel(name, std::string("One position's column of a block of 16 keys") + scaleComment(coded) + ".\n",
                     parameters, outputs, {key});
}

PrintedKernel printAppendValue(int64_t headSize, plan::Element cache, const targets::Target &target) {
  const Type type = cacheType(cache);
  const bool coded = cache == plan::Element::I8;
  const std::string name = "append_value_" + print::printType(type) + "_" + std::to_string(headSize);
  checkHeadSize(name, headSize);
  ImageParam value(Float(32), 1, "value");
  Var d("d");
  Func row("row");
  CodedHead head(value, headSize);
  row(d) = coded ? head.code(d) : cast(type, value(d));

  fixShape(value, {int(headSize)});
  fixShape(row.output_buffer(), {int(headSize)});
  elementsInVectors(row, d, target.lanes);
  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "value"), buffer(type, "row")};
  std::vector<Func> outputs = {row};
  if (coded) {
    head.schedule(target.lanes);
    parameters.push_back(buffer(Float(32), "scale"));
    outputs.push_back(head.scale());
  }
  return printKernel(name, std::string("One position's row of values") + scaleComment(coded) + ".\n", parameters,
                     outputs, {value});
}

} // namespace weebill::kernels
