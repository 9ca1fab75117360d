// Prefixes that stand before all names of a checkpoint.

#include "compiler/import/huggingface/CheckpointNames.h"

#include "HuggingFaceFolder.h"
#include "compiler/import/ImportedModel.h"

#include <gtest/gtest.h>
#include <set>

namespace weebill::tests {
namespace {

std::string find(const std::vector<std::string> &names, const std::string &canonical) {
  const std::set<std::string> all(names.begin(), names.end());
  return huggingface::CheckpointNames(names).find(canonical,
                                                  [&](const std::string &name) { return all.contains(name); });
}

TEST(CheckpointNamesTest, WhatStandsBeforeTheEmbeddingStandsBeforeAll) {
  const std::string norm = "model.norm.weight", head = "lm_head.weight";
  EXPECT_EQ(find({"model.embed_tokens.weight", "model.norm.weight"}, norm), norm);
  EXPECT_EQ(find({"embed_tokens.weight", "norm.weight"}, norm), "norm.weight");
  EXPECT_EQ(find({"language_model.model.embed_tokens.weight", "language_model.lm_head.weight"}, head),
            "language_model.lm_head.weight");
  EXPECT_EQ(find({"model.language_model.embed_tokens.weight", head}, norm), "model.language_model.norm.weight");
  EXPECT_EQ(find({"model.language_model.embed_tokens.weight", head}, head), head);
  EXPECT_EQ(find({"embed_tokens.weight"}, head), head); // is missing by its own name
  EXPECT_EQ(find({"a.embed_tokens.weight", "b.embed_tokens.weight"}, norm), norm);
  EXPECT_EQ(find({"not_embed_tokens.weight"}, norm), norm);
  EXPECT_EQ(find({}, norm), norm);
}

TEST(CheckpointNamesTest, EveryPrefixIsTheSameModel) {
  for (const std::string prefix : {"", "_orig_mod.model.", "language_model.model.", "model.language_model."}) {
    SmallFolder content;
    SafetensorsBuilder builder;
    for (const auto &[name, shape] : content.shapes)
      builder.add(prefix + name.substr(std::string("model.").size()), shape, content.values(name));
    content.files["model.safetensors"] = builder.bytes();
    const TemporaryFolder folder;
    content.write(folder);
    const importer::ImportedModel model = importer::importModel(folder.path().string());
    std::vector<float> row(8);
    model.source->readRows("output_norm.weight", 0, 1, row.data());
    EXPECT_EQ(row, content.values("model.norm.weight")) << prefix;
  }
}

} // namespace
} // namespace weebill::tests
