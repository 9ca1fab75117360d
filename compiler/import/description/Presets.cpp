//===- Presets.cpp - Models known by name ---------------------------------===//
//
// Tested by tests/unit/compiler/import/PresetsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/Presets.h"

#include "compiler/import/description/BlockSchedule.h"

#include <algorithm>

namespace weebill {

namespace {

struct Row {
  const char *name;
  int64_t blocks, times; // visits of each block, one after the other
  int64_t model, hidden, heads, keyValueHeads, vocabulary, context;
  double ropeTheta;
  bool tied;
};

constexpr bool kTied = true, kUntied = false;

/// From the published configurations. Heads are 64 wide and norms have an epsilon of 1e-5 in all of them. MobileLLM's
/// config.json says tie_word_embeddings false, but its own flag share_embedding ties them. Models whose rotation is
/// scaled (Llama 3.2), whose heads are normed (MobileLLM-R1, Qwen3) or that look at a window only (MobileLLM-Pro) are
/// not here: Weebill does not compute them yet.
constexpr Row kRows[] = {
    // name             blocks x   model hidden heads kv  vocabulary context theta
    {"mobilellm-125m", 30, 1, 576, 1536, 9, 3, 32000, 2048, 1e4, kTied},
    {"mobilellm-350m", 32, 1, 960, 2560, 15, 5, 32000, 2048, 1e4, kTied},
    {"mobilellm-600m", 40, 1, 1152, 3072, 18, 6, 32000, 2048, 1e4, kTied},
    {"mobilellm-1b", 54, 1, 1280, 3584, 20, 5, 32000, 2048, 1e4, kTied},
    {"mobilellm-1.5b", 54, 1, 1600, 4352, 25, 5, 32000, 2048, 1e4, kTied},
    {"mobilellm-ls-125m", 30, 2, 576, 1536, 9, 3, 32000, 2048, 1e4, kTied},
    {"mobilellm-ls-350m", 32, 2, 960, 2560, 15, 5, 32000, 2048, 1e4, kTied},
    {"smollm2-135m", 30, 1, 576, 1536, 9, 3, 49152, 8192, 1e5, kTied},
    {"smollm2-360m", 32, 1, 960, 2560, 15, 5, 49152, 8192, 1e5, kTied},
    {"smollm2-1.7b", 24, 1, 2048, 8192, 32, 32, 49152, 8192, 1.3e5, kTied},
    {"tinyllama-1.1b", 22, 1, 2048, 5632, 32, 4, 32000, 2048, 1e4, kUntied},
};

Description descriptionOf(const Row &row) {
  Description description;
  description.name = row.name;
  Architecture &sizes = description.architecture;
  sizes.family = "llama";
  sizes.layers = row.blocks;
  if (row.times > 1)
    sizes.schedule = immediateSchedule(row.blocks, row.times);
  sizes.model = row.model;
  sizes.hidden = row.hidden;
  sizes.heads = row.heads;
  sizes.keyValueHeads = row.keyValueHeads;
  sizes.headSize = 64;
  sizes.vocabulary = row.vocabulary;
  sizes.context = row.context;
  sizes.normEpsilon = 1e-5f;
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

} // namespace weebill
