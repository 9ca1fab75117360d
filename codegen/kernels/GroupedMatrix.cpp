//===- GroupedMatrix.cpp - Activation codes times weights in groups -------===//
//
//   y = 0, and for each group, in ascending order:
//     y[row] = fma(float(products of the group), activation_scale * weight_scale[row], y[row])
//     y[row] = fma(weight_minimum[row], activation_scale * sum of the codes, y[row])       if the format has minimums
//
// One kernel for all formats of kept codes, linear and SwiGLU; the products of a group are the format's and the
// target's (codegen/emit/vectors/groups_*.h). Tested by tests/unit/codegen/kernels/GroupedMatrixTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/LinearText.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class GroupedMatrix {
public:
  GroupedMatrix(const formats::WeightFormat &format, const LinearShape &shape, bool gated, int lanes);
  void schedule();
  PrintedKernel print() const;

private:
  Expr place(const ImageParam &buffer, Expr inner, Expr outer) const { return buffer(inner, outer); }
  Expr atPlaces(Type type, const std::string &function, std::vector<Expr> places) const;

  const formats::WeightFormat &format;
  const formats::KeptBlocks &kept;
  LinearShape shape;
  bool gated;
  int lanes, records, recordBytes, blocks; // blocks: of gate and up together
  ImageParam codes{Int(8), 2, "codes"}, values{UInt(8), 2, "records"}, tokenScale{Float(32), 2, "token_scale"};
  ImageParam tokenSum;
  Param<int> yStride{"y_stride"};
  Var lane{"lane"}, part{"part"}, block{"block"}, token{"token"};
  RDom group;
  Func sum{"sum"}, y{"y"};
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

GroupedMatrix::GroupedMatrix(const formats::WeightFormat &format, const LinearShape &shape, bool gated, int lanes)
    : format(format), kept(*format.kept), shape(shape), gated(gated), lanes(lanes),
      records(int(shape.columns / kept.columns)), recordBytes(int(kept.bytes) * kBlockRows),
      blocks(shape.blocks * (gated ? 2 : 1)),
      tokenSum(kept.takesSum ? Int(32) : Float(32), 2, kept.takesSum ? "token_sum" : "weighed_sum"),
      group(0, records, "group") {
  // Where the rows of these lanes begin in four bytes each, and in float16. Vectors begin with a part; without vectors
  // a lane is a row.
  const Expr row = laneStep(lanes) * part + (lanes > 1 ? Expr(0) : Expr(lane));
  const auto record = [&](int64_t offset, int bytes) {
    return place(values, group * recordBytes + int(offset) + row * bytes, block);
  };
  std::vector<Expr> factors = {record(0, 4), place(codes, group * int(plan::kGroupColumns), token)};
  if (kept.takesSum)
    factors.push_back(place(tokenSum, group, token));
  const Expr products = atPlaces(Int(32), kept.product, factors);
  const Expr scale = atPlaces(Float(32), "halves_at", {record(kept.scales, 2)});

  sum(lane, part, block, token) = 0.0f;
  Expr next = fma(cast<float>(products), tokenScale(group, token) * scale, sum(lane, part, block, token));
  if (kept.minimums)
    next = fma(atPlaces(Float(32), "halves_at", {record(kept.minimums, 2)}), tokenSum(group, token), next);
  sum(lane, part, block, token) = next;

  if (gated) {
    y(lane, part, block, token) = silu(sum(lane, part, 2 * block, token)) * sum(lane, part, 2 * block + 1, token);
  } else if (shape.epilogue == Epilogue::Residual) {
    y(lane, part, block, token) = undef<float>(); // what is there already
    y(lane, part, block, token) += sum(lane, part, block, token);
  } else {
    y(lane, part, block, token) = sum(lane, part, block, token);
  }
}

/// The lane goes along, and is not printed: without it the call would be one for all lanes.
Expr GroupedMatrix::atPlaces(Type type, const std::string &function, std::vector<Expr> places) const {
  places.push_back(lane);
  return Internal::Call::make(type, print::kPlaceCall + function, places, Internal::Call::PureExtern);
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void GroupedMatrix::schedule() {
  const int rowCodes = int(plan::paddedColumns(shape.columns)), rowGroups = rowCodes / plan::kGroupColumns;
  const int step = laneStep(lanes), parts = kBlockRows / step;
  fixShape(codes, {rowCodes, shape.tokens});
  fixShape(values, {records * recordBytes, blocks});
  for (ImageParam *ofGroups : {&tokenScale, &tokenSum})
    fixShape(*ofGroups, {rowGroups, shape.tokens});
  fixShape(y.output_buffer(), {step, parts, shape.blocks, shape.tokens});
  if (shape.tokens > 1)
    y.output_buffer().dim(3).set_stride(yStride);

  // Group by group, all blocks and tokens at once in named accumulators: codes are loaded once for all blocks, weights
  // taken apart once for all tokens.
  sum.compute_root()
      .bound_extent(lane, step)
      .bound_extent(part, parts)
      .bound_extent(block, blocks)
      .bound_extent(token, shape.tokens)
      .unroll(part)
      .unroll(block)
      .unroll(token);
  inVectors(sum, lane, lanes);
  sum.update().reorder(lane, part, token, block, group).unroll(part).unroll(token).unroll(block);
  inVectors(sum.update(), lane, lanes);
  Stage result = !gated && shape.epilogue == Epilogue::Residual ? y.update() : Stage(y);
  result.unroll(part).unroll(block).unroll(token);
  inVectors(result, lane, lanes);
}

PrintedKernel GroupedMatrix::print() const {
  std::vector<KernelParameter> parameters = {constBuffer(Int(8), "codes"), constBuffer(Float(32), "token_scale"),
                                             constBuffer(tokenSum.type(), tokenSum.name()),
                                             constBuffer(UInt(8), "records"), buffer(Float(32), "y")};
  std::vector<Argument> inputs = {codes, tokenScale, tokenSum, values};
  if (shape.tokens > 1) {
    parameters.push_back(scalar(Int(32), "y_stride"));
    inputs.push_back(yStride);
  }
  const std::string kind = std::string(gated ? "swiglu" : "linear") + format.functionSuffix;
  const std::string value = gated ? "silu(gate[row]) * up[row], each as linear" + std::string(format.functionSuffix)
                                  : "sum of float(products) * scales of each group";
  // One token's weights come from memory once: asked for two kilobytes ahead, or one record. Tiles find them in the
  // first cache but for the first time.
  std::function<Internal::Stmt(const Internal::Stmt &)> prefetch;
  if (shape.tokens == 1 && lanes > 1 && records > 1) {
    constexpr int64_t ahead = 1280;
    const RecordWalk walk{.buffer = "records",
                          .loop = "group",
                          .recordBytes = recordBytes,
                          .streamBytes = int64_t(records) * recordBytes,
                          .streams = blocks,
                          .aheadBytes = (ahead + recordBytes - 1) / recordBytes * recordBytes};
    prefetch = [walk](const Internal::Stmt &body) { return prefetchRecords(body, walk); };
  }
  PrintedKernel kernel = printKernel(linearName(kind, shape),
                                     linearComment(value, gated ? "pair" : "block", "32 columns a step", shape, lanes),
                                     parameters, {y}, inputs, prefetch);
  kernel.calls = {kept.product, kept.productText};
  return kernel;
}

} // namespace

PrintedKernel printKept(const formats::WeightFormat &format, bool gated, const LinearShape &shape,
                        const targets::Target &target) {
  const std::string name = std::string(gated ? "swiglu" : "linear") + format.functionSuffix;
  checkLinear(name, shape, format.columnMultiple);
  require(!gated || shape.epilogue == Epilogue::None, name, "there is no residual form");
  GroupedMatrix kernel(format, shape, gated, target.lanes);
  kernel.schedule();
  return kernel.print();
}

} // namespace weebill::kernels
