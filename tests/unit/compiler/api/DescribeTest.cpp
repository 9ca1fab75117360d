//===- DescribeTest.cpp ---------------------------------------------------===//
//
// A description's text is a model, and complaints call it as the caller does.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Describe.h"

#include <gtest/gtest.h>

using namespace weebill::api;
using namespace weebill::importer;

namespace {

TEST(DescribeTest, TheTextIsAModel) {
  const ImportedModel model =
      describedModel("shape", R"({"layers":2,"model":64,"hidden":96,"heads":2,"vocabulary":80,"seed":7})");
  EXPECT_EQ(model.name, "shape");
  EXPECT_EQ(model.randomSeed, 7u);
  EXPECT_EQ(model.architecture.keyValueHeads, 2);
  EXPECT_EQ(parametersOf(model.architecture), 80 * 64 + 2 * (4 * 64 * 64 + 3 * 64 * 96 + 2 * 64) + 64);
}

TEST(DescribeTest, ComplaintsHaveThePlaceInTheText) {
  try {
    describedModel("shape", R"({"layers":2,"model":64,"hidden":96,"heads":0,"vocabulary":80})");
    FAIL();
  } catch (const InputError &error) {
    EXPECT_STREQ(error.what(), "shape:1:44: 'heads' is 0, but must be an integer from 1 to 1024");
  }
}

} // namespace
