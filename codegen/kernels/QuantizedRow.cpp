//===- QuantizedRow.cpp - Activation codes of a row, as Funcs -------------===//

#include "codegen/kernels/QuantizedRow.h"

#include "codegen/kernels/NormalizedRow.h"

using namespace Halide;

namespace weebill::kernels {

//===----------------------------------------------------------------------===//
// Algorithm
//===----------------------------------------------------------------------===//

QuantizedRow::QuantizedRow(int64_t columns, Func row, CodeRange range)
    : columns(int(columns)), group(0, paddedColumns(columns) / kRowStep, "i"), lanes(0, kBlockRows, "lane") {
  Expr element = row(group * kRowStep + way * kBlockRows + lane);
  lows(lane, way) = 0.0f;
  lows(lane, way) = min(element, lows(lane, way)); // the second operand where the element is no number
  highs(lane, way) = 0.0f;
  highs(lane, way) = max(element, highs(lane, way));
  laneLow(lane) = min(min(lows(lane, 0), lows(lane, 1)), min(lows(lane, 2), lows(lane, 3)));
  laneHigh(lane) = max(max(highs(lane, 0), highs(lane, 1)), max(highs(lane, 2), highs(lane, 3)));
  low() = 0.0f;
  low() = min(low(), laneLow(lanes));
  high() = 0.0f;
  high() = max(high(), laneHigh(lanes));

  if (range == CodeRange::Symmetric) { // -low and high are magnitudes, and exact
    scale() = max(max(0.0f - low(), high()) / 127.0f, 1e-20f);
    inverseScale() = 1.0f / scale();
    zero() = 128;
    codes(i) = cast<uint8_t>(min(max(round(row(i) * inverseScale()) + 128.0f, 1.0f), 255.0f));
  } else {
    scale() = max((high() - low()) * (1.0f / 255), 1e-20f);
    inverseScale() = 1.0f / scale();
    zero() = cast<int>(min(max(round((0.0f - low()) * inverseScale()), 0.0f), 255.0f));
    codes(i) = cast<uint8_t>(min(max(round(row(i) * inverseScale()) + cast<float>(zero()), 0.0f), 255.0f));
  }
  tokenScale() = scale();
  tokenZero() = zero();
}

//===----------------------------------------------------------------------===//
// Schedule
//===----------------------------------------------------------------------===//

void QuantizedRow::schedule(int vectorLanes) {
  for (Func f : {lows, highs}) {
    f.compute_root().bound_extent(lane, kBlockRows).bound_extent(way, kRowWays).unroll(way);
    vectorizeLanes(f, lane, part, vectorLanes);
    f.update().split(lane, part, lane, laneStep(vectorLanes)).reorder(lane, part, way, group).unroll(part).unroll(way);
    inVectors(f.update(), lane, vectorLanes);
  }
  for (Func f : {laneLow, laneHigh}) {
    f.compute_root().bound_extent(lane, kBlockRows);
    vectorizeLanes(f, lane, part, vectorLanes);
  }
  for (Func f : {low, high, scale, inverseScale, zero})
    f.compute_root();
  fixShape(codes.output_buffer(), {paddedColumns(columns)});
  elementsInVectors(codes, i, vectorLanes);
}

std::vector<KernelParameter> QuantizedRow::outputParameters() {
  return {buffer(UInt(8), "codes"), buffer(Float(32), "token_scale"), buffer(Int(32), "token_zero")};
}

std::string codesSuffix(CodeRange range) {
  return range == CodeRange::Symmetric ? "_symmetric_" : range == CodeRange::Groups ? "_groups_" : "_";
}

std::string codesComment(CodeRange range) {
  switch (range) {
  case CodeRange::Asymmetric:
    return "with one scale and one zero point for the row";
  case CodeRange::Symmetric:
    return "with one scale for the row; the zero point is 128";
  case CodeRange::Groups:
    return "with a scale for each 32 columns, and their sums";
  }
  return "";
}

} // namespace weebill::kernels
