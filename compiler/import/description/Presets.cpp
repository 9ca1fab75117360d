//===- Presets.cpp - Models known by name ---------------------------------===//
//
// Tested by tests/unit/compiler/import/PresetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/Presets.h"

#include "compiler/import/description/BlockSchedule.h"

#include <algorithm>

namespace weebill::description {

namespace {

/// What the models of a family have in common.
enum class Family { Llama, Llama32, MobileLlmR1, Qwen2, Qwen3 };

struct Row {
  Family family;
  const char *name;
  int64_t blocks, times; // visits of each block, one after the other
  int64_t model, hidden, heads, keyValueHeads, vocabulary, context;
  double ropeTheta;
  bool tied;
};

constexpr bool kTied = true, kUntied = false;

/// From the published configurations. MobileLLM's config.json says tie_word_embeddings false, but its own flag
/// share_embedding ties them. MobileLLM-Pro, which looks at a window only, is not here: Weebill does not compute it
/// yet.
constexpr Row kRows[] = {
    // family       name             blocks x   model hidden heads kv  vocabulary context theta
    {Family::Llama, "mobilellm-125m", 30, 1, 576, 1536, 9, 3, 32000, 2048, 1e4, kTied},
    {Family::Llama, "mobilellm-350m", 32, 1, 960, 2560, 15, 5, 32000, 2048, 1e4, kTied},
    {Family::Llama, "mobilellm-600m", 40, 1, 1152, 3072, 18, 6, 32000, 2048, 1e4, kTied},
    {Family::Llama, "mobilellm-1b", 54, 1, 1280, 3584, 20, 5, 32000, 2048, 1e4, kTied},
    {Family::Llama, "mobilellm-1.5b", 54, 1, 1600, 4352, 25, 5, 32000, 2048, 1e4, kTied},
    {Family::Llama, "mobilellm-ls-125m", 30, 2, 576, 1536, 9, 3, 32000, 2048, 1e4, kTied},
    {Family::Llama, "mobilellm-ls-350m", 32, 2, 960, 2560, 15, 5, 32000, 2048, 1e4, kTied},
    {Family::Llama, "smollm2-135m", 30, 1, 576, 1536, 9, 3, 49152, 8192, 1e5, kTied},
    {Family::Llama, "smollm2-360m", 32, 1, 960, 2560, 15, 5, 49152, 8192, 1e5, kTied},
    {Family::Llama, "smollm2-1.7b", 24, 1, 2048, 8192, 32, 32, 49152, 8192, 1.3e5, kTied},
    {Family::Llama, "tinyllama-1.1b", 22, 1, 2048, 5632, 32, 4, 32000, 2048, 1e4, kUntied},
    {Family::Llama32, "llama-3.2-1b", 16, 1, 2048, 8192, 32, 8, 128256, 131072, 5e5, kTied},
    {Family::MobileLlmR1, "mobilellm-r1-140m", 15, 1, 576, 2048, 9, 3, 128256, 32768, 8e6, kTied},
    {Family::MobileLlmR1, "mobilellm-r1-360m", 15, 1, 1024, 4096, 16, 4, 128256, 32768, 8e6, kTied},
    {Family::MobileLlmR1, "mobilellm-r1-950m", 22, 1, 1536, 6144, 24, 6, 128256, 32768, 8e6, kTied},
    {Family::Qwen2, "qwen2.5-0.5b", 24, 1, 896, 4864, 14, 2, 151936, 32768, 1e6, kTied},
    {Family::Qwen3, "qwen3-0.6b", 28, 1, 1024, 3072, 16, 8, 151936, 40960, 1e6, kTied},
};

/// Norms have an epsilon of 1e-5 and heads are 64 wide, but for Qwen's.
void setFamily(Family family, importer::Architecture &sizes) {
  sizes.family = "llama";
  sizes.headSize = 64;
  sizes.normEpsilon = 1e-5f;
  switch (family) {
  case Family::Llama:
    return;
  case Family::Llama32:
    sizes.ropeScaling = {.factor = 32, .lowFrequencyFactor = 1, .highFrequencyFactor = 4, .originalContext = 8192};
    return;
  case Family::MobileLlmR1:
    sizes.family = "llama4_text";
    sizes.headNorms = importer::HeadNorms::AfterRope;
    return;
  case Family::Qwen2:
    sizes.family = "qwen2";
    sizes.projectionBias = true;
    sizes.normEpsilon = 1e-6f;
    return;
  case Family::Qwen3:
    sizes.family = "qwen3";
    sizes.headSize = 128;
    sizes.headNorms = importer::HeadNorms::BeforeRope;
    sizes.normEpsilon = 1e-6f;
    return;
  }
}

Description descriptionOf(const Row &row) {
  Description description;
  description.name = row.name;
  importer::Architecture &sizes = description.architecture;
  setFamily(row.family, sizes);
  sizes.layers = row.blocks;
  if (row.times > 1)
    sizes.schedule = immediateSchedule(row.blocks, row.times);
  sizes.model = row.model;
  sizes.hidden = row.hidden;
  sizes.heads = row.heads;
  sizes.keyValueHeads = row.keyValueHeads;
  sizes.vocabulary = row.vocabulary;
  sizes.context = row.context;
  sizes.ropeTheta = row.ropeTheta;
  sizes.tiedEmbeddings = row.tied;
  return description;
}

} // namespace

const std::vector<Description> &presets() {
  static const std::vector<Description> list = [] {
    std::vector<Description> made;
    for (const Row &row : kRows)
      made.push_back(descriptionOf(row));
    return made;
  }();
  return list;
}

const Description *findPreset(const std::string &name) {
  const std::vector<Description> &all = presets();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Description &preset) { return preset.name == name; });
  return found == all.end() ? nullptr : &*found;
}

} // namespace weebill::description
