// LFM2's tensors in both formats: which block has which, taps that files have channel by channel, and files that
// contradict themselves.

#include "GgufBuilder.h"
#include "SmallConfig.h"

#include "compiler/import/ImportedModel.h"

namespace weebill::tests {
namespace {

using Kinds = std::vector<int64_t>;

std::vector<float> read(const importer::ImportedModel &model, const std::string &name) {
  const importer::TensorInfo *info = model.source->find(name);
  std::vector<float> rows(size_t(info->rows * info->columns));
  model.source->readRows(name, 0, info->rows, rows.data());
  return rows;
}

/// [channels][width], tap by tap.
std::vector<float> byTaps(const std::vector<float> &stored, size_t width) {
  std::vector<float> taps(stored.size());
  const size_t channels = stored.size() / width;
  for (size_t channel = 0; channel < channels; ++channel)
    for (size_t tap = 0; tap < width; ++tap)
      taps[tap * channels + channel] = stored[channel * width + tap];
  return taps;
}

SmallFolder smallFolder() {
  SmallFolder folder;
  folder.config = lfm2();
  folder.config["num_hidden_layers"] = 2;
  folder.shapes = {{"model.embed_tokens.weight", {16, 8}}, {"model.embedding_norm.weight", {8}}};
  for (const char *block : {"model.layers.0.", "model.layers.1."}) {
    const std::map<std::string, std::vector<uint64_t>> both = {{"operator_norm.weight", {8}},
                                                               {"ffn_norm.weight", {8}},
                                                               {"feed_forward.w1.weight", {16, 8}},
                                                               {"feed_forward.w2.weight", {8, 16}},
                                                               {"feed_forward.w3.weight", {16, 8}}};
    for (const auto &[name, shape] : both)
      folder.shapes[block + name] = shape;
  }
  const std::map<std::string, std::vector<uint64_t>> one = {
      {"model.layers.0.conv.in_proj.weight", {24, 8}},      {"model.layers.0.conv.conv.weight", {8, 1, 3}},
      {"model.layers.0.conv.out_proj.weight", {8, 8}},      {"model.layers.1.self_attn.q_proj.weight", {8, 8}},
      {"model.layers.1.self_attn.k_proj.weight", {4, 8}},   {"model.layers.1.self_attn.v_proj.weight", {4, 8}},
      {"model.layers.1.self_attn.out_proj.weight", {8, 8}}, {"model.layers.1.self_attn.q_layernorm.weight", {4}},
      {"model.layers.1.self_attn.k_layernorm.weight", {4}}};
  folder.shapes.insert(one.begin(), one.end());
  return folder;
}

TEST(Lfm2TensorsTest, AFolderHasTapsChannelByChannel) {
  SmallFolder content = smallFolder();
  const std::string conv = "model.layers.0.conv.conv.weight";
  for (const std::vector<uint64_t> &shape : {std::vector<uint64_t>{8, 1, 3}, {8, 3, 1}}) { // the second is MLX's
    content.shapes[conv] = shape;
    const TemporaryFolder folder;
    content.write(folder);
    const importer::ImportedModel model = importer::importModel(folder.path().string());
    EXPECT_EQ(model.source->tensors().size(), content.shapes.size());
    EXPECT_EQ(read(model, "blk.0.shortconv.conv.weight"), byTaps(content.values(conv), 3));
    EXPECT_EQ(read(model, "blk.0.shortconv.in_proj.weight"), content.values("model.layers.0.conv.in_proj.weight"));
    EXPECT_EQ(read(model, "blk.1.attn_q_norm.weight"), content.values("model.layers.1.self_attn.q_layernorm.weight"));
    EXPECT_EQ(read(model, "blk.1.attn_output.weight"), content.values("model.layers.1.self_attn.out_proj.weight"));
    EXPECT_EQ(read(model, "blk.0.ffn_up.weight"), content.values("model.layers.0.feed_forward.w3.weight"));
    EXPECT_EQ(read(model, "output_norm.weight"), content.values("model.embedding_norm.weight"));
    EXPECT_EQ(model.source->find("blk.1.shortconv.conv.weight"), nullptr);
    EXPECT_EQ(model.source->find("blk.0.attn_q.weight"), nullptr);
    float one;
    EXPECT_THROW(model.source->readRows("blk.0.shortconv.conv.weight", 1, 1, &one), importer::InputError);
  }
  for (const std::vector<uint64_t> &shape : {std::vector<uint64_t>{8, 3}, {24}, {1, 8, 3}}) {
    content.shapes[conv] = shape;
    EXPECT_NE(content.importError().find("but the configuration says 8 x 1 x 3"), std::string::npos);
  }
  content = smallFolder();
  content.config["full_attn_idxs"] = {0};
  EXPECT_NE(content.importError().find("tensor 'model.layers.0.self_attn.q_proj.weight': is missing"),
            std::string::npos);
}

/// Two blocks, the second of which attends.
GgufBuilder smallFile() {
  GgufBuilder builder = smallLlama();
  builder.setText("general.architecture", "lfm2");
  for (auto &[key, value] : builder.pairs)
    if (key.starts_with("llama."))
      key = "lfm2" + key.substr(5);
  builder.setInteger("lfm2.block_count", 2);
  builder.setIntegers("lfm2.attention.head_count_kv", {0, 1});
  builder.setInteger("lfm2.shortconv.l_cache", 3);
  builder.tensor("output_norm.weight").name = "token_embd_norm.weight";
  const std::vector<BuiltTensor> block = builder.tensors;
  for (BuiltTensor tensor : block)
    if (tensor.name.starts_with("blk.0.")) {
      tensor.name.replace(4, 1, "1");
      builder.tensors.push_back(tensor);
    }
  std::erase_if(builder.tensors, [](const BuiltTensor &tensor) {
    return tensor.name.starts_with("blk.0.attn_") && tensor.name != "blk.0.attn_norm.weight";
  });
  for (const char *name : {"blk.1.attn_q_norm.weight", "blk.1.attn_k_norm.weight"})
    builder.addFloats(name, 1, 4, {1, 2, 3, 4});
  std::vector<float> taps(24);
  for (size_t i = 0; i < taps.size(); ++i)
    taps[i] = float(i);
  builder.addFloats("blk.0.shortconv.conv.weight", 8, 3, taps);
  builder.addFloats("blk.0.shortconv.in_proj.weight", 24, 8, std::vector<float>(24 * 8, 0.5f));
  builder.addFloats("blk.0.shortconv.out_proj.weight", 8, 8, std::vector<float>(64, 0.5f));
  return builder;
}

TEST(Lfm2TensorsTest, AFileTellsKindsByKeyValueHeads) {
  GgufBuilder builder = smallFile();
  for (const char *norm : {"token_embd_norm.weight", "output_norm.weight"}) { // llama.cpp's name, and the usual one
    if (norm[0] == 'o')
      builder.tensor("token_embd_norm.weight").name = norm;
    const importer::ImportedModel model = import(builder);
    EXPECT_EQ(model.architecture.convolutions, (Kinds{1, 0}));
    EXPECT_EQ(model.architecture.convolutionWidth, 3);
    EXPECT_EQ(model.architecture.keyValueHeads, 1);
    EXPECT_EQ(model.architecture.headNorms, importer::HeadNorms::BeforeRope);
    EXPECT_EQ(model.source->tensors().size(), builder.tensors.size());
    std::vector<float> taps(24);
    for (size_t i = 0; i < taps.size(); ++i)
      taps[i] = float(i);
    EXPECT_EQ(read(model, "blk.0.shortconv.conv.weight"), byTaps(taps, 3));
    EXPECT_EQ(read(model, "output_norm.weight").size(), 8u);
    EXPECT_EQ(read(model, "blk.1.attn_q.weight").size(), 64u); // in the order of the file
    EXPECT_EQ(model.source->find("token_embd_norm.weight"), nullptr);
    float one;
    uint8_t block;
    EXPECT_THROW(model.source->readRows("blk.0.shortconv.conv.weight", 1, 1, &one), importer::InputError);
    EXPECT_THROW(model.source->readBlocks("blk.0.shortconv.conv.weight", "F32", 0, 1, &block), importer::InputError);
  }
  builder.addFloats("token_embd_norm.weight", 1, 8, std::vector<float>(8, 1));
  EXPECT_EQ(importError(builder),
            "tensor 'token_embd_norm.weight': is not part of a model of family 'lfm2' as it is supported here");
}

TEST(Lfm2TensorsTest, FilesThatContradictThemselves) {
  const auto error = [](void (*change)(GgufBuilder &)) {
    GgufBuilder builder = smallFile();
    change(builder);
    return importError(builder);
  };
  const std::string heads = "metadata 'lfm2.attention.head_count_kv': ";
  EXPECT_EQ(error([](GgufBuilder &b) { b.setIntegers("lfm2.attention.head_count_kv", {0, 1, 1}); }),
            heads + "has 3 entries for 2 blocks");
  EXPECT_EQ(error([](GgufBuilder &b) { b.setIntegers("lfm2.attention.head_count_kv", {0, 0}); }),
            heads + "is 0 for all blocks: every block convolves, but at least one must attend");
  EXPECT_EQ(error([](GgufBuilder &b) { b.setIntegers("lfm2.attention.head_count_kv", {2, 1}); }),
            heads + "is 2 for one block and 1 for another, but all that attend must have as many");
  EXPECT_EQ(error([](GgufBuilder &b) { b.setIntegers("lfm2.attention.head_count_kv", {0, -1}); }),
            heads + "an entry is -1, at least 1 is needed");
  EXPECT_EQ(error([](GgufBuilder &b) { b.setTexts("lfm2.attention.head_count_kv", {"0", "1"}); }),
            heads + "is array of text, not an array of 32-bit integers");
  EXPECT_EQ(error([](GgufBuilder &b) { b.setInteger("lfm2.attention.head_count_kv", 1); }), // no kinds, so all attend
            "tensor 'blk.0.attn_q.weight': is missing; the file has 'blk.0.shortconv.conv.weight', "
            "'blk.0.shortconv.in_proj.weight' and 'blk.0.shortconv.out_proj.weight', which no such model has");
  EXPECT_EQ(error([](GgufBuilder &b) { b.remove("lfm2.shortconv.l_cache"); }),
            "metadata 'lfm2.shortconv.l_cache': is missing");
  EXPECT_EQ(error([](GgufBuilder &b) { b.setInteger("lfm2.shortconv.l_cache", 1); }),
            "metadata 'lfm2.shortconv.l_cache': is 1, which is not from 2 to 64");
  EXPECT_EQ(error([](GgufBuilder &b) { b.setInteger("lfm2.shortconv.l_cache", 4); }),
            "tensor 'blk.0.shortconv.conv.weight': has 8 rows of 3 columns, but the metadata says 8 rows of 4 columns");
  EXPECT_EQ(error([](GgufBuilder &b) { b.removeTensor("token_embd_norm.weight"); }),
            "tensor 'output_norm.weight': is missing");
  EXPECT_EQ(error([](GgufBuilder &b) {
              b.tensor("blk.0.shortconv.conv.weight").data.replace((5 * 3 + 1) * 4, 4, std::string("\0\0\xc0\x7f", 4));
            }),
            "tensor 'blk.0.shortconv.conv.weight': row 5, column 1 as stored is NaN");
  // Other families: one number for all blocks, however it is written.
  GgufBuilder llama = smallLlama();
  llama.setIntegers("llama.attention.head_count_kv", {1});
  EXPECT_EQ(importError(llama), "");
  llama.setIntegers("llama.attention.head_count_kv", {0});
  EXPECT_EQ(importError(llama), "metadata 'llama.attention.head_count_kv': an entry is 0, at least 1 is needed");
  llama = smallLlama();
  llama.setInteger("llama.shortconv.l_cache", 3);
  EXPECT_EQ(importError(llama), "metadata 'llama.shortconv.l_cache': is not known here and might change the numbers; "
                                "--ignore-field NAME leaves it out");
}

} // namespace
} // namespace weebill::tests
