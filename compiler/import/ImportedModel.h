//===- ImportedModel.h - A model as it was read ------------------*- C++ -*-===//
//
// What every importer produces: an architecture, lazily read tensors under their names in the file, a tokenizer
// (TokenizerData.h) and what a chat looks like (ChatFormat.h). Tested by tests/unit/compiler/import/ImportGgufTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_IMPORTEDMODEL_H
#define WEEBILL_COMPILER_IMPORT_IMPORTEDMODEL_H

#include "compiler/import/ChatFormat.h"
#include "compiler/import/TokenizerData.h"
#include "compiler/import/families/Role.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::importer {

/// Input that cannot be used. One sentence: file, place, both values. Ends the program with exit code 1.
struct InputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Where queries and keys are normed, head by head.
enum class HeadNorms {
  None,
  BeforeRope, // with gains, one for all queries and one for all keys: Qwen3
  AfterRope,  // without gains: MobileLLM-R1
  AllHeads,   // before RoPE, all query heads as one row and all key heads as another, with gains: OLMo 2
};

/// What a block norms: rows of the residual stream, before attention and the feed-forward half read them, or what these
/// two add to it.
enum class BlockNorms {
  Before, // what is read: Llama
  Around, // both: Gemma 3
  After,  // what is added: OLMo 2
};

/// What the gate of a feed-forward half goes through.
enum class Activation {
  Silu,
  GeluTanh, // approximated with tanh
};

/// RoPE whose slow rotations are made slower, as in Llama 3.1 and later, or all of them (docs/numerics.md, "RoPE").
struct RopeScaling {
  double factor = 1; // 1: not scaled, and the rest means nothing
  double lowFrequencyFactor = 1, highFrequencyFactor = 4;
  int64_t originalContext = 0; // 0: all rotations are slower, what is called linear scaling

  bool operator==(const RopeScaling &) const = default;
};

/// Sizes in elements, constants as in the file.
struct Architecture {
  std::string family = "llama"; // compiler/import/families
  int64_t layers = 0;           // blocks that are stored
  int64_t model = 0;            // width of the residual stream
  int64_t hidden = 0;           // width of the feed-forward half
  int64_t heads = 0;            // query heads
  int64_t keyValueHeads = 0;    // divides heads
  int64_t headSize = 0;         // even
  int64_t vocabulary = 0;
  int64_t context = 0; // positions that the model was trained for
  float normEpsilon = 0;
  float headNormEpsilon = 0; // of head norms; 0: normEpsilon
  double ropeTheta = 0;
  /// Theta of each stored block where not all have `ropeTheta`, empty otherwise. 0: a block without RoPE.
  std::vector<double> ropeThetas;
  RopeScaling ropeScaling;
  /// The scaling's factor in each stored block where not all have the same, empty otherwise. 1: not scaled.
  std::vector<double> ropeFactors;
  float attentionScale = 0; // of queries; 0: 1 / square root of the head size
  /// That of each stored block where they differ, empty otherwise.
  std::vector<float> attentionScales;
  /// Positions that a token sees in each stored block, its own included; 0: all. Empty where all blocks see all.
  std::vector<int64_t> windows;
  /// Of each stored block: 1 if a short convolution is in the place of attention, 0 if not. Empty where all attend.
  std::vector<int64_t> convolutions;
  int64_t convolutionWidth = 0;  // tokens that a convolution sees, its own included
  bool projectionBias = false;   // of query, key and value
  bool attentionOutBias = false; // of attention's output projection
  bool feedForwardBias = false;  // of gate, up and down
  bool headBias = false;         // of the logits
  HeadNorms headNorms = HeadNorms::None;
  BlockNorms blockNorms = BlockNorms::Before;
  Activation activation = Activation::Silu;
  float embeddingScale = 1;      // of the embedding's rows
  float residualScale = 1;       // of what attention and the feed-forward half add to the residual stream
  float headScale = 1;           // of the row that the head multiplies, and so of the logits
  bool tiedEmbeddings = false;   // the head is the embedding matrix
  bool rotated = false;          // the residual stream is rotated (rotate/RotateModel.h)
  int64_t mixedHidden = 0;       // neighbouring columns that are mixed before `down` (rotate/MixHidden.h); 0: none are
  std::vector<int64_t> schedule; // block of each visit, in order; empty: each block once
  bool repetitionNorm = false; // the last norm comes behind every visit of the last stored block, not at the end alone
};

/// A tensor of the model file. Vectors have rows == 1.
struct TensorInfo {
  std::string name;
  std::string type; // "F32", "Q4_1", as the file calls it
  int64_t rows = 0, columns = 0;
  std::optional<families::Role> role = {}; // none: no family of models has it
  int64_t block = -1;                      // of the stored ones; -1: of the whole model
};

/// Tensors of a model file, read as float32 when asked for; nothing is kept.
class TensorSource {
public:
  virtual ~TensorSource() = default;
  virtual const std::vector<TensorInfo> &tensors() const = 0;
  /// The tensor of that name, or nullptr.
  const TensorInfo *find(const std::string &name) const;
  /// The tensor of that name; throws InputError if it has no such rows.
  const TensorInfo &knownRows(const std::string &name, int64_t first, int64_t count) const;
  /// Rows [first, first + count) of a tensor into out [count][columns], in the order that Hugging Face checkpoints have
  /// (a Llama GGUF's query and key rows are permuted back). Throws InputError for an unknown name, a range outside, NaN
  /// or infinity.
  virtual void readRows(const std::string &name, int64_t first, int64_t count, float *out) const = 0;
  /// The same rows as blocks of the file's own format, which must be `type`: their bytes, one row after the other.
  /// Throws as readRows does, and for a tensor that is stored otherwise; most sources have no blocks.
  virtual void readBlocks(const std::string &name, std::string_view type, int64_t first, int64_t count,
                          uint8_t *out) const;
};

/// "name=Q4_1" of every tensor: what lm-quantize must know to keep them so.
std::vector<std::string> typesOfTensors(const TensorSource &source);

/// How tokens are chosen where the user says nothing; the likeliest one where the model's file says nothing either.
struct SamplingAdvice {
  float temperature = 0;
  int32_t topK = 0; // 0: all
  float topP = 1, minP = 0, repeatPenalty = 1;
};

struct ImportedModel {
  std::string path;                   // as the user gave it
  std::string name;                   // the file's stem
  std::string title, license;         // what the file says of itself, empty if nothing
  std::optional<uint64_t> randomSeed; // the weights are made from this seed and mean nothing
  Architecture architecture;
  std::shared_ptr<TensorSource> source;
  std::optional<TokenizerData> tokenizer; // none: the program takes --tokens only
  std::string tokenizerProblem;           // why there is none although the file has one: one sentence naming the kind
  std::optional<ChatFormat> chat;         // none: --chat is off
  std::string chatProblem;                // why there is none although the file has a template: names the construct
  std::vector<int32_t> stopTokens;        // a text ends with one of these, with or without tokenizer and chat
  SamplingAdvice sampling;                // what the file recommends
  std::vector<std::string> notes;         // what else the user must know of how the file was read: sentences
};

/// Problems that are not the file's.
inline constexpr const char *kTokenizerLeftOut = "it is left out, as --without-tokenizer asks";
inline constexpr const char *kChatNeedsTokenizer =
    "the chat template needs the tokenizer, and there is none that is supported";

/// What a chat template is given beside messages. It becomes part of what is built.
struct TemplateInput {
  std::string date = {};                   // for strftime_now: "2026-11-26"; empty: there is no such function
  std::vector<std::string> variables = {}; // "NAME=VALUE", VALUE as JSON has it, or a text
  std::string tools = {};                  // a file with a list of them, as JSON; empty: none
  std::string toolsText = {};              // the list itself, where there is no file

  bool operator==(const TemplateInput &) const = default;
};

/// What a user asks for of how a file is read, and how long he waits for it.
struct ImportOptions {
  bool withoutTokenizer = false;               // leave the tokenizer out, be it right, unknown or damaged
  std::function<void()> askToEnd = {};         // asked in long loops (LongLoop.h); what it throws ends the import
  std::vector<std::string> ignoredFields = {}; // of config.json that are not known: they are taken to be harmless
  TemplateInput chat = {};
};

/// Reads a model: a preset's name, a description (.json) or a .gguf file. Tensor names are those of GGUF:
/// "token_embd.weight", "blk.0.attn_q.weight", "output_norm.weight". Throws InputError.
ImportedModel importModel(const std::string &path, const ImportOptions &options = {});

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_IMPORTEDMODEL_H
