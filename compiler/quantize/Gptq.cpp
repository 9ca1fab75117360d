//===- Gptq.cpp - Rounding that makes up for its errors -------------------===//
//
// Tested by tests/unit/compiler/quantize/GptqTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Gptq.h"

#include "compiler/import/gguf/Dequantize.h"
#include "compiler/quantize/ScaleSearch.h"
#include "compiler/reference/Parallel.h"

#include <algorithm>
#include <numeric>

namespace weebill::quantize {

namespace {

/// Added to the diagonal, as a part of its mean: directions that the text has little of are not to be trusted.
constexpr double kDamping = 0.01;
constexpr int64_t kRows = 64;     // of a share: one thread's, whatever the number of threads
constexpr int64_t kColumns = 128; // that are rounded before the rest is corrected

/// 64 rows of a matrix, a column of them side by side.
class Share {
public:
  using Columns = Eigen::Matrix<float, kRows, Eigen::Dynamic>; // [column][row] in memory

  Share(const GroupFormat &format, const Inputs &inputs, Matrix &weights, int64_t firstRow, uint8_t *blocks)
      : format(format), inputs(inputs), weights(weights), firstRow(firstRow),
        count(std::min<int64_t>(kRows, weights.rows() - firstRow)), columns(weights.cols()), blocks(blocks),
        groups(size_t(count * columns / kGroup)), left(kRows, columns) {}

  void round() {
    searchScales();
    takeInOrder();
    Columns errors(kRows, kColumns);
    for (int64_t first = 0; first < columns; first += kColumns) {
      const int64_t width = std::min(kColumns, columns - first), last = first + width;
      for (int64_t i = first; i < last; ++i) {
        roundColumn(i);
        errors.col(i - first) = (left.col(i) - rounded) / inputs.triangle(i, i);
        for (int64_t j = i + 1; j < last; ++j)
          left.col(j).noalias() -= errors.col(i - first) * inputs.triangle(i, j);
      }
      if (last < columns)
        left.rightCols(columns - last).noalias() -=
            errors.leftCols(width) * inputs.triangle.block(first, last, width, columns - last);
    }
    write();
  }

private:
  void searchScales() {
    for (int64_t row = 0; row < count; ++row)
      for (int64_t first = 0; first < columns; first += kGroup)
        groupAt(row, first) =
            searchGroup(format, weights.row(firstRow + row).data() + first, inputs.importance.data() + first);
  }

  void takeInOrder() {
    left.setZero();
    for (int64_t i = 0; i < columns; ++i)
      left.col(i).head(count) = weights.col(inputs.order[i]).segment(firstRow, count);
  }

  /// Into `rounded` and the groups' codes.
  void roundColumn(int64_t i) {
    const int64_t column = inputs.order[i];
    rounded.setZero();
    for (int64_t row = 0; row < count; ++row) {
      Group &group = groupAt(row, column);
      const float scale = gguf::halfToFloat(group.scale), minimum = gguf::halfToFloat(group.minimum);
      const int code = nearestCode(format, scale, minimum, left(row, i));
      group.codes[column % kGroup] = int8_t(code);
      const float product = scale * float(code);
      rounded(row) = product + minimum;
    }
  }

  void write() {
    uint8_t *block = blocks;
    for (int64_t row = 0; row < count; ++row)
      for (int64_t first = 0; first < columns; first += kGroup, block += format.bytes()) {
        writeBlock(format, groupAt(row, first), block);
        readBlock(format, block, weights.row(firstRow + row).data() + first);
      }
  }

  Group &groupAt(int64_t row, int64_t column) { return groups[row * (columns / kGroup) + column / kGroup]; }

  const GroupFormat &format;
  const Inputs &inputs;
  Matrix &weights;
  const int64_t firstRow, count, columns;
  uint8_t *blocks;
  std::vector<Group> groups;
  Columns left; // of the weights, in order, corrected
  Eigen::Matrix<float, kRows, 1> rounded;
};

} // namespace

Inputs::Inputs(const Matrix &squares, int64_t tokens) : order(squares.cols()), importance(squares.cols()) {
  const int64_t columns = squares.cols();
  double mean = 0;
  for (int64_t i = 0; i < columns; ++i) {
    importance[i] = squares(i, i) / float(tokens);
    mean += double(importance[i]) / double(columns);
  }
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int64_t a, int64_t b) { return importance[a] > importance[b]; });
  // More damping where the squares are too close to singular for the factor; of inputs that are all zero it is 1.
  for (double damping = kDamping;; damping *= 10) {
    Matrix inOrder(columns, columns);
    for (int64_t i = 0; i < columns; ++i)
      for (int64_t j = i; j < columns; ++j)
        inOrder(i, j) = squares(std::min(order[i], order[j]), std::max(order[i], order[j])) / float(tokens);
    inOrder.diagonal().array() += mean > 0 ? float(damping * mean) : 1;
    if (triangleOfInverse(inOrder, triangle))
      return;
  }
}

void roundForInputs(const GroupFormat &format, const Inputs &inputs, Matrix &weights, std::vector<uint8_t> &blocks) {
  const int64_t rows = weights.rows(), rowBytes = weights.cols() / kGroup * format.bytes();
  const int64_t shares = (rows + kRows - 1) / kRows;
  blocks.resize(size_t(rows * rowBytes));
  reference::forRanges(shares, [&](int64_t first, int64_t last) {
    for (int64_t share = first; share < last; ++share)
      Share(format, inputs, weights, share * kRows, blocks.data() + share * kRows * rowBytes).round();
  });
}

} // namespace weebill::quantize
