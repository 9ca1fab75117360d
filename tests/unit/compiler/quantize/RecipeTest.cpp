//===- RecipeTest.cpp -----------------------------------------------------===//
//
// A recipe is read as it is written, and what is no recipe of the model is refused by its place.
//
//===----------------------------------------------------------------------===//

#include "compiler/quantize/Recipe.h"

#include "tests/unit/compiler/quantize/RoleSource.h"

#include <gtest/gtest.h>

using namespace weebill;
using namespace weebill::quantize;

namespace {

const tests::RoleSource kSource = tests::twoBlocks();

std::string complaint(const std::string &text) {
  try {
    parseRecipe("r.json", text, kSource);
  } catch (const importer::InputError &error) {
    return error.what();
  }
  return "none";
}

TEST(RecipeTest, BlocksAreUniformAndTheEmbeddingHasEightBits) {
  const Formats formats = uniformFormats(kSource, *findGroupFormat("q4_1"));
  EXPECT_EQ(formats.size(), 15u) << "norms are no matrices";
  EXPECT_STREQ(formats.at("token_embd.weight")->word, "q8_0");
  EXPECT_STREQ(formats.at("blk.1.ffn_up.weight")->word, "q4_1");
  EXPECT_EQ(bitsOfBlocks(kSource, formats), 5);
}

TEST(RecipeTest, WhatIsWrittenIsRead) {
  Formats formats = uniformFormats(kSource, *findGroupFormat("q4_1"));
  formats["blk.1.attn_v.weight"] = findGroupFormat("q8_0");
  const std::string text = recipeText(kSource, formats);
  EXPECT_EQ(text, R"({
  "token_embd": "q8_0",
  "attn_q": "q4_1",
  "attn_k": "q4_1",
  "attn_v": ["q4_1","q8_0"],
  "attn_output": "q4_1",
  "ffn_gate": "q4_1",
  "ffn_up": "q4_1",
  "ffn_down": "q4_1"
}
)");
  EXPECT_EQ(parseRecipe("r.json", text, kSource), formats);
}

TEST(RecipeTest, WhatIsWrongIsToldByItsPlace) {
  const std::string text = recipeText(kSource, uniformFormats(kSource, *findGroupFormat("q4_1")));
  const auto with = [&](const std::string &from, const std::string &to) {
    std::string changed = text;
    return complaint(changed.replace(changed.find(from), from.size(), to));
  };
  EXPECT_EQ(complaint("[]"), "'r.json': a recipe is a JSON object of roles and their formats");
  EXPECT_EQ(complaint("{\"attn_q\": "), "'r.json': a recipe is a JSON object of roles and their formats");
  EXPECT_EQ(with("attn_q", "attn_x"), "r.json: 'attn_x': is no matrix of the model, which has token_embd, attn_q, "
                                      "attn_k, attn_v, attn_output, ffn_gate, ffn_up, ffn_down");
  EXPECT_EQ(with("\"attn_q\": \"q4_1\"", "\"attn_q\": \"q4_k\""),
            "r.json: 'attn_q': is '\"q4_k\"', which is not one of q4_0, q4_1, q5_0, q5_1, q6_0, q8_0");
  EXPECT_EQ(with("\"attn_q\": \"q4_1\"", "\"attn_q\": 4"),
            "r.json: 'attn_q': is '4', which is not one of q4_0, q4_1, q5_0, q5_1, q6_0, q8_0");
  EXPECT_EQ(with("\"attn_q\": \"q4_1\"", "\"attn_q\": [\"q4_1\",\"q4_1\",\"q4_1\"]"),
            "r.json: 'attn_q': has 3 formats, the model has 2 of it");
  EXPECT_EQ(with("  \"attn_q\": \"q4_1\",\n", ""), "r.json: 'attn_q': is missing");
}

} // namespace
