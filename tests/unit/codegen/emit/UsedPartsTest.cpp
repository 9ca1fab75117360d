//===- UsedPartsTest.cpp - What a file needs of a header ------------------===//

#include "codegen/emit/UsedParts.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

using emit::usedParts;

constexpr const char *kBody = R"(using f32x4 = f32 __attribute__((vector_size(16)));

// Is called by b.
VECTOR_FUNCTION f32 a(f32 x) { return x; }

template <class V> VECTOR_FUNCTION V b(V x) {
  return a(x);

  // an empty line inside
}

template <class V> V c(V) = delete;
template <> VECTOR_FUNCTION f32x4 d<f32x4>(f32 x) { return f32x4{} + x; }

template <class Bytes> struct Four {
  static constexpr int kGreatest = 15;
};

template <class V>
VECTOR_FUNCTION V e(V x) {
  return x;
}
)";

TEST(UsedPartsTest, WhatNothingMentionsIsLeftOut) {
  EXPECT_EQ(usedParts(kBody, "nothing of it"), "using f32x4 = f32 __attribute__((vector_size(16)));\n\n");
  const std::string b = usedParts(kBody, "y = b(x);");
  EXPECT_NE(b.find(" a(f32 x)"), b.npos) << "called by b";
  EXPECT_NE(b.find("// an empty line inside\n}\n"), b.npos) << b;
  EXPECT_EQ(b.find("struct"), b.npos);
  EXPECT_NE(usedParts(kBody, "d<f32x4>(1)").find(" c(V) = delete"), std::string::npos) << "in one paragraph";
  EXPECT_NE(usedParts(kBody, "dot<Four>(w)").find("kGreatest"), std::string::npos);
  EXPECT_EQ(usedParts(kBody, "dot<Fourth>(w)").find("kGreatest"), std::string::npos);
  EXPECT_EQ(usedParts(kBody, "a b c d e Four"), kBody);
}

} // namespace
} // namespace weebill::tests
