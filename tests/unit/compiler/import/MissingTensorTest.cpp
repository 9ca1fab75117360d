// What the sentence about a missing tensor names in its place.

#include "compiler/import/MissingTensor.h"

#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

std::string missing(const std::string &name, int64_t block, const std::vector<std::string> &inFile) {
  importer::Architecture sizes;
  sizes.layers = 2;
  sizes.heads = sizes.keyValueHeads = 1;
  return importer::missingTensor(name, sizes, block, inFile, [](const families::FamilyTensor &tensor, int64_t place) {
    return tensor.checkpointName(place);
  });
}

TEST(MissingTensorTest, NamesWhatAgreesLongest) {
  EXPECT_EQ(missing("model.layers.0.self_attn.q_proj.weight", 0,
                    {"model.embed_tokens.weight", "model.layers.0.self_attn.qkv_proj.weight",
                     "model.layers.0.mlp.gate_up_proj.weight", "model.layers.1.mlp.up_proj.weight"}),
            "is missing; the file has 'model.layers.0.self_attn.qkv_proj.weight', which no such model has");
  EXPECT_EQ(missing("model.embed_tokens.weight", -1, {"transformer.h.0.ln_1.weight", "transformer.wte.weight"}),
            "is missing; the file has 'transformer.h.0.ln_1.weight' and 'transformer.wte.weight', which no such model "
            "has");
  EXPECT_EQ(missing("model.norm.weight", -1, {"a", "b", "c", "d", "e"}),
            "is missing; the file has 'a', 'b', 'c' and 2 more, which no such model has");
}

TEST(MissingTensorTest, NamesNothingThatTheModelHasElsewhere) {
  EXPECT_EQ(missing("model.layers.1.mlp.up_proj.weight", 1,
                    {"model.layers.0.mlp.up_proj.weight", "model.layers.1.mlp.down_proj.weight", "lm_head.weight"}),
            "is missing");
  EXPECT_EQ(missing("model.norm.weight", -1, {}), "is missing");
}

} // namespace
} // namespace weebill::tests
