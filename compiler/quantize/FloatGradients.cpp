//===- FloatGradients.cpp - Ops of a model, backwards ---------------------===//
//
// Tested by tests/unit/compiler/quantize/FloatGradientsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/FloatGradients.h"

#include "compiler/reference/Parallel.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace weebill::quantize {

void normHeadsBack(const Matrix &x, Matrix &gradient, int64_t heads, const std::vector<float> &gain, float epsilon,
                   float scale) {
  const int64_t size = x.cols() / heads;
  const Eigen::Map<const Eigen::Array<float, 1, Eigen::Dynamic>> gains(gain.data(), int64_t(gain.size()));
  reference::forRanges(x.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row)
      for (int64_t head = 0; head < heads; ++head) {
        const auto values = x.row(row).segment(head * size, size).array();
        auto g = gradient.row(row).segment(head * size, size).array();
        if (!gain.empty())
          g *= gains;
        // y = x r with r = (mean(x^2) + epsilon)^-1/2, so dx = r (g - x r^2 mean(g x)).
        const float root = 1 / std::sqrt(values.square().mean() + epsilon), mean = (g * values).mean();
        g = (scale * root) * (g - values * (root * root * mean));
      }
  });
}

void siluBack(const Matrix &x, Matrix &gradient) {
  reference::forRanges(x.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      const auto values = x.row(row).array();
      const Eigen::Array<float, 1, Eigen::Dynamic> part = (1 + (-values).exp()).inverse();
      gradient.row(row).array() *= part * (1 + values * (1 - part));
    }
  });
}

void geluTanhBack(const Matrix &x, Matrix &gradient) {
  const float root = float(std::sqrt(2 / std::numbers::pi));
  reference::forRanges(x.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      const auto values = x.row(row).array();
      const Eigen::Array<float, 1, Eigen::Dynamic> t = (root * (values + 0.044715f * values.cube())).tanh();
      gradient.row(row).array() *=
          0.5f * (1 + t) + 0.5f * values * (1 - t.square()) * (root * (1 + 3 * 0.044715f * values.square()));
    }
  });
}

AttentionGradients attendBack(const Matrix &queries, const Matrix &keys, const Matrix &values, const Matrix &gradient,
                              Heads heads, int64_t length) {
  AttentionGradients by = {Matrix::Zero(queries.rows(), queries.cols()), Matrix::Zero(keys.rows(), keys.cols()),
                           Matrix::Zero(values.rows(), values.cols())};
  const int64_t size = queries.cols() / heads.queries, shared = heads.queries / heads.keyValues;
  // One item has all that shares a key-value head.
  reference::forRanges(queries.rows() / length * heads.keyValues, [&](int64_t first, int64_t last) {
    for (int64_t item = first; item < last; ++item) {
      const int64_t row = item / heads.keyValues * length, group = item % heads.keyValues;
      const auto key = keys.block(row, group * size, length, size),
                 value = values.block(row, group * size, length, size);
      auto byKey = by.keys.block(row, group * size, length, size),
           byValue = by.values.block(row, group * size, length, size);
      for (int64_t head = group * shared; head < (group + 1) * shared; ++head) {
        const auto query = queries.block(row, head * size, length, size);
        const auto g = gradient.block(row, head * size, length, size);
        Matrix parts = attentionParts(query, key, heads.window);
        byValue.noalias() += parts.transpose() * g;
        const Matrix byParts = g * value.transpose();
        for (int64_t i = 0; i < length; ++i) { // of the softmax: p (g - sum of p g)
          const float mean = parts.row(i).dot(byParts.row(i));
          parts.row(i).array() *= byParts.row(i).array() - mean;
        }
        by.queries.block(row, head * size, length, size).noalias() = parts * key;
        byKey.noalias() += parts.transpose() * query;
      }
    }
  });
  return by;
}

void lossBack(Matrix &logits, const int32_t *next) {
  reference::forRanges(logits.rows(), [&](int64_t first, int64_t last) {
    for (int64_t row = first; row < last; ++row) {
      auto values = logits.row(row).array();
      if (next[row] < 0) {
        values.setZero();
        continue;
      }
      values = (values - values.maxCoeff()).exp();
      values /= values.sum();
      values(next[row]) -= 1;
    }
  });
}

} // namespace weebill::quantize
