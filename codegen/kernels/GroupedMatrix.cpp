//===- GroupedMatrix.cpp - Activation codes times weights in groups -------===//
//
//   y = 0, and for each group, in ascending order:
//     y[row] = fma(float(products of the group), activation_scale * weight_scale[row], y[row])
//     y[row] = fma(weight_minimum[row], activation_scale * sum of the codes, y[row])       if the format has minimums
//
// A group is 32 columns, or 16 for scales, where the format has a scale for each 16; both halves of 32 come in one
// step.
//
// One kernel for all formats of kept codes, linear and gated; the products of a group are the format's and the
// target's (codegen/emit/vectors/groups_*.h), those of a piece of a row where a matrix unit makes them. Tested by
// tests/unit/codegen/kernels/GroupedMatrixTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/GroupScales.h"
#include "codegen/kernels/GroupTiles.h"
#include "codegen/kernels/LinearText.h"
#include "codegen/kernels/TileProducts.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

class GroupedMatrix {
public:
  GroupedMatrix(const formats::WeightFormat &format, const LinearShape &shape, bool gated,
                const targets::Target &target);
  void schedule();
  PrintedKernel print() const;

private:
  /// A group of 32 columns: its number in the row, where its bytes begin, and those that its record's groups share.
  struct Group {
    Expr inRecord, record; // which of a record, and of which
    Expr number, piece, shared;
  };
  Group groupAt(Expr inRecord, Expr record) const;
  Expr codesAbove(int half, const Group &of) const;
  Expr products(const std::string &function, Expr start, const Group &of) const;
  Expr productsOfHalf(int half, Expr start, const Group &of) const;
  Expr productsOfPiece() const;
  Expr accumulated(Expr before) const;

  const formats::WeightFormat &format;
  const formats::KeptBlocks &kept;
  LinearShape shape;
  bool gated, inUnit, inHalves;
  int lanes, records, recordBytes, pieceBytes, blocks; // blocks: of gate and up together
  int pieceRecords;                                    // that a matrix unit takes at once, or all
  ImageParam codes{Int(8), 2, "codes"}, values{UInt(8), 2, "records"}, factors{UInt(8), 2, "factors"};
  ImageParam tokenScale{Float(32), 2, "token_scale"};
  ImageParam tokenSum;
  Param<int> yStride{"y_stride"};
  Var lane{"lane"}, part{"part"}, block{"block"}, token{"token"};
  Var inRecord{"in_record"}, record{"record"}, half{"half"}, piece{"piece"};
  RDom groups; // of a record, records if one has several, pieces of a matrix unit
  RVar outermost() const { return groups[groups.dimensions() - 1]; }
  Expr row;    // the first of a vector
  Group group; // that is added now
  struct {
    Expr inPiece, piece;
  } ofUnit;                                // where its products are in those of the matrix unit
  Func lower{"lower"}, sum{"sum"}, y{"y"}; // lower: products of the first halves of groups
  Func unit{kTileProducts};                // products of a piece, of whole groups or their halves
};

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

/// The groups of a record, the records around them where one has several, and their pieces.
RDom groupsOf(const formats::KeptBlocks &kept, int records, int pieceRecords) {
  using Variable = Internal::ReductionVariable;
  std::vector<Variable> all = {{"group$x", 0, int(kept.groups())}, {"record$x", 0, pieceRecords}};
  if (kept.groups() == 1)
    all = {{"group$x", 0, pieceRecords}};
  if (pieceRecords < records)
    all.push_back({"piece$x", 0, records / pieceRecords});
  return RDom(Internal::ReductionDomain(all));
}

GroupedMatrix::GroupedMatrix(const formats::WeightFormat &format, const LinearShape &shape, bool gated,
                             const targets::Target &target)
    : format(format), kept(*format.kept), shape(shape), gated(gated), inUnit(target.inUnit(shape.tokens)),
      inHalves(!inUnit && shape.tokens > 1 && target.keptHalves), lanes(target.lanes),
      records(int(shape.columns / kept.columns)), recordBytes(int(kept.recordBytes) * kBlockRows),
      pieceBytes(int(kept.pieceBytes) * kBlockRows), blocks(shape.blocks * (gated ? 2 : 1)),
      pieceRecords(inUnit ? recordsOfPiece(kept, records) : records),
      tokenSum(kept.takesSum() ? Int(32) : Float(32), 2, kept.takesSum() ? "token_sum" : "weighed_sum"),
      groups(groupsOf(kept, records, pieceRecords)) {
  // Vectors begin with a part; without vectors a lane is a row.
  row = laneStep(lanes) * part + (lanes > 1 ? Expr(0) : Expr(lane));
  const bool several = kept.groups() > 1;
  const Expr inPiece = several ? Expr(groups.y) : Expr(groups.x), inRecordOf = several ? Expr(groups.x) : Expr(0);
  ofUnit = {inPiece * int(kept.groups()) + inRecordOf, pieceRecords < records ? Expr(outermost()) : Expr(0)};
  group = groupAt(inRecordOf, ofUnit.piece * pieceRecords + inPiece);
  if (inUnit)
    unit(lane, token, half, inRecord, block, piece) = productsOfPiece();
  if (inHalves) {
    const Group any = groupAt(inRecord, record);
    lower(lane, part, block, token, inRecord, record) = productsOfHalf(0, codesAbove(0, any), any);
  }
  sum(lane, part, block, token) = 0.0f;
  sum(lane, part, block, token) = accumulated(sum(lane, part, block, token));

  if (gated) {
    y(lane, part, block, token) =
        activated(shape.activation, sum(lane, part, 2 * block, token)) * sum(lane, part, 2 * block + 1, token);
  } else {
    writeResult(y, {lane, part, block, token}, sum(lane, part, block, token), shape.epilogue);
  }
}

GroupedMatrix::Group GroupedMatrix::groupAt(Expr inRecord, Expr record) const {
  if (kept.groups() == 1)
    return {inRecord, record, record, record * recordBytes, Expr()};
  return {inRecord, record, record * int(kept.groups()) + inRecord, record * recordBytes + inRecord * pieceBytes,
          record * recordBytes + int(kept.groups()) * pieceBytes};
}

/// What to begin with: what the codes are more than what they stand for, times those that they are multiplied by, which
/// are as many as one scale is for. Signed products take the codes' sum as it is.
Expr GroupedMatrix::codesAbove(int half, const Group &of) const {
  if (!kept.takesSum())
    return 0;
  const Expr all = tokenSum(of.number, token);
  if (kept.isSigned)
    return all;
  if (kept.scalesOfGroup == 1)
    return all * -kept.zero;
  const Expr first =
      Internal::Call::make(Int(32), print::kPlaceCall + std::string("sum_of_16"),
                           {codes(of.number * int(plan::kGroupColumns), token)}, Internal::Call::PureExtern);
  return (half == 0 ? first : all - first) * -kept.zero;
}

Expr GroupedMatrix::products(const std::string &function, Expr start, const Group &of) const {
  return callAtPlaces(Int(32), function,
                      {start, values(of.piece + row * 4, block), codes(of.number * int(plan::kGroupColumns), token)},
                      lane);
}

Expr GroupedMatrix::productsOfHalf(int half, Expr start, const Group &of) const {
  const std::string function = kept.isSigned ? "dot_signed_half<" : "dot_half<";
  return products(function + kept.codes + ", " + std::to_string(half) + ">", start, of);
}

Expr GroupedMatrix::productsOfPiece() const {
  const Expr first = piece * pieceRecords;
  return tileProducts(multiplyGroups(kept, pieceRecords, plan::paddedColumns(shape.columns)),
                      {values(first * recordBytes, block), codes(first * int(kept.columns), 0)});
}

/// A group's products and scales, and its minimum, added to what is there.
Expr GroupedMatrix::accumulated(Expr next) const {
  const Expr first = inHalves ? Expr(lower(lane, part, block, token, group.inRecord, group.record)) : Expr();
  const GroupScales scales{kept, values, factors, lane, row, block, group.piece, group.shared};
  const auto add = [&](const Expr &products, int half) {
    next = fma(cast<float>(products), tokenScale(group.number, token) * scales.scale(half), next);
  };
  if (inUnit) {
    for (int which = 0; which < kept.scalesOfGroup; ++which)
      add(unit(lane, token, which, ofUnit.inPiece, block, ofUnit.piece), which);
  } else if (kept.scalesOfGroup == 2) {
    add(inHalves ? first : productsOfHalf(0, codesAbove(0, group), group), 0);
    add(productsOfHalf(1, codesAbove(1, group), group), 1);
  } else if (inHalves) {
    add(productsOfHalf(1, first, group), 0);
  } else {
    const std::string function = kept.isSigned ? "dot_signed<" : "dot_unsigned<";
    add(products(function + kept.codes + ">", codesAbove(0, group), group), 0);
  }
  return kept.minimums ? fma(scales.minimum(), tokenSum(group.number, token), next) : next;
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void GroupedMatrix::schedule() {
  const int rowCodes = int(plan::paddedColumns(shape.columns)), rowGroups = rowCodes / plan::kGroupColumns;
  const int step = laneStep(lanes), parts = kBlockRows / step;
  fixShape(codes, {rowCodes, shape.tokens});
  fixShape(values, {records * recordBytes, blocks});
  if (kept.rowFactors)
    fixShape(factors, {int(2 * kept.rowFactors) * kBlockRows, blocks});
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
  std::vector<VarOrRVar> order = {lane, part, token};
  if (!inUnit)
    order.push_back(block);
  if (inHalves) {
    // So many registers hold the codes of half a group of two blocks, and each token's are there for both: 760 GOPS
    // (4 x 2, Zen 5) for 460 with whole groups one block after the other, whose codes do not fit.
    std::swap(order[2], order[3]);
    lower.compute_at(sum, groups.x)
        .bound_extent(lane, step)
        .bound_extent(part, parts)
        .bound_extent(block, blocks)
        .bound_extent(token, shape.tokens)
        .reorder(lane, part, block, token, inRecord, record)
        .unroll(part)
        .unroll(block)
        .unroll(token);
    inVectors(lower, lane, lanes);
  }
  for (int i = 0; i < groups.dimensions(); ++i)
    order.push_back(groups[i]);
  if (inUnit) {
    order.push_back(block); // sixteen accumulators: those of another block come after the first one's row
    if (pieceRecords < records)
      unit.compute_at(sum, outermost());
    else
      unit.compute_at(sum, block);
  }
  sum.update().reorder(order).unroll(part).unroll(token).unroll(block);
  inVectors(sum.update(), lane, lanes);
  Stage result = resultOf(y, shape.epilogue);
  result.unroll(part).unroll(block).unroll(token);
  inVectors(result, lane, lanes);
}

PrintedKernel GroupedMatrix::print() const {
  std::vector<KernelParameter> parameters = {constBuffer(Int(8), "codes"), constBuffer(Float(32), "token_scale"),
                                             constBuffer(tokenSum.type(), tokenSum.name()),
                                             constBuffer(UInt(8), "records")};
  std::vector<Argument> inputs = {codes, tokenScale, tokenSum, values};
  if (kept.rowFactors) {
    parameters.push_back(constBuffer(UInt(8), "factors"));
    inputs.push_back(factors);
  }
  parameters.push_back(buffer(Float(32), "y"));
  if (shape.tokens > 1) {
    parameters.push_back(scalar(Int(32), "y_stride"));
    inputs.push_back(yStride);
  }
  // One token's weights come from memory once: asked for a kilobyte ahead, which was faster than 300 bytes or 3 KB
  // (docs/performance.md). Tiles find them in the first cache but for the first time.
  std::function<Internal::Stmt(const Internal::Stmt &)> change = inUnit ? withTileProducts : nullptr;
  if (shape.tokens == 1 && lanes > 1 && records > 1) {
    constexpr int64_t ahead = 1024;
    const int64_t groupBytes = recordBytes / kept.groups(); // with a share of what the record's groups share
    const RecordWalk walk{.buffer = "records",
                          .loop = "group",
                          .recordBytes = groupBytes,
                          .streamBytes = int64_t(records) * recordBytes,
                          .streams = blocks,
                          .aheadBytes = (ahead + groupBytes - 1) / groupBytes * groupBytes,
                          .outerLoop = kept.groups() > 1 ? "record" : "",
                          .outerBytes = recordBytes};
    change = [walk](const Internal::Stmt &body) { return prefetchRecords(body, walk); };
  }
  PrintedKernel kernel =
      printKernel(linearName(gated, format.functionSuffix, shape),
                  linearComment(gated, format.functionSuffix, "sum of float(products) * scales of each group",
                                accumulators(gated, shape, lanes) + ", 32 columns a step", shape),
                  parameters, {y}, inputs, change);
  kernel.multipliesGroups = true;
  kernel.tileColumns = inUnit ? int(plan::kGroupColumns / kept.scalesOfGroup) : 0;
  return kernel;
}

} // namespace

PrintedKernel printKept(const formats::WeightFormat &format, bool gated, const LinearShape &shape,
                        const targets::Target &target) {
  checkLinear(gated, format.functionSuffix, shape, format.columnMultiple);
  GroupedMatrix kernel(format, shape, gated, target);
  kernel.schedule();
  return kernel.print();
}

} // namespace weebill::kernels
