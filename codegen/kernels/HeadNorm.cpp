//===- HeadNorm.cpp - RMS norm of one head --------------------------------===//
//
//   y[i] = ((x[i] * inverse) * gain[i]) * scale        inverse = 1 / sqrt(mean of x * x + epsilon)
//
// As the norm of a row (NormalizedRow.h), but no wider than the head: behind it lies the next one, not padding. Tested
// by tests/unit/codegen/kernels/RowKernelsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/NormalizedRow.h"

using namespace Halide;

namespace weebill::kernels {

namespace {

/// Sums of squares in four ways of 16 lanes: groups of 64 elements, then what is left of the head.
class HeadSquares {
public:
  HeadSquares(Func x, int headSize)
      : whole(headSize / kRowStep), rest(headSize % kRowStep / kBlockRows), group(0, std::max(whole, 1), "i"),
        last(0, std::max(rest, 1), "rest"), lanes(0, kBlockRows, "lane") {
    squares(lane, way) = 0.0f;
    if (whole > 0)
      add(x(group * kRowStep + way * kBlockRows + lane), way);
    if (rest > 0)
      add(x(last * kBlockRows + whole * kRowStep + lane), last);
    laneSum(lane) = ((squares(lane, 0) + squares(lane, 1)) + squares(lane, 2)) + squares(lane, 3);
    total() = 0.0f;
    total() += laneSum(lanes);
  }

  Expr sum() const { return total(); }

  void schedule(int vectorLanes) {
    squares.compute_root().bound_extent(lane, kBlockRows).bound_extent(way, kRowWays).unroll(way);
    vectorizeLanes(squares, lane, part, vectorLanes);
    int update = 0;
    if (whole > 0) {
      Stage stage = squares.update(update++);
      stage.split(lane, part, lane, laneStep(vectorLanes)).reorder(lane, part, way, group).unroll(part).unroll(way);
      inVectors(stage, lane, vectorLanes);
    }
    if (rest > 0) {
      Stage stage = squares.update(update++);
      stage.split(lane, part, lane, laneStep(vectorLanes)).reorder(lane, part, last).unroll(part).unroll(last);
      inVectors(stage, lane, vectorLanes);
    }
    laneSum.compute_root().bound_extent(lane, kBlockRows);
    vectorizeLanes(laneSum, lane, part, vectorLanes);
    total.compute_root();
  }

private:
  void add(Expr element, Expr toWay) { squares(lane, toWay) += element * element; }

  int whole, rest;
  RDom group, last, lanes;
  Var lane{"lane"}, way{"way"}, part{"part"};
  Func squares{"squares"}, laneSum{"lane_sum"}, total{"total"};
};

} // namespace

PrintedKernel printHeadNorm(int64_t headSize, bool withGain, const targets::Target &target) {
  const std::string name = "head_norm_" + std::string(withGain ? "gain_" : "") + std::to_string(headSize);
  require(headSize > 0 && headSize % kBlockRows == 0 && headSize <= 1 << 16, name,
          "the head size is not a multiple of 16");
  const int size = int(headSize);

  // Algorithm.
  ImageParam x(Float(32), 1, "x"), gain(Float(32), 1, "gain");
  Param<float> epsilon("epsilon"), scale("scale");
  Var i("i");
  Func element("element"), inverse("inverse"), y("y");
  element(i) = x(i);
  HeadSquares squares(element, size);
  inverse() = 1.0f / sqrt(squares.sum() * (1.0f / float(size)) + epsilon);
  Expr normed = x(i) * inverse();
  y(i) = (withGain ? normed * gain(i) : normed) * scale;

  // Schedule.
  fixShape(x, {size});
  fixShape(gain, {size});
  fixShape(y.output_buffer(), {size});
  squares.schedule(target.lanes);
  inverse.compute_root();
  elementsInVectors(y, i, target.lanes);

  std::vector<KernelParameter> parameters = {constBuffer(Float(32), "x"), scalar(Float(32), "epsilon"),
                                             scalar(Float(32), "scale"), buffer(Float(32), "y")};
  std::vector<Argument> arguments = {x, epsilon, scale};
  if (withGain) {
    parameters.insert(parameters.begin() + 1, constBuffer(Float(32), "gain"));
    arguments.push_back(gain);
  }
  const std::string comment =
      std::string("y = x / root mean square of x") + (withGain ? " * gain" : "") + " * scale; one head. y may be x.\n";
  return printKernel(name, comment + rowSchedule(target), parameters, {y}, arguments);
}

} // namespace weebill::kernels
