//===- GptqTest.cpp -------------------------------------------------------===//
//
// Products of inputs that go together are kept better than plain rounding keeps them; the weights become what the
// blocks say; inputs of which there is little or nothing do no harm.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Gptq.h"

#include "compiler/quantize/QuantizedTensors.h"

#include <cmath>
#include <gtest/gtest.h>
#include <random>

using namespace weebill::quantize;

namespace {

Matrix randomMatrix(int64_t rows, int64_t columns, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  return Matrix::NullaryExpr(rows, columns, [&] { return normal(random); });
}

/// Tokens whose columns are mixtures of a few others, some of them far greater than the rest.
Matrix inputsThatGoTogether(int64_t tokens, int64_t columns) {
  Matrix x = randomMatrix(tokens, columns / 8, 1) * randomMatrix(columns / 8, columns, 2) +
             0.3f * randomMatrix(tokens, columns, 3);
  x.col(5) *= 20;
  return x;
}

Inputs inputsOf(const Matrix &x) {
  Matrix squares = Matrix::Zero(x.cols(), x.cols());
  addSquares(x, squares);
  return Inputs(squares, x.rows());
}

double errorOf(const Matrix &x, const Matrix &a, const Matrix &b) {
  return double((x * (a - b).transpose()).squaredNorm()) / double(x.rows());
}

TEST(GptqTest, ErrorsAreMadeUpFor) {
  const Matrix x = inputsThatGoTogether(500, 160), weights = randomMatrix(150, 160, 4);
  for (const char *word : {"q4_0", "q4_1", "q5_0", "q6_0"}) {
    const GroupFormat &format = *findGroupFormat(word);
    std::vector<uint8_t> blocks(size_t(150 * 160 / kGroup * format.bytes()));
    Matrix plain(150, 160), found = weights, read(150, 160);
    roundRows(format, weights.data(), 150, 160, nullptr, blocks.data());
    blocksToRows(format, blocks.data(), 150, 160, plain.data());

    roundForInputs(format, inputsOf(x), found, blocks);
    blocksToRows(format, blocks.data(), 150, 160, read.data());
    EXPECT_TRUE(found == read) << word;
    EXPECT_LT(errorOf(x, weights, found), 0.5 * errorOf(x, weights, plain)) << word;
  }
}

TEST(GptqTest, ColumnsComeFromTheGreatest) {
  const Inputs inputs = inputsOf(inputsThatGoTogether(200, 64));
  EXPECT_EQ(inputs.order.front(), 5);
  for (size_t i = 1; i < inputs.order.size(); ++i)
    EXPECT_GE(inputs.importance[inputs.order[i - 1]], inputs.importance[inputs.order[i]]);
}

TEST(GptqTest, InputsThatAreZeroOrTooFewAreNoHarm) {
  Matrix few = randomMatrix(3, 64, 6), none = Matrix::Zero(10, 64);
  few.col(7).setZero();
  for (const Matrix &x : {few, none}) {
    Matrix weights = randomMatrix(20, 64, 5);
    const Matrix before = weights;
    std::vector<uint8_t> blocks;
    roundForInputs(*findGroupFormat("q5_0"), inputsOf(x), weights, blocks);
    EXPECT_TRUE(weights.allFinite());
    EXPECT_LT((weights - before).cwiseAbs().maxCoeff(), 1.0f);
  }
}

} // namespace
