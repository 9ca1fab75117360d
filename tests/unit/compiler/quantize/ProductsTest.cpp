//===- ProductsTest.cpp ---------------------------------------------------===//
//
// Products are those of the definition, also where sizes fill no share.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Products.h"

#include <gtest/gtest.h>
#include <random>

using namespace weebill::quantize;

namespace {

Matrix randomMatrix(int64_t rows, int64_t columns, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  return Matrix::NullaryExpr(rows, columns, [&] { return normal(random); });
}

TEST(ProductsTest, RowsTimesRows) {
  const Matrix x = randomMatrix(300, 70, 1), weights = randomMatrix(33, 70, 2), y = timesRows(x, weights);
  ASSERT_EQ(y.rows(), 300);
  ASSERT_EQ(y.cols(), 33);
  for (int64_t token = 0; token < y.rows(); ++token)
    for (int64_t row = 0; row < y.cols(); ++row) {
      double sum = 0;
      for (int64_t k = 0; k < x.cols(); ++k)
        sum += double(x(token, k)) * double(weights(row, k));
      ASSERT_NEAR(y(token, row), sum, 2e-5);
    }
}

TEST(ProductsTest, SquaresAreAddedAboveTheDiagonal) {
  const Matrix x = randomMatrix(20, 600, 3);
  Matrix sum = Matrix::Constant(600, 600, 1);
  addSquares(x, sum);
  for (int64_t i = 0; i < 600; ++i)
    for (int64_t j = i; j < 600; j += 7) {
      double product = 1;
      for (int64_t token = 0; token < x.rows(); ++token)
        product += double(x(token, i)) * double(x(token, j));
      ASSERT_NEAR(sum(i, j), product, 1e-5) << i << ", " << j;
    }
}

TEST(ProductsTest, TheTriangleIsThatOfTheInverse) {
  const Matrix x = randomMatrix(90, 40, 4);
  Matrix squares = Matrix::Zero(40, 40), triangle;
  addSquares(x, squares);
  const Eigen::MatrixXd whole = squares.cast<double>().selfadjointView<Eigen::Upper>();
  ASSERT_TRUE(triangleOfInverse(squares, triangle));
  EXPECT_TRUE(triangle.isUpperTriangular());
  const Eigen::MatrixXd u = triangle.cast<double>();
  EXPECT_TRUE((u.transpose() * u * whole).isIdentity(1e-4));
}

TEST(ProductsTest, ASingularMatrixHasNone) {
  Matrix triangle;
  EXPECT_FALSE(triangleOfInverse(Matrix::Zero(8, 8), triangle));
}

} // namespace
