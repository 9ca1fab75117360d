//===- Products.h - Products of float matrices -------------------*- C++ -*-===//
//
// What calibration multiplies, by Eigen, on all threads: shares are cut by the sizes alone, each is one thread's, and
// every sum has its own order, so that results do not depend on the number of threads. Tested by
// tests/unit/compiler/quantize/ProductsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_PRODUCTS_H
#define WEEBILL_COMPILER_QUANTIZE_PRODUCTS_H

#define EIGEN_DONT_PARALLELIZE
#define EIGEN_MPL2_ONLY
#include <Eigen/Core>

#include <cstdint>

namespace weebill::quantize {

/// Row by row, as tensors and activations are.
using Matrix = Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// x [tokens][columns] times rows of weights: [tokens][rows].
Matrix timesRows(const Matrix &x, const Matrix &weights);

/// Adds x^T x to sum, [columns][columns]; of what lies above the diagonal.
void addSquares(const Matrix &x, Matrix &sum);

/// The upper triangle U of the inverse of `squares` = U^T U, in double precision. `squares` is read above its diagonal
/// and must be positive definite; false if it is not.
bool triangleOfInverse(const Matrix &squares, Matrix &triangle);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_PRODUCTS_H
