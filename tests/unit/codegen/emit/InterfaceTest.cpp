//===- InterfaceTest.cpp - Names of the C interface -----------------------===//

#include "codegen/emit/Interface.h"

#include <gtest/gtest.h>

namespace {

using namespace weebill::emit;

TEST(InterfaceTest, PrefixesAreNamesOfC) {
  EXPECT_EQ(interfacePrefix("smollm2-135m"), "smollm2_135m");
  EXPECT_EQ(interfacePrefix("A.b_C"), "A_b_C");
  EXPECT_EQ(interfacePrefix("a--b._c"), "a_b_c"); // two underscores are the compiler's
  EXPECT_EQ(interfacePrefix("_a-"), "a");         // and so is one in front of a capital
  EXPECT_EQ(interfacePrefix("7b"), "model_7b");
  EXPECT_EQ(interfacePrefix("_"), "model");
}

TEST(InterfaceTest, BothFormsAreReplaced) {
  EXPECT_EQ(withPrefix("int model_step(MODEL_OK); // a model", "x-1"), "int x_1_step(X_1_OK); // a model");
  EXPECT_EQ(withPrefix("model_ MODEL_", "model_model"), "model_model_ MODEL_MODEL_");
}

} // namespace
