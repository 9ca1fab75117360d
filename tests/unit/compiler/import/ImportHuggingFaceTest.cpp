// A whole folder: names, rows, and what config.json and the tensors disagree about.

#include "compiler/import/huggingface/ImportHuggingFace.h"

#include "HuggingFaceFolder.h"

#include <cmath>
#include <gtest/gtest.h>

namespace weebill::tests {
namespace {

TEST(ImportHuggingFaceTest, NamesAndRows) {
  const SmallFolder content;
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  EXPECT_EQ(model.path, folder.path().string());
  EXPECT_EQ(model.name, folder.path().filename().string());
  EXPECT_EQ(model.source->tensors().size(), content.shapes.size());
  EXPECT_EQ(model.source->tensors().front().name, "token_embd.weight");
  // Query rows are in the order of the file: no head is permuted.
  const std::map<std::string, std::string> names = {
      {"token_embd.weight", "model.embed_tokens.weight"},
      {"output_norm.weight", "model.norm.weight"},
      {"blk.0.attn_norm.weight", "model.layers.0.input_layernorm.weight"},
      {"blk.0.attn_q.weight", "model.layers.0.self_attn.q_proj.weight"},
      {"blk.0.attn_k.weight", "model.layers.0.self_attn.k_proj.weight"},
      {"blk.0.attn_v.weight", "model.layers.0.self_attn.v_proj.weight"},
      {"blk.0.attn_output.weight", "model.layers.0.self_attn.o_proj.weight"},
      {"blk.0.ffn_norm.weight", "model.layers.0.post_attention_layernorm.weight"},
      {"blk.0.ffn_gate.weight", "model.layers.0.mlp.gate_proj.weight"},
      {"blk.0.ffn_up.weight", "model.layers.0.mlp.up_proj.weight"},
      {"blk.0.ffn_down.weight", "model.layers.0.mlp.down_proj.weight"}};
  for (const auto &[canonical, stored] : names) {
    const importer::TensorInfo *tensor = model.source->find(canonical);
    ASSERT_TRUE(tensor) << canonical;
    EXPECT_EQ(tensor->type, "F32");
    std::vector<float> rows(size_t(tensor->rows * tensor->columns));
    model.source->readRows(canonical, 0, tensor->rows, rows.data());
    EXPECT_EQ(rows, content.values(stored)) << canonical;
    std::vector<float> last(size_t(tensor->columns));
    model.source->readRows(canonical, tensor->rows - 1, 1, last.data());
    EXPECT_TRUE(std::equal(last.begin(), last.end(), rows.end() - tensor->columns)) << canonical;
    EXPECT_THROW(model.source->readRows(canonical, 1, tensor->rows, rows.data()), importer::InputError);
    EXPECT_THROW(model.source->readRows(canonical, -1, 1, rows.data()), importer::InputError);
  }
  EXPECT_THROW(model.source->readRows("model.norm.weight", 0, 1, nullptr), importer::InputError);
}

TEST(ImportHuggingFaceTest, HalfPrecision) {
  SmallFolder content;
  std::string bytes = content.checkpoint();
  SafetensorsBuilder builder;
  const uint16_t half[] = {0x3c00, 0xc000, 0x0001, 0x7bff, 0, 0, 0, 0};  // 1, -2, 2^-24, 65504
  const uint16_t brain[] = {0x3f80, 0xc000, 0x0001, 0x7f7f, 0, 0, 0, 0}; // 1, -2, 2^-133, the largest
  for (const auto &[name, shape] : content.shapes) {
    const uint16_t *numbers = name == "model.norm.weight"                       ? half
                              : name == "model.layers.0.input_layernorm.weight" ? brain
                                                                                : nullptr;
    if (!numbers) {
      builder.add(name, shape, content.values(name));
      continue;
    }
    const size_t begin = builder.data.size();
    builder.data.append(reinterpret_cast<const char *>(numbers), 16);
    builder.header[name] = {
        {"dtype", numbers == half ? "F16" : "BF16"}, {"shape", shape}, {"data_offsets", {begin, begin + 16}}};
  }
  content.files["model.safetensors"] = builder.bytes();
  const TemporaryFolder folder;
  const importer::ImportedModel model = import(content, folder);
  float row[8];
  model.source->readRows("output_norm.weight", 0, 1, row);
  EXPECT_EQ((std::vector<float>{row, row + 4}), (std::vector<float>{1, -2, std::ldexp(1.0f, -24), 65504}));
  model.source->readRows("blk.0.attn_norm.weight", 0, 1, row);
  EXPECT_EQ((std::vector<float>{row, row + 4}),
            (std::vector<float>{1, -2, std::ldexp(1.0f, -133), std::ldexp(255.0f, 120)}));
}

TEST(ImportHuggingFaceTest, NumbersThatAreNone) {
  SmallFolder content;
  for (const auto &[number, words] : {std::pair(std::nanf(""), "NaN"), std::pair(-HUGE_VALF, "infinite")}) {
    SafetensorsBuilder builder;
    for (const auto &[name, shape] : content.shapes) {
      std::vector<float> values = content.values(name);
      if (name == "model.layers.0.mlp.down_proj.weight")
        values[25] = number;
      builder.add(name, shape, values);
    }
    content.files["model.safetensors"] = builder.bytes();
    EXPECT_EQ(content.importError(),
              "model.safetensors: tensor 'model.layers.0.mlp.down_proj.weight': row 2, column 1 is " +
                  std::string(words));
  }
}

TEST(ImportHuggingFaceTest, TensorsThatDisagreeWithTheConfiguration) {
  SmallFolder less;
  less.shapes.erase("model.layers.0.mlp.up_proj.weight");
  EXPECT_NE(less.importError().find("tensor 'model.layers.0.mlp.up_proj.weight': is missing"), std::string::npos);
  SmallFolder more;
  more.shapes["model.layers.0.self_attn.q_proj.bias"] = {8};
  EXPECT_EQ(more.importError(), "model.safetensors: tensor 'model.layers.0.self_attn.q_proj.bias': is not part of a "
                                "model of family 'llama' as it is supported here");
  SmallFolder shape;
  shape.shapes["model.layers.0.self_attn.k_proj.weight"] = {8, 4};
  EXPECT_EQ(
      shape.importError(),
      "model.safetensors: tensor 'model.layers.0.self_attn.k_proj.weight': is 8 x 4, but the configuration says 4 x 8");
  SmallFolder vector;
  vector.shapes["model.norm.weight"] = {1, 8};
  EXPECT_EQ(vector.importError(),
            "model.safetensors: tensor 'model.norm.weight': is 1 x 8, but the configuration says 8");
  SmallFolder frequencies; // computed from the configuration; old checkpoints have them
  frequencies.shapes["model.layers.0.self_attn.rotary_emb.inv_freq"] = {2};
  EXPECT_EQ(frequencies.importError(), "");
}

TEST(ImportHuggingFaceTest, Heads) {
  SmallFolder untied;
  untied.config["tie_word_embeddings"] = false;
  EXPECT_NE(
      untied.importError().find(
          "tensor 'lm_head.weight': is missing, and the configuration does not say that the embedding is the head"),
      std::string::npos);
  untied.shapes["lm_head.weight"] = {16, 8};
  EXPECT_EQ(untied.importError(), "");

  SmallFolder tied;
  tied.shapes["lm_head.weight"] = {16, 8}; // has other values than the embedding
  EXPECT_EQ(tied.importError(), "model.safetensors: tensor 'lm_head.weight': differs from 'model.embed_tokens.weight', "
                                "but the configuration says that both are one: if the head is meant, set "
                                "'tie_word_embeddings' to false");
  SafetensorsBuilder copy;
  for (const auto &[name, shape] : tied.shapes)
    copy.add(name, shape, tied.values(name == "lm_head.weight" ? "model.embed_tokens.weight" : name));
  tied.files["model.safetensors"] = copy.bytes();
  const TemporaryFolder folder;
  EXPECT_FALSE(import(tied, folder).source->find("output.weight"));
}

TEST(ImportHuggingFaceTest, AFolderThatIsNone) {
  EXPECT_FALSE(huggingface::isModelFolder("/no/such/folder"));
  EXPECT_FALSE(huggingface::isModelFolder(std::string(10'000, 'x')));
  const TemporaryFolder folder;
  EXPECT_FALSE(huggingface::isModelFolder(folder.path().string()));
  EXPECT_THROW(importer::importModel(folder.path().string()), importer::InputError);
}

} // namespace
} // namespace weebill::tests
