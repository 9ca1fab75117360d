//===- SensitivityTest.cpp ------------------------------------------------===//
//
// What rounding one matrix is said to cost is what the interpreter finds when it is rounded.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Sensitivity.h"

#include "compiler/frontend/BuildModel.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/reference/Interpreter.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::quantize;

namespace {

constexpr int64_t kLength = 24, kVocabulary = 80;

constexpr const char *kModels[] = {
    R"({"layers":2,"model":64,"hidden":96,"heads":2,"key_value_heads":1,"vocabulary":80,"qk_norm":"before_rope",
        "qkv_bias":true})",
    R"({"blocks":2,"schedule":[0,1,0],"model":64,"hidden":96,"heads":2,"vocabulary":80,"activation":"gelu_tanh",
        "norms":"around","embedding_scale":2.5,"residual_scale":0.5})",
};

class SensitivityTest : public testing::Test {
protected:
  void read(const char *description) {
    model = description::importDescription(description::parseDescription("small.json", description), "small.json");
    module = frontend::buildModel(context, model);
    for (int32_t token = 0; token < 8 * kLength; ++token)
      text.tokens.push_back((token * 37 + token / 7 * 11) % kVocabulary);
    text.length = kLength;
  }

  /// The text's logits, with that matrix in that format.
  std::vector<float> logitsWith(const std::string &tensor, const GroupFormat *format) {
    const importer::ImportedModel made = format ? quantizedModel(model, {{tensor, format}}) : model;
    reference::Interpreter interpreter(*module, *made.source, reference::Arithmetic::Double);
    std::vector<float> logits;
    for (int64_t sequence = 0; sequence < text.count(); ++sequence) {
      interpreter.reset();
      const std::vector<float> part = interpreter.run(llvm::ArrayRef(text.tokens).slice(sequence * kLength, kLength));
      logits.insert(logits.end(), part.begin(), part.end());
    }
    return logits;
  }

  mlir::MLIRContext context;
  importer::ImportedModel model;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  Sequences text;
};

std::vector<double> distribution(const float *logits) {
  std::vector<double> parts(kVocabulary);
  double sum = 0;
  for (int64_t i = 0; i < kVocabulary; ++i)
    sum += parts[i] = std::exp(double(logits[i]));
  for (double &part : parts)
    part /= sum;
  return parts;
}

/// In nats for each token.
double divergence(const std::vector<float> &exact, const std::vector<float> &rounded) {
  double sum = 0;
  for (size_t row = 0; row < exact.size() / kVocabulary; ++row) {
    const auto p = distribution(exact.data() + row * kVocabulary), q = distribution(rounded.data() + row * kVocabulary);
    for (int64_t i = 0; i < kVocabulary; ++i)
      sum += p[i] * std::log(p[i] / q[i]);
  }
  return sum / double(exact.size() / kVocabulary);
}

TEST_F(SensitivityTest, ItIsTheDivergenceThatTheInterpreterFinds) {
  for (const char *description : kModels) {
    text = {};
    read(description);
    const RoundingErrors errors = roundingErrors(*module, *model.source, text);
    EXPECT_EQ(errors.size(), 14u) << "seven matrices of two blocks";
    const std::vector<float> exact = logitsWith("", nullptr);
    double predicted = 0, found = 0;
    for (const auto &[tensor, ofFormats] : errors) {
      ASSERT_EQ(ofFormats.size(), groupFormats().size());
      const double error = divergence(exact, logitsWith(tensor, &groupFormats().front()));
      // A seventh of the rows stand for all, and the text's own tokens for those that the model would choose; errors of
      // values that attention adds up are not independent.
      EXPECT_LT(ofFormats.front(), 6 * error) << tensor;
      EXPECT_GT(ofFormats.front(), error / 6) << tensor;
      predicted += ofFormats.front();
      found += error;
      for (size_t format = 1; format < ofFormats.size(); ++format)
        EXPECT_LT(ofFormats[format], ofFormats[format - 1]) << tensor << ", " << groupFormats()[format].word;
    }
    EXPECT_LT(std::fabs(std::log(predicted / found)), std::log(1.6)) << predicted << " and " << found;
  }
}

TEST_F(SensitivityTest, SomeSequencesAreFromAllOver) {
  Sequences all{{}, 2};
  for (int32_t token = 0; token < 24; ++token)
    all.tokens.push_back(token);
  EXPECT_EQ(someOf(all, 12).tokens, all.tokens);
  EXPECT_EQ(someOf(all, 3).tokens, (std::vector<int32_t>{0, 1, 8, 9, 16, 17}));
}

TEST_F(SensitivityTest, ProgressIsToldOfBothWays) {
  read(kModels[1]);
  std::vector<int64_t> told;
  roundingErrors(*module, *model.source, text, [&](int64_t done, int64_t of) {
    EXPECT_EQ(of, 6);
    told.push_back(done);
  });
  EXPECT_EQ(told, (std::vector<int64_t>{1, 2, 3, 4, 5, 6}));
}

} // namespace
