//===- FileCodesTest.cpp --------------------------------------------------===//
//
// Matrices of codes are told from those of numbers, and from vectors.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/FileCodes.h"

#include <gtest/gtest.h>

using namespace weebill;

namespace {

struct Source : importer::TensorSource {
  std::vector<importer::TensorInfo> infos;
  const std::vector<importer::TensorInfo> &tensors() const override { return infos; }
  void readRows(const std::string &, int64_t, int64_t, float *) const override {}
};

std::string codesOf(const std::vector<importer::TensorInfo> &tensors) {
  auto source = std::make_shared<Source>();
  source->infos = tensors;
  importer::ImportedModel model;
  model.source = source;
  return api::codesOfMatrices(model);
}

TEST(FileCodesTest, FormatsAreNamedOnceInTheirOrder) {
  using families::Role;
  EXPECT_EQ(codesOf({{"e", "Q8_0", 8, 32, Role::Embedding}}), "Q8_0");
  EXPECT_EQ(codesOf({{"e", "Q6_K", 8, 32, Role::Embedding},
                     {"q", "Q4_K", 8, 32, Role::Query},
                     {"k", "Q4_K", 8, 32, Role::Key},
                     {"v", "Q6_K", 8, 32, Role::Value},
                     {"d", "Q8_0", 8, 32, Role::Down}}),
            "Q6_K, Q4_K and Q8_0");
}

TEST(FileCodesTest, NumbersAreNoCodes) {
  using families::Role;
  EXPECT_EQ(codesOf({}), "");
  EXPECT_EQ(
      codesOf(
          {{"e", "F32", 8, 32, Role::Embedding}, {"q", "F16", 8, 32, Role::Query}, {"k", "BF16", 8, 32, Role::Key}}),
      "");
}

TEST(FileCodesTest, OnlyMatricesOfTheModelCount) {
  EXPECT_EQ(codesOf({{"n", "Q8_0", 1, 32, families::Role::OutputNorm}, {"unknown", "Q4_1", 8, 32}}), "");
}

} // namespace
