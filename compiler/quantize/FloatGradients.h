//===- FloatGradients.h - Ops of a model, backwards --------------*- C++ -*-===//
//
// For each op of FloatOps.h what the gradient of a loss by its result says of its inputs. Float32, all tokens at once,
// shared out so that no result depends on the number of threads. Tested by
// tests/unit/compiler/quantize/FloatGradientsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_FLOATGRADIENTS_H
#define WEEBILL_COMPILER_QUANTIZE_FLOATGRADIENTS_H

#include "compiler/quantize/FloatOps.h"

namespace weebill::quantize {

/// `x` is what the op was given; `gradient` is by its result, and becomes the one by `x`.
void normHeadsBack(const Matrix &x, Matrix &gradient, int64_t heads, const std::vector<float> &gain, float epsilon,
                   float scale);
void siluBack(const Matrix &x, Matrix &gradient);
void geluTanhBack(const Matrix &x, Matrix &gradient);

struct AttentionGradients {
  Matrix queries, keys, values;
};
AttentionGradients attendBack(const Matrix &queries, const Matrix &keys, const Matrix &values, const Matrix &gradient,
                              Heads heads, int64_t length);

/// Of the loss of logits, one row for each token: their distribution less the token that came, in place. Rows whose
/// `next` is -1 have no loss.
void lossBack(Matrix &logits, const int32_t *next);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_FLOATGRADIENTS_H
