//===- Products.cpp - Products of float matrices --------------------------===//
//
// Tested by tests/unit/compiler/quantize/ProductsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Products.h"

#include "compiler/reference/Parallel.h"

#include <Eigen/Cholesky>
#include <algorithm>

namespace weebill::quantize {

namespace {

/// Rows or columns of a share.
constexpr Eigen::Index kShare = 256;

Eigen::Index shares(Eigen::Index size) { return (size + kShare - 1) / kShare; }

/// Eigen cuts products for the caches of the machine, which changes the order of sums: it is told the same everywhere.
void fixBlocking() {
  static const bool once = [] {
    Eigen::setCpuCacheSizes(32 << 10, 1 << 20, 4 << 20);
    return true;
  }();
  (void)once;
}

} // namespace

Matrix timesRows(const Matrix &x, const Matrix &weights) {
  fixBlocking();
  Matrix y(x.rows(), weights.rows());
  reference::forRanges(shares(x.rows()), [&](int64_t first, int64_t last) {
    for (int64_t share = first; share < last; ++share) {
      const Eigen::Index row = share * kShare, count = std::min(kShare, x.rows() - row);
      y.middleRows(row, count).noalias() = x.middleRows(row, count) * weights.transpose();
    }
  });
  return y;
}

void addSquares(const Matrix &x, Matrix &sum) {
  fixBlocking();
  const Eigen::Index parts = shares(x.cols());
  reference::forRanges(parts * (parts + 1) / 2, [&](int64_t first, int64_t last) {
    for (int64_t pair = first; pair < last; ++pair) {
      Eigen::Index i = 0, j = pair; // pairs (i, j) with i <= j, one row of them after the other
      while (j >= parts - i)
        j -= parts - i++;
      const Eigen::Index row = i * kShare, column = (i + j) * kShare;
      const Eigen::Index rows = std::min(kShare, x.cols() - row), columns = std::min(kShare, x.cols() - column);
      sum.block(row, column, rows, columns).noalias() +=
          x.middleCols(row, rows).transpose() * x.middleCols(column, columns);
    }
  });
}

bool triangleOfInverse(const Matrix &squares, Matrix &triangle) {
  fixBlocking();
  using Wide = Eigen::MatrixXd;
  const Eigen::Index n = squares.rows();
  // With J that turns the order around, J S J = L L^T, so S = V V^T with V = J L J above its diagonal, and U = V^-1.
  Wide turned(n, n); // what lies below its diagonal is what lies above in `squares`
  for (Eigen::Index column = 0; column < n; ++column)
    for (Eigen::Index row = column; row < n; ++row)
      turned(row, column) = double(squares(n - 1 - row, n - 1 - column));
  const Eigen::LLT<Wide> factor(turned);
  if (factor.info() != Eigen::Success)
    return false;
  Wide inverse = Wide::Identity(n, n);
  factor.matrixL().solveInPlace(inverse);
  triangle = Matrix::Zero(n, n);
  for (Eigen::Index column = 0; column < n; ++column)
    for (Eigen::Index row = column; row < n; ++row)
      triangle(n - 1 - row, n - 1 - column) = float(inverse(row, column));
  return true;
}

} // namespace weebill::quantize
