//===- CalibrateTest.cpp --------------------------------------------------===//
//
// The float pass is the interpreter's, sequence by sequence, and every matrix of a block is rounded once.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Calibrate.h"

#include "compiler/frontend/BuildModel.h"
#include "compiler/import/description/ReadDescription.h"
#include "compiler/quantize/Recipe.h"
#include "compiler/reference/Interpreter.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::quantize;

namespace {

constexpr const char *kModels[] = {
    R"({"layers":2,"model":64,"hidden":96,"heads":2,"key_value_heads":1,"vocabulary":80,"qk_norm":"before_rope"})",
    R"({"blocks":2,"schedule":[0,1,0],"model":64,"hidden":96,"heads":2,"vocabulary":80,"qkv_bias":true,"window":5,
        "attention_out_bias":true,"rope_theta":[10000,0],"qk_norm":"after_rope"})",
    R"({"layers":2,"model":64,"hidden":96,"heads":2,"vocabulary":80,"activation":"gelu_tanh","norms":"around",
        "embedding_scale":2.5,"residual_scale":0.5})",
    R"({"layers":2,"model":64,"hidden":96,"heads":2,"vocabulary":80,"norms":"after"})",
};

class CalibrateTest : public testing::Test {
protected:
  void read(const char *description) {
    model = description::importDescription(description::parseDescription("small.json", description), "small.json");
    module = frontend::buildModel(context, model);
  }

  Calibration textOf(const Formats &formats) {
    Calibration text;
    text.formats = formats;
    for (int32_t token = 0; token < 3 * 16; ++token)
      text.tokens.push_back(token * 37 % 80);
    text.length = 16;
    return text;
  }

  /// Logits of a token whose stream that is: the last norm, and the embedding as the head.
  std::vector<double> logitsOf(const float *stream) {
    std::vector<float> head(80 * 64);
    model.source->readRows("token_embd.weight", 0, 80, head.data());
    return logitsOf(stream, head);
  }

  std::vector<double> logitsOf(const float *stream, const std::vector<float> &head) {
    std::vector<float> gain(64);
    model.source->readRows("output_norm.weight", 0, 1, gain.data());
    double square = 0;
    for (int i = 0; i < 64; ++i)
      square += double(stream[i]) * double(stream[i]) / 64;
    std::vector<double> logits(80);
    for (int token = 0; token < 80; ++token)
      for (int i = 0; i < 64; ++i)
        logits[token] += double(head[token * 64 + i]) * double(stream[i]) * double(gain[i]) /
                         std::sqrt(square + double(model.architecture.normEpsilon));
    return logits;
  }

  mlir::MLIRContext context;
  importer::ImportedModel model;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

TEST_F(CalibrateTest, WithoutFormatsItIsTheInterpreter) {
  for (const char *description : kModels) {
    read(description);
    const Calibration text = textOf({});
    const Calibrated made = calibrate(*module, *model.source, text);
    EXPECT_TRUE(made.blocks.empty());
    ASSERT_EQ(made.stream.size(), text.tokens.size() * 64);
    reference::Interpreter interpreter(*module, *model.source, reference::Arithmetic::Double);
    for (size_t sequence = 0; sequence < 3; ++sequence) {
      interpreter.reset();
      const std::vector<float> wanted = interpreter.run(llvm::ArrayRef(text.tokens).slice(16 * sequence, 16));
      for (size_t token = 0; token < 16; ++token) {
        const std::vector<double> logits = logitsOf(made.stream.data() + (16 * sequence + token) * 64);
        for (size_t i = 0; i < 80; ++i)
          ASSERT_NEAR(logits[i], wanted[80 * token + i], 2e-5) << description << ", token " << token;
      }
    }
  }
}

TEST_F(CalibrateTest, EveryMatrixOfABlockIsRoundedOnceAndProgressEnds) {
  read(kModels[1]);
  const Formats formats = uniformFormats(*model.source, *findGroupFormat("q8_0"));
  Calibration text = textOf(formats);
  std::vector<int64_t> told;
  text.progress = [&](int64_t done, int64_t of) {
    EXPECT_EQ(of, 3);
    told.push_back(done);
  };
  const Calibrated made = calibrate(*module, *model.source, text);
  EXPECT_EQ(made.blocks.size(), 14u) << "seven matrices of two blocks, not the embedding";
  EXPECT_EQ(told, (std::vector<int64_t>{1, 2, 3}));
  const Calibrated exact = calibrate(*module, *model.source, textOf({}));
  double off = 0, size = 0;
  for (size_t i = 0; i < exact.stream.size(); ++i) {
    off += std::fabs(double(made.stream[i]) - double(exact.stream[i]));
    size += std::fabs(double(exact.stream[i]));
  }
  EXPECT_LT(off, 0.02 * size) << "eight bits lose little";
  EXPECT_GT(off, 0) << "and the stream is that of what is rounded";
}

TEST_F(CalibrateTest, TheHeadIsRoundedForItsInputsIfItIsAskedFor) {
  for (const char *description : kModels) {
    read(description);
    Calibration text = textOf({{"token_embd.weight", findGroupFormat("q6_0")}});
    EXPECT_TRUE(calibrate(*module, *model.source, text).blocks.empty());
    text.head = true;
    const Calibrated made = calibrate(*module, *model.source, text);
    ASSERT_EQ(made.blocks.size(), 1u);
    // Its answers to the text are nearer to the exact ones than those of weights that are rounded by themselves.
    std::vector<float> exact(80 * 64), alone = exact, found = exact;
    const GroupFormat &format = *findGroupFormat("q6_0");
    std::vector<uint8_t> blocks(size_t(80 * 2 * format.bytes()));
    model.source->readRows("token_embd.weight", 0, 80, exact.data());
    roundRows(format, exact.data(), 80, 64, nullptr, blocks.data());
    blocksToRows(format, blocks.data(), 80, 64, alone.data());
    blocksToRows(format, made.blocks.at("token_embd.weight").data(), 80, 64, found.data());
    double offAlone = 0, offFound = 0;
    for (size_t token = 0; token < text.tokens.size(); ++token) {
      const float *stream = made.stream.data() + token * 64;
      const std::vector<double> wanted = logitsOf(stream, exact);
      const std::vector<double> first = logitsOf(stream, alone), second = logitsOf(stream, found);
      for (size_t i = 0; i < 80; ++i) {
        offAlone += (first[i] - wanted[i]) * (first[i] - wanted[i]);
        offFound += (second[i] - wanted[i]) * (second[i] - wanted[i]);
      }
    }
    EXPECT_GT(offFound, 0) << description;
    EXPECT_LT(offFound, 0.7 * offAlone) << description;
  }
}

TEST_F(CalibrateTest, ACopyHasTheBlocksOfItsOriginal) {
  read(kModels[0]);
  Calibration text = textOf(uniformFormats(*model.source, *findGroupFormat("q4_1")));
  text.copies["blk.1.attn_k.weight"] = "blk.0.attn_k.weight";
  const Calibrated made = calibrate(*module, *model.source, text);
  EXPECT_EQ(made.blocks.at("blk.1.attn_k.weight"), made.blocks.at("blk.0.attn_k.weight"));
  EXPECT_NE(made.blocks.at("blk.1.attn_q.weight"), made.blocks.at("blk.0.attn_q.weight"));
}

TEST_F(CalibrateTest, ACopyInAnotherFormatHasItsOwnBlocks) {
  read(kModels[0]);
  Calibration text = textOf(uniformFormats(*model.source, *findGroupFormat("q4_1")));
  text.formats["blk.1.attn_k.weight"] = findGroupFormat("q5_1");
  const Calibrated apart = calibrate(*module, *model.source, text);
  text.copies["blk.1.attn_k.weight"] = "blk.0.attn_k.weight";
  EXPECT_EQ(calibrate(*module, *model.source, text).blocks, apart.blocks);
}

} // namespace
