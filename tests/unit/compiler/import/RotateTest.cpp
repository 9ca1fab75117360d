//===- RotateTest.cpp - Rotations that are folded into weights ------------===//

#include "compiler/import/rotate/Hadamard.h"
#include "compiler/import/rotate/RotateModel.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>
#include <random>

using namespace weebill::importer;
using weebill::families::Role;
using namespace weebill::rotate;

namespace {

/// Any rotation of n doubles adds at most n roundings of 2^-53 of numbers whose squares sum to one.
double roundingOf(int64_t n) { return double(n) * 0x1p-53; }

class RotationTest : public testing::TestWithParam<int64_t> {};

TEST_P(RotationTest, IsOrthogonalAndSpreadsAUnitVectorEvenly) {
  const int64_t n = GetParam();
  const std::optional<Rotation> rotation = Rotation::make(n);
  ASSERT_TRUE(rotation);
  std::vector<std::vector<double>> rows(n, std::vector<double>(n, 0.0));
  for (int64_t i = 0; i < n; ++i) {
    rows[i][i] = 1;
    rotation->apply(rows[i]);
    for (double element : rows[i])
      ASSERT_NEAR(std::abs(element), 1 / std::sqrt(double(n)), roundingOf(n));
  }
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = i; j < n; ++j) {
      double product = 0;
      for (int64_t k = 0; k < n; ++k)
        product += rows[i][k] * rows[j][k];
      ASSERT_NEAR(product, i == j, 4 * roundingOf(n)) << i << ", " << j;
    }
}

// 12, 20, 60 and 44 are Paley's first construction, 36 and 28 his second, times powers of two.
INSTANTIATE_TEST_SUITE_P(Widths, RotationTest, testing::Values(1, 2, 64, 96, 192, 320, 576, 960, 352, 448));

TEST(RotationTest, KnowsTheWidthsOfTheFamily) {
  for (int64_t n : {576, 960, 1152, 1280, 1600, 2048, 1024, 1536})
    EXPECT_TRUE(Rotation::make(n)) << n;
  EXPECT_FALSE(Rotation::make(9));
  EXPECT_FALSE(Rotation::make(0));
}

/// A model of one block whose tensors are filled from a seed.
class RandomTensors : public TensorSource {
public:
  RandomTensors() {
    auto add = [&](const std::string &name, Role role, int64_t rows, int64_t columns) {
      all.push_back({name, "F32", rows, columns, role, name.starts_with("blk.") ? 0 : -1});
      std::vector<float> &data = values[name];
      for (int64_t i = 0; i < rows * columns; ++i)
        data.push_back(normal(random));
    };
    add("token_embd.weight", Role::Embedding, 5, 12);
    add("blk.0.attn_norm.weight", Role::AttentionNorm, 1, 12);
    add("blk.0.attn_q.weight", Role::Query, 8, 12);
    add("blk.0.attn_output.weight", Role::AttentionOut, 12, 8);
    add("output_norm.weight", Role::OutputNorm, 1, 12);
    add("blk.0.attn_output.bias", Role::AttentionOutBias, 1, 12);
    add("blk.0.attn_q.bias", Role::QueryBias, 1, 8);
    add("blk.0.attn_q_norm.weight", Role::QueryNorm, 1, 4);
    add("blk.0.shortconv.in_proj.weight", Role::ConvolutionIn, 36, 12);
    add("blk.0.shortconv.conv.weight", Role::ConvolutionTaps, 1, 36);
    add("blk.0.shortconv.out_proj.weight", Role::ConvolutionOut, 12, 12);
    add("blk.0.unknown.weight", Role::Query, 1, 12);
    all.back().role.reset();
  }
  const std::vector<TensorInfo> &tensors() const override { return all; }
  void readRows(const std::string &name, int64_t first, int64_t count, float *out) const override {
    const TensorInfo &info = *find(name);
    std::copy_n(values.at(name).data() + first * info.columns, count * info.columns, out);
  }

private:
  std::mt19937 random{7};
  std::normal_distribution<float> normal{0, 1};
  std::vector<TensorInfo> all;
  std::map<std::string, std::vector<float>> values;
};

std::vector<double> read(const TensorSource &source, const std::string &name) {
  const TensorInfo &info = *source.find(name);
  std::vector<float> values(info.rows * info.columns);
  for (int64_t r = 0; r < info.rows; ++r) // row by row: pieces are as good as the whole
    source.readRows(name, r, 1, values.data() + r * info.columns);
  return {values.begin(), values.end()};
}

/// matrix [rows][columns] times vector [columns]
std::vector<double> multiply(const std::vector<double> &matrix, const std::vector<double> &vector) {
  std::vector<double> result(matrix.size() / vector.size(), 0.0);
  for (size_t i = 0; i < matrix.size(); ++i)
    result[i / vector.size()] += matrix[i] * vector[i % vector.size()];
  return result;
}

/// Weights are rounded to float32 once: 12 products of numbers below 16 in size, each off by 2^-24 of itself, twice
/// over.
constexpr double kTolerance = 2 * 12 * 16 * 0x1p-24;

TEST(RotateModelTest, ReadsAndWritesTheSameThingsThroughARotatedStream) {
  ImportedModel model;
  model.architecture.model = 12;
  model.architecture.tiedEmbeddings = true;
  model.source = std::make_shared<RandomTensors>();
  const std::optional<ImportedModel> rotated = rotateModel(model);
  ASSERT_TRUE(rotated);
  EXPECT_TRUE(rotated->architecture.rotated);
  const TensorSource &before = *model.source, &after = *rotated->source;
  const Rotation rotation = *Rotation::make(12);

  const std::vector<double> embedding = read(before, "token_embd.weight"), turned = read(after, "token_embd.weight");
  std::vector<double> x(embedding.begin(), embedding.begin() + 12), y = x;
  rotation.apply(y);
  for (int i = 0; i < 12; ++i)
    EXPECT_NEAR(turned[i], y[i], kTolerance);

  // q: gain, then matrix; the rotated one needs no gain.
  const std::vector<double> gain = read(before, "blk.0.attn_norm.weight");
  std::vector<double> scaled = x;
  for (int i = 0; i < 12; ++i)
    scaled[i] *= gain[i];
  const std::vector<double> wanted = multiply(read(before, "blk.0.attn_q.weight"), scaled);
  const std::vector<double> found = multiply(read(after, "blk.0.attn_q.weight"), y);
  for (int i = 0; i < 8; ++i)
    EXPECT_NEAR(found[i], wanted[i], kTolerance);
  EXPECT_EQ(read(after, "blk.0.attn_norm.weight"), std::vector<double>(12, 1.0));

  // attention_out writes into the rotated stream.
  const std::vector<double> mixed(wanted.begin(), wanted.end());
  std::vector<double> out = multiply(read(before, "blk.0.attn_output.weight"), mixed);
  rotation.apply(out);
  const std::vector<double> outRotated = multiply(read(after, "blk.0.attn_output.weight"), mixed);
  double size = 0;
  for (double element : mixed)
    size = std::max(size, std::abs(element));
  for (int i = 0; i < 12; ++i)
    EXPECT_NEAR(outRotated[i], out[i], kTolerance * std::max(1.0, size));

  // A bias of what is written is a row of the stream; what is not the stream's stays.
  std::vector<double> bias = read(before, "blk.0.attn_output.bias");
  rotation.apply(bias);
  const std::vector<double> biasRotated = read(after, "blk.0.attn_output.bias");
  for (int i = 0; i < 12; ++i)
    EXPECT_NEAR(biasRotated[i], bias[i], kTolerance);
  for (const char *name : {"blk.0.attn_q.bias", "blk.0.attn_q_norm.weight", "blk.0.shortconv.conv.weight"})
    EXPECT_EQ(read(after, name), read(before, name));

  // The tied head: one more matrix takes the gain of the last norm.
  const std::vector<double> lastGain = read(before, "output_norm.weight");
  scaled = x;
  for (int i = 0; i < 12; ++i)
    scaled[i] *= lastGain[i];
  const std::vector<double> logits = multiply(embedding, scaled);
  const std::vector<double> logitsRotated = multiply(turned, multiply(read(after, "head_rotation.weight"), y));
  for (size_t i = 0; i < logits.size(); ++i)
    EXPECT_NEAR(logitsRotated[i], logits[i], 12 * kTolerance);
}

TEST(RotateModelTest, AConvolutionReadsAndWritesThroughARotatedStream) {
  ImportedModel model;
  model.architecture.model = 12;
  model.source = std::make_shared<RandomTensors>();
  const TensorSource &before = *model.source;
  const std::shared_ptr<TensorSource> after = rotateModel(model)->source;
  const Rotation rotation = *Rotation::make(12);
  const std::vector<double> embedding = read(before, "token_embd.weight"),
                            gain = read(before, "blk.0.attn_norm.weight");
  // Three tokens; what a token sees of the two before it comes through the taps, behind the first gate.
  const auto out = [&](const TensorSource &source, bool rotated) {
    const std::vector<double> in = read(source, "blk.0.shortconv.in_proj.weight"),
                              taps = read(source, "blk.0.shortconv.conv.weight");
    std::vector<double> sum(12, 0.0), gate;
    for (int token = 0; token < 3; ++token) {
      std::vector<double> row(embedding.begin() + 12 * token, embedding.begin() + 12 * (token + 1));
      if (rotated)
        rotation.apply(row);
      for (int i = 0; i < 12 && !rotated; ++i)
        row[i] *= gain[i]; // folded into the matrix otherwise
      const std::vector<double> parts = multiply(in, row);
      for (int i = 0; i < 12; ++i)
        sum[i] += taps[12 * token + i] * parts[i] * parts[24 + i];
      gate.assign(parts.begin() + 12, parts.begin() + 24);
    }
    for (int i = 0; i < 12; ++i)
      sum[i] *= gate[i];
    return multiply(read(source, "blk.0.shortconv.out_proj.weight"), sum);
  };
  std::vector<double> wanted = out(before, false);
  rotation.apply(wanted);
  const std::vector<double> found = out(*after, true);
  double size = 0;
  for (double element : wanted)
    size = std::max(size, std::abs(element));
  // Four factors of each product are off by kTolerance of themselves at most.
  for (int i = 0; i < 12; ++i)
    EXPECT_NEAR(found[i], wanted[i], 4 * kTolerance * size) << i;
  EXPECT_GT(size, 1);
}

TEST(RotateModelTest, RefusesATensorWithoutARole) {
  ImportedModel model;
  model.architecture.model = 12;
  model.source = std::make_shared<RandomTensors>();
  const std::shared_ptr<TensorSource> rotated = rotateModel(model)->source;
  float row[12];
  const auto error = [&](const char *name) -> std::string {
    try {
      rotated->readRows(name, 0, 1, row);
      return "";
    } catch (const InputError &thrown) {
      return thrown.what();
    }
  };
  EXPECT_EQ(error("blk.0.attn_q.weight"), "");
  EXPECT_EQ(error("blk.0.unknown.weight"),
            "tensor 'blk.0.unknown.weight' has no role in the model, so it cannot be rotated");
  EXPECT_EQ(error("blk.1.attn_q.weight"), "tensor 'blk.1.attn_q.weight' is missing, so it cannot be rotated");
}

TEST(RotateModelTest, LeavesAWidthWithoutARotationAlone) {
  ImportedModel model;
  model.architecture.model = 9;
  model.source = std::make_shared<RandomTensors>();
  EXPECT_FALSE(rotateModel(model));
  EXPECT_EQ(rotationProblem(model.architecture), "there is no rotation of 9 columns");
  model.architecture.model = 64;
  EXPECT_EQ(rotationProblem(model.architecture), "");
  model.architecture.blockNorms = BlockNorms::After;
  EXPECT_EQ(rotationProblem(model.architecture),
            "its blocks norm what they add to it, and no matrix comes behind those gains");
}

} // namespace
