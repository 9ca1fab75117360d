//===- SizeNamesTest.cpp - Names stand for the numbers they replace -------===//

#include "codegen/emit/SizeNames.h"

#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::emit;
using namespace weebill::plan;

namespace {

class SizeNamesTest : public testing::Test {
protected:
  void SetUp() override {
    plan.sizes = {2, 96, 160, 3,
                  1, 32, 101, 64}; // blocks, model, hidden, heads, key-value heads, head size, vocabulary
  }
  BufferPlan buffer(const char *name, int64_t columns) {
    BufferPlan b;
    b.name = name;
    b.columns = columns;
    return b;
  }
  std::string value(const std::string &name) {
    for (const SizeConstant &c : sizeConstants(plan))
      if (c.name == name)
        return c.value;
    return "";
  }
  std::string units(int64_t count, int64_t rows) {
    Partition partition;
    partition.units = count;
    partition.unitColumns = rows;
    return unitsName(plan, partition).first;
  }

  ModelPlan plan;
};

TEST_F(SizeNamesTest, BuffersHaveNamesOfTheirColumns) {
  EXPECT_EQ(columnsName(plan, buffer("x", 128)), "kModelColumns");
  EXPECT_EQ(value("kModelColumns"), "128");
  EXPECT_EQ(columnsName(plan, buffer("hidden", 192)), "kHiddenColumns");
  EXPECT_EQ(value("kHiddenColumns"), "192");
  EXPECT_EQ(columnsName(plan, buffer("qkv", 192)), "kQkvColumns");
  EXPECT_EQ(value("kQkvColumns"), "192");
  EXPECT_EQ(columnsName(plan, buffer("logits", 128)), "kVocabularyColumns");
}

TEST_F(SizeNamesTest, AnotherNumberStaysANumber) {
  EXPECT_EQ(columnsName(plan, buffer("x", 256)), "256");
  EXPECT_EQ(units(11, 16), "11");
  EXPECT_EQ(headName(plan, 2), "2");
  EXPECT_EQ(unitColumnsName(plan, 16), "16");
  EXPECT_EQ(scaleName(plan, 0.5f), "0.5f");
}

TEST_F(SizeNamesTest, UnitsAreHeadsOrParts) {
  EXPECT_EQ(units(5, 32), "kHeads + 2 * kKeyValueHeads");
  EXPECT_EQ(units(3, 32), "kHeads");
  EXPECT_EQ(units(6, 16), "kModel / 16");
  EXPECT_EQ(units(10, 16), "kHidden / 16");
  EXPECT_EQ(units(7, 16), "(kVocabulary + 15) / 16");
  EXPECT_EQ(headName(plan, 3), "kHeads");
  EXPECT_EQ(headName(plan, 4), "kHeads + kKeyValueHeads");
}

TEST_F(SizeNamesTest, TheScaleOfQueries) {
  EXPECT_EQ(value("kQueryScale"), "0.17677669f");
  EXPECT_EQ(scaleName(plan, 0.17677669f), "kQueryScale");
  EXPECT_EQ(scaleName(plan, 1.0f), "1.0f");
}

} // namespace
