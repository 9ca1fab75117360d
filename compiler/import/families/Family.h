//===- Family.h - What one model family is ------------------------*- C++ -*-===//
//
// One object a family, one file an object: everything that tells its models from Llama's. The readers of both formats,
// the presets and the front end ask it and know no family by name. docs/add-a-family.md says how one is added. Tested
// by tests/unit/compiler/import/FamiliesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILY_H
#define WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILY_H

#include "compiler/import/description/FieldReader.h"
#include "compiler/import/families/FamilyTensor.h"
#include "compiler/import/gguf/ArchitectureKeys.h"

#include <string_view>

namespace weebill::families {

/// In which order a file stores the rows of query and key heads.
enum class HeadRows {
  Halves,      // elements i and i + head_size / 2 of a head are rotated together
  Interleaved, // elements 2 i and 2 i + 1; read in the order of halves
};

/// What transformers' class has for fields that a config.json leaves out.
struct ConfigDefaults {
  int64_t model = 4096, hidden = 11008, layers = 32, heads = 32;
  int64_t keyValueHeads = 0; // 0: as many as query heads
  int64_t vocabulary = 32000, context = 2048;
  double normEpsilon = 1e-6;
  int64_t end = 2; // 'eos_token_id'; -1: none
};

/// Of Qwen 2's class, which Qwen 3's and Ouro's follow.
inline constexpr ConfigDefaults kQwenDefaults = {
    .hidden = 22016, .keyValueHeads = 32, .vocabulary = 151936, .context = 32768, .end = -1};

/// config.json of a family, beyond what all have (huggingface/ReadConfig.cpp).
struct ConfigForm {
  /// A class in 'architectures' that tells its models whatever 'model_type' is: that of the code beside a checkpoint.
  std::string_view modelClass = {};
  HeadRows headRows = HeadRows::Halves;
  ConfigDefaults defaults = {};
  bool feedForwardBias = false;                  // what 'mlp_bias' asks for
  int64_t headSize = 0;                          // without `head_dim`; 0: the width divided by the heads
  double ropeTheta = 10000;                      // without `rope_theta`
  const char *hiddenField = "intermediate_size"; // width of the feed-forward half
  const char *activationField = "hidden_act";
  const char *epsilonField = "rms_norm_eps";
  /// The tokenizer's class where a folder names none, as transformers chooses it by 'model_type'.
  const char *tokenizerClass = "LlamaTokenizer";
  /// transformers chooses none: the class is for folders without tokenizer.json, which says all that others need.
  bool choosesNoClass = false;
  bool gainsFromOne = false; // norms are stored less 1
  bool ropeOfTypes = false;  // 'rope_parameters' may be of two types of layers; `read` reads those with a window
  std::vector<std::string_view> fields = {};     // that only this family has: read, or known to be harmless
  std::vector<std::string> meaningfulNulls = {}; // fields for which null is not the same as being left out
  /// Reads and refuses `fields`, after all others are read.
  void (*read)(const description::FieldReader &fields, importer::Architecture &sizes) = nullptr;
  /// Tensors that no logits depend on as long as `read` lets a configuration pass, and a note that says so.
  std::vector<std::string_view> leftOut = {};
  const char *leftOutNote = "";
};

/// GGUF files of a family.
struct GgufForm {
  std::string_view name = {}; // `general.architecture`, and what keys begin with; empty: the family's name
  HeadRows headRows = HeadRows::Halves;
  bool ropeDivisors = false; // scaled RoPE as a tensor (gguf/RopeDivisors.h)
  /// The key with the tokens that a convolution sees, of a family whose blocks without key-value heads convolve; empty:
  /// every block attends.
  std::string_view convolutionWidth = {};
  std::vector<std::string_view> keys = {}; // that only this family has, without its name
  /// Reads and refuses `keys`, after all others are read.
  void (*read)(const gguf::ArchitectureKeys &keys, importer::Architecture &sizes) = nullptr;
};

/// The shape of a published model.
struct Preset {
  const char *name;
  int64_t blocks, times; // visits of each block, one after the other
  int64_t model, hidden, heads, keyValueHeads, headSize, vocabulary, context;
  double ropeTheta;
  float normEpsilon;
  bool tied;
  importer::RopeScaling ropeScaling = {};
  /// Sets what the numbers above do not say, such as windows.
  void (*complete)(importer::Architecture &sizes) = nullptr;
};

struct Family {
  /// In Architecture::family, `model_type` and, as a rule, `general.architecture`.
  std::string_view name;
  // What its models always have, whatever a file says.
  bool projectionBias = false;
  importer::HeadNorms headNorms = importer::HeadNorms::None;
  importer::BlockNorms blockNorms = importer::BlockNorms::Before;
  importer::Activation activation = importer::Activation::Silu;

  /// Sets what follows from the sizes and stands in no GGUF file, such as which blocks have RoPE; for presets, too.
  void (*complete)(importer::Architecture &sizes) = nullptr;

  std::vector<FamilyTensor> (*tensors)(const importer::Architecture &sizes) = nullptr;
  std::optional<ConfigForm> config; // none: there are no folders of it
  std::optional<GgufForm> gguf;     // none: there are no GGUF files of it
  std::vector<Preset> presets;
};

} // namespace weebill::families

#endif // WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILY_H
