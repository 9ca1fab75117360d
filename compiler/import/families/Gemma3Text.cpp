//===- Gemma3Text.cpp - Gemma 3's text models -----------------------------===//
//
// Beside Llama's blocks: norms of what a block adds, too, stored less 1; norms of heads; GELU; rows of the embedding
// times the root of the width; a window in all layers but every sixth, whose RoPE has a base of its own. Tested by
// tests/unit/compiler/import/Gemma3ConfigTest.cpp, GgufArchitectureTest.cpp and tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/description/ReadDescription.h"
#include "compiler/import/families/ConfigFields.h"
#include "compiler/import/families/Families.h"
#include "compiler/import/families/Windows.h"

#include <cmath>

namespace weebill::families {

static constexpr int64_t kPattern = 6;
static constexpr double kLocalTheta = 10000;
static constexpr int64_t kBlocksOf27b = 62;

/// A row is multiplied in float32, whatever the checkpoint is stored as: so does llama.cpp. transformers rounds the
/// root to the type that it loads weights as.
static void scaleEmbedding(importer::Architecture &sizes) {
  sizes.embeddingScale = float(std::sqrt(double(sizes.model)));
}

/// RoPE of the layers with a window has its own base, and is not scaled with the rest.
static void turnWindowsBy(double theta, importer::Architecture &sizes) {
  if (sizes.windows.empty())
    return;
  sizes.ropeThetas.clear();
  sizes.ropeFactors.clear();
  for (int64_t window : sizes.windows)
    sizes.ropeThetas.push_back(window ? theta : sizes.ropeTheta);
  if (sizes.ropeScaling.factor == 1)
    return;
  for (int64_t window : sizes.windows)
    sizes.ropeFactors.push_back(window ? 1 : sizes.ropeScaling.factor);
}

static void slide(int64_t window, int64_t pattern, double theta, importer::Architecture &sizes) {
  if (window == 0 || pattern == 1)
    return; // every layer sees everything
  for (int64_t layer = 0; layer < sizes.layers; ++layer)
    sizes.windows.push_back((layer + 1) % pattern == 0 ? 0 : window);
  turnWindowsBy(theta, sizes);
}

//===----------------------------------------------------------------------===//
// Configurations
//===----------------------------------------------------------------------===//

/// As newer versions of transformers write it: 'rope_parameters' of both types of layers.
static double readLocalTheta(const description::FieldReader &fields) {
  const double stated = fields.real("rope_local_base_freq", 1, description::limits::kRopeTheta, kLocalTheta);
  const description::JsonMember *both = fields.find("rope_parameters");
  for (const description::JsonMember &type : both ? both->value.members : std::vector<description::JsonMember>())
    if (type.key == "sliding_attention") {
      const description::FieldReader local(fields.path(), type.value, "'sliding_attention' of 'rope_parameters'",
                                           {"rope_theta", "rope_type"});
      if (const std::string kind = local.text("rope_type", 64, "default"); kind != "default")
        fields.refuse(type.value.place,
                      "layers with a window have RoPE of type " + importer::quoted(kind) + ", supported is 'default'");
      return local.real("rope_theta", 1, description::limits::kRopeTheta, stated);
    }
  return stated;
}

static void read(const description::FieldReader &fields, importer::Architecture &sizes) {
  using namespace description::limits;
  sizes.tiedEmbeddings = fields.boolean("tie_word_embeddings", true);
  sizes.attentionScale = float(1 / std::sqrt(fields.real("query_pre_attn_scalar", 1e-6, 1e6, 256)));
  for (const char *name : {"attn_logit_softcapping", "final_logit_softcapping"})
    if (fields.find(name)) // null counts as left out
      fields.refuse(fields.required(name).value.place,
                    importer::quoted(name) + " is set, but logits are not capped here");
  refuseTrue(fields, "use_bidirectional_attention", "but tokens see what is before them only");
  const int64_t pattern = fields.integer("sliding_window_pattern", 1, kBlocks, kPattern);
  const int64_t window = fields.integer("sliding_window", 1, kContext, 4096);
  const double theta = readLocalTheta(fields);
  readLayerWindows(fields, sizes, window, [&](int64_t layer) { return (layer + 1) % pattern != 0; });
  turnWindowsBy(theta, sizes);
  scaleEmbedding(sizes);
}

//===----------------------------------------------------------------------===//
// GGUF
//===----------------------------------------------------------------------===//

static void readKeys(const gguf::ArchitectureKeys &keys, importer::Architecture &sizes) {
  if (keys.real("final_logit_softcapping").value_or(0) != 0)
    keys.refuseKey("final_logit_softcapping", "is set, but logits are not capped here");
  const int64_t window = keys.integer("attention.sliding_window").value_or(0);
  const int64_t pattern = keys.integer("attention.sliding_window_pattern").value_or(kPattern);
  if (pattern == 0)
    keys.refuseKey("attention.sliding_window_pattern", "is 0, at least 1 is needed");
  const double theta = keys.real("rope.freq_base_swa").value_or(kLocalTheta);
  if (!(theta >= 1 && theta <= description::limits::kRopeTheta))
    keys.refuseKey("rope.freq_base_swa", std::to_string(theta) + " is not a number from 1 to 1e9");
  slide(window, pattern, theta, sizes);
  // No key says that the largest model divides by another root; llama.cpp knows it by its blocks.
  if (sizes.layers == kBlocksOf27b)
    sizes.attentionScale = float(1 / std::sqrt(double(sizes.model / sizes.heads)));
}

//===----------------------------------------------------------------------===//
// The family
//===----------------------------------------------------------------------===//

static void slideBy512(importer::Architecture &sizes) { slide(512, kPattern, kLocalTheta, sizes); }

const Family kGemma3Text = {
    .name = "gemma3_text",
    .headNorms = importer::HeadNorms::BeforeRope,
    .blockNorms = importer::BlockNorms::Around,
    .activation = importer::Activation::GeluTanh,
    .complete = scaleEmbedding,
    .tensors = plainTensors,
    .config = ConfigForm{.defaults = {.model = 2304,
                                      .hidden = 9216,
                                      .layers = 26,
                                      .heads = 8,
                                      .keyValueHeads = 4,
                                      .vocabulary = 262208,
                                      .context = 131072,
                                      .end = 1},
                         .headSize = 256,
                         .ropeTheta = 1000000,
                         .activationField = "hidden_activation",
                         .tokenizerClass = "GemmaTokenizer",
                         .gainsFromOne = true,
                         .ropeOfTypes = true,
                         // The last is what older versions noted beside 'layer_types', which decide.
                         .fields = {"hidden_activation", "query_pre_attn_scalar", "attn_logit_softcapping",
                                    "final_logit_softcapping", "use_bidirectional_attention", "sliding_window",
                                    "sliding_window_pattern", "layer_types", "rope_local_base_freq",
                                    "_sliding_window_pattern"},
                         .meaningfulNulls = {},
                         .read = read},
    .gguf = GgufForm{.name = "gemma3",
                     .keys = {"attention.sliding_window", "attention.sliding_window_pattern", "rope.freq_base_swa",
                              "final_logit_softcapping"},
                     .read = readKeys},
    .presets =
        {
            // name          blocks x model hidden heads kv size vocabulary context theta epsilon tied
            {"gemma-3-270m", 18, 1, 640, 2048, 4, 1, 256, 262144, 32768, 1e6, 1e-6f, true, {}, slideBy512},
            {"gemma-3-1b", 26, 1, 1152, 6912, 4, 1, 256, 262144, 32768, 1e6, 1e-6f, true, {}, slideBy512},
        },
};

} // namespace weebill::families
