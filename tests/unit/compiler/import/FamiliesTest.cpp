// The table of families: names, tensors, what both formats call them.

#include "compiler/import/families/Families.h"

#include <gtest/gtest.h>
#include <set>

namespace weebill::tests {
namespace {

importer::Architecture everything(const std::string &family) {
  importer::Architecture sizes;
  sizes.family = family;
  sizes.layers = 2;
  sizes.model = 8;
  sizes.hidden = 12;
  sizes.heads = 2;
  sizes.keyValueHeads = 1;
  sizes.headSize = 4;
  sizes.vocabulary = 10;
  sizes.projectionBias = sizes.attentionOutBias = sizes.feedForwardBias = sizes.headBias = true;
  sizes.headNorms = importer::HeadNorms::BeforeRope;
  sizes.blockNorms = importer::BlockNorms::Around;
  sizes.convolutions = {0, 1};
  sizes.convolutionWidth = 3;
  return sizes;
}

std::string checkpointName(const std::string &family, families::Role role) {
  for (const families::FamilyTensor &tensor : families::tensorsOf(everything(family)))
    if (tensor.role == role)
      return tensor.checkpointName(7);
  return "";
}

TEST(FamiliesTest, EveryFamilyIsFoundByItsNameAndHasAFormat) {
  for (const families::Family *family : families::families()) {
    EXPECT_EQ(families::findFamily(family->name), family);
    EXPECT_TRUE(family->config || family->gguf) << family->name;
  }
  EXPECT_EQ(families::findFamily("gemma4_text"), nullptr);
  EXPECT_EQ(families::findFamilyOfClass("MobileLLMP1ForCausalLM"), families::findFamily("mobilellm_p1"));
  EXPECT_EQ(families::findFamilyOfClass("LlamaForCausalLM"), nullptr); // 'model_type' says it
  EXPECT_EQ(families::findFamilyOfClass(""), nullptr);
  EXPECT_EQ(families::findGgufFamily("gemma3"), families::findFamily("gemma3_text"));
  EXPECT_EQ(families::findGgufFamily("mistral"), nullptr); // has no GGUF files
  EXPECT_THROW(families::familyOf(everything("gemma4_text")), std::logic_error);
}

TEST(FamiliesTest, NamesAndRolesOfABlockAreUnique) {
  for (const families::Family *family : families::families()) {
    std::set<std::string> names, checkpointNames;
    std::set<families::Role> roles;
    for (const families::FamilyTensor &tensor : families::tensorsOf(everything(std::string(family->name)))) {
      EXPECT_TRUE(names.insert(tensor.name(0)).second) << tensor.part;
      EXPECT_TRUE(checkpointNames.insert(tensor.checkpointName(0)).second || tensor.firstCheckpointRow)
          << tensor.checkpointPart;
      EXPECT_TRUE(roles.insert(tensor.role).second) << tensor.part;
      EXPECT_EQ(tensor.isVector, families::contentOf(tensor.role) != families::Content::Matrix) << tensor.part;
      EXPECT_EQ(tensor.isVector, tensor.rows == 1) << tensor.part;
    }
    EXPECT_EQ(roles.size(), 27u); // all but the head's rotation
  }
}

TEST(FamiliesTest, NamesInBothFormats) {
  EXPECT_EQ(checkpointName("llama", families::Role::Gate), "model.layers.7.mlp.gate_proj.weight");
  EXPECT_EQ(checkpointName("llama4_text", families::Role::Gate), "model.layers.7.feed_forward.gate_proj.weight");
  EXPECT_EQ(checkpointName("qwen3", families::Role::QueryNorm), "model.layers.7.self_attn.q_norm.weight");
  EXPECT_EQ(checkpointName("qwen2", families::Role::Head), "lm_head.weight");
  EXPECT_EQ(checkpointName("granitemoehybrid", families::Role::Up), "model.layers.7.shared_mlp.input_linear.weight");
  std::vector<std::string> names;
  families::forEachTensor(everything("llama"), [&](const families::FamilyTensor &tensor, int64_t block) {
    names.push_back(tensor.name(block));
    EXPECT_EQ(block >= 0, tensor.perBlock);
  });
  EXPECT_EQ(names.size(), 4u + 20 + 13); // in the second block 3 tensors in the place of attention's 10
  EXPECT_EQ(names.front(), "token_embd.weight");
  EXPECT_EQ(names.back(), "blk.1.post_ffw_norm.weight");
}

TEST(FamiliesTest, BlocksHaveTheTensorsOfTheirKind) {
  using families::Role;
  const importer::Architecture sizes = everything("lfm2");
  std::set<Role> inBlock[2];
  families::forEachTensor(sizes, [&](const families::FamilyTensor &tensor, int64_t block) {
    if (block >= 0)
      inBlock[block].insert(tensor.role);
  });
  for (Role role : {Role::Query, Role::KeyBias, Role::QueryNorm, Role::AttentionOut, Role::AttentionOutBias})
    EXPECT_TRUE(inBlock[0].contains(role) && !inBlock[1].contains(role)) << int(role);
  for (Role role : {Role::ConvolutionIn, Role::ConvolutionTaps, Role::ConvolutionOut})
    EXPECT_TRUE(!inBlock[0].contains(role) && inBlock[1].contains(role)) << int(role);
  for (Role role : {Role::AttentionNorm, Role::AttentionOutNorm, Role::FeedForwardNorm, Role::Gate})
    EXPECT_TRUE(inBlock[0].contains(role) && inBlock[1].contains(role)) << int(role);
  EXPECT_EQ(checkpointName("lfm2", Role::ConvolutionTaps), "model.layers.7.conv.conv.weight");
  EXPECT_EQ(checkpointName("lfm2", Role::OutputNorm), "model.embedding_norm.weight");
  importer::Architecture plain = sizes;
  plain.convolutions.clear();
  for (const families::FamilyTensor &tensor : families::tensorsOf(plain))
    EXPECT_TRUE(tensor.isIn(plain, 1)) << tensor.part;
}

TEST(FamiliesTest, InterleavedRows) {
  // Heads of 4: the file has the rows 0 2 1 3 of each.
  const int64_t expected[] = {0, 2, 1, 3, 4, 6, 5, 7};
  for (int64_t row = 0; row < 8; ++row)
    EXPECT_EQ(families::interleavedRow(row, 4), expected[row]);
  EXPECT_TRUE(families::familyOf(everything("llama4_text")).config->headRows == families::HeadRows::Interleaved);
  EXPECT_TRUE(families::familyOf(everything("llama")).config->headRows == families::HeadRows::Halves);
}

} // namespace
} // namespace weebill::tests
