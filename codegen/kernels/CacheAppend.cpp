//===- CacheAppend.cpp - One head's key and value into the cache ----------===//
//
// A key becomes a column of its block of 16 positions, a value a row; both are rounded to the cache's type. Or they
// become codes with a scale (CodedHead.h), of which four make one step of a dot product: keys in fours of elements,
// values in fours of positions. Tested by tests/unit/codegen/kernels/CacheKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/CodedHead.h"

#include <limits>

using namespace Halide;

namespace weebill::kernels {

namespace {

void checkHeadSize(const std::string &name, int64_t headSize) {
  require(headSize > 0 && headSize % kBlockRows == 0, name, "the head size is not a multiple of 16");
}

/// Of a cache of numbers: `to` of `from`, elements `stride` apart. All are finite: what is masked is multiplied by 0.
PrintedKernel printNumbers(const std::string &name, const std::string &comment, const char *from, const char *to,
                           int64_t headSize, int stride, plan::Element cache, const targets::Target &target) {
  const Type type = cacheType(cache);
  ImageParam x(Float(32), 1, from);
  Var d("d");
  Func out(to);
  const float greatest = cache == plan::Element::F16 ? 65504.0f : std::numeric_limits<float>::max();
  out(d) = cast(type, min(max(x(d), -greatest), greatest));
  fixShape(x, {int(headSize)});
  out.output_buffer().dim(0).set_bounds(0, int(headSize)).set_stride(stride);
  if (stride == 1) // otherwise one element after the other
    elementsInVectors(out, d, target.lanes);
  return printKernel(name, comment + ".\n", {constBuffer(Float(32), from), buffer(type, to)}, {out}, {x});
}

/// Of a cache of codes: fours of them `stride` apart, elements of a four `step` apart. `offset` is added to each code.
PrintedKernel printCodes(const std::string &name, const std::string &comment, const char *from, const char *to,
                         int64_t headSize, int step, int stride, Type type, int offset, const targets::Target &target) {
  ImageParam x(Float(32), 1, from);
  Var d("d"), four("four");
  Func codes("codes"), out(to), scale("scale");
  CodedHead head([x](Expr d, Expr) { return x(d); }, headSize);
  const Expr code = head.code(d, 0);
  codes(d) = cast(type, offset == 0 ? code : code + float(offset));
  out(d, four) = codes(4 * four + d);
  scale() = head.scale(0);

  // The codes are made in vectors before they are dealt out, one after the other.
  fixShape(x, {int(headSize)});
  out.output_buffer().dim(0).set_bounds(0, 4).set_stride(step);
  out.output_buffer().dim(1).set_bounds(0, int(headSize) / 4).set_stride(stride);
  head.schedule(target.lanes);
  codes.compute_root().bound_extent(d, int(headSize));
  elementsInVectors(codes, d, target.lanes);
  out.unroll(d);
  return printKernel(name, comment + ", and the scale of its codes.\n",
                     {constBuffer(Float(32), from), buffer(type, to), buffer(Float(32), "scale")}, {out, scale}, {x});
}

} // namespace

PrintedKernel printAppendKey(int64_t headSize, plan::Element cache, const targets::Target &target) {
  const std::string name = "append_key_" + print::printType(cacheType(cache)) + "_" + std::to_string(headSize);
  const std::string comment = "One position's column of a block of 16 keys";
  checkHeadSize(name, headSize);
  if (cache == plan::Element::I8)
    return printCodes(name, comment + ", 128 added to its codes", "key", "column", headSize, 1, 4 * kBlockRows, UInt(8),
                      128, target);
  return printNumbers(name, comment, "key", "column", headSize, kBlockRows, cache, target);
}

PrintedKernel printAppendValue(int64_t headSize, plan::Element cache, const targets::Target &target) {
  const std::string name = "append_value_" + print::printType(cacheType(cache)) + "_" + std::to_string(headSize);
  checkHeadSize(name, headSize);
  if (cache == plan::Element::I8)
    return printCodes(name, "One position's column of a block of four values", "value", "column", headSize, 4, 16,
                      Int(8), 0, target);
  return printNumbers(name, "One position's row of values", "value", "row", headSize, 1, cache, target);
}

} // namespace weebill::kernels
