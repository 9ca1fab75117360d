//===- FloatOps.cpp - Ops of a model over many tokens ---------------------===//
//
// Tested by tests/unit/compiler/quantize/FloatOpsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/FloatOps.h"

#include "compiler/import/rotate/Hadamard.h"
#include "compiler/reference/Parallel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weebill::quantize {

void normHeads(Matrix &x, int64_t heads, const std::vector<float> &gain, float epsilon, float scale) {
  const int64_t size = x.cols() / heads;
  const Eigen::Map<const Eigen::Array<float, 1, Eigen::Dynamic>> gains(gain.data(), int64_t(gain.size()));
  reference::forRanges(x.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row)
      for (int64_t head = 0; head < heads; ++head) {
        auto values = x.row(row).segment(head * size, size).array();
        values *= scale / std::sqrt(values.square().mean() + epsilon);
        if (!gain.empty())
          values *= gains;
      }
  });
}

void turnHeads(Matrix &x, int64_t heads, int64_t length, const importer::RopeSettings &settings, float scale) {
  const int64_t size = x.cols() / heads, half = size / 2;
  Matrix cosine(length, half), sine(length, half);
  for (int64_t position = 0; position < length; ++position)
    for (int64_t i = 0; i < half; ++i) {
      const double angle = double(position) * importer::ropeFrequency(settings, i, size);
      cosine(position, i) = float(std::cos(angle)) * scale;
      sine(position, i) = float(std::sin(angle)) * scale;
    }
  reference::forRanges(x.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row)
      for (int64_t head = 0; head < heads; ++head)
        for (int64_t i = 0; i < half; ++i) {
          float &a = x(row, head * size + i), &b = x(row, head * size + half + i);
          const float c = cosine(row % length, i), s = sine(row % length, i), turned = a * c - b * s;
          b = b * c + a * s;
          a = turned;
        }
  });
}

void mix(Matrix &x, int64_t size) {
  reference::forRanges(x.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row)
      rotate::mix(std::span(x.row(row).data(), size_t(x.cols())), size);
  });
}

void silu(Matrix &x) {
  reference::forRanges(x.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row)
      x.row(row).array() /= 1 + (-x.row(row).array()).exp();
  });
}

void geluTanh(Matrix &x) {
  const float root = float(std::sqrt(2 / std::numbers::pi));
  reference::forRanges(x.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      auto values = x.row(row).array();
      values = values / 2 * (1 + (root * (values + 0.044715f * values.cube())).tanh()).eval();
    }
  });
}

namespace {

/// Attention of one head of one sequence.
void attendHead(const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>> &query,
                const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>> &key,
                const Eigen::Ref<const Matrix, 0, Eigen::OuterStride<>> &value, int64_t window,
                Eigen::Ref<Matrix, 0, Eigen::OuterStride<>> out) {
  Matrix scores = query * key.transpose();
  for (int64_t row = 0; row < scores.rows(); ++row) {
    const int64_t from = window > 0 ? std::max<int64_t>(0, row + 1 - window) : 0;
    auto seen = scores.row(row).segment(from, row + 1 - from).array();
    seen = (seen - seen.maxCoeff()).exp();
    seen /= seen.sum();
    scores.row(row).head(from).setZero();
    scores.row(row).tail(scores.cols() - row - 1).setZero();
  }
  out.noalias() = scores * value;
}

} // namespace

Matrix attend(const Matrix &queries, const Matrix &keys, const Matrix &values, Heads heads, int64_t length) {
  Matrix y(queries.rows(), queries.cols());
  const int64_t size = queries.cols() / heads.queries, shared = heads.queries / heads.keyValues;
  reference::forRanges(queries.rows() / length * heads.queries, [&](int64_t first, int64_t last) {
    for (int64_t item = first; item < last; ++item) {
      const int64_t row = item / heads.queries * length, head = item % heads.queries, group = head / shared;
      attendHead(queries.block(row, head * size, length, size), keys.block(row, group * size, length, size),
                 values.block(row, group * size, length, size), heads.window, y.block(row, head * size, length, size));
    }
  });
  return y;
}

Matrix convolve(const Matrix &x, const std::vector<float> &taps, int64_t width, int64_t length) {
  const int64_t columns = x.cols() / 3;
  const Matrix gated = x.leftCols(columns).cwiseProduct(x.rightCols(columns));
  Matrix y = Matrix::Zero(x.rows(), columns);
  for (int64_t row = 0; row < x.rows(); ++row)
    for (int64_t back = 0; back < width && back <= row % length; ++back) {
      const Eigen::Map<const Eigen::RowVectorXf> tap(taps.data() + (width - 1 - back) * columns, columns);
      y.row(row) += gated.row(row - back).cwiseProduct(tap);
    }
  return y.cwiseProduct(x.middleCols(columns, columns));
}

} // namespace weebill::quantize
