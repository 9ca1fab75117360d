//===- ModelPlan.h - The model as plain structs ------------------*- C++ -*-===//
//
// The border between MLIR and everything after it: `compiler/planner` fills these structs from the lm dialect,
// `codegen` reads them. This header knows neither MLIR nor Halide. Printed as text by PrintPlan.cpp (`weebill build
// --emit-plan`), tested by tests/lit/plan/fused.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_PLAN_MODELPLAN_H
#define WEEBILL_CODEGEN_PLAN_MODELPLAN_H

#include "codegen/formats/WeightFormat.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weebill::plan {

/// Sizes of a decoder-only transformer, in elements.
struct Sizes {
  int64_t blocks = 0;        // blocks of weights; visits are ModelPlan::schedule
  int64_t model = 0;         // width of the residual stream
  int64_t hidden = 0;        // width of the feed-forward half
  int64_t heads = 0;         // query heads
  int64_t keyValueHeads = 0; // divides heads
  int64_t headSize = 0;
  int64_t vocabulary = 0;
  int64_t context = 0; // positions that the cache holds
};

enum class Element { F32, F16, I8, U8, I32 };

//===----------------------------------------------------------------------===//
// Weights
//===----------------------------------------------------------------------===//

/// How the parts of one matrix lie in it.
enum class Arrangement {
  Stacked,           // part after part: query, key, value
  AlternatingBlocks, // a block of 16 rows of each part in turn: gate, up
};

/// One field of the weights: a vector or a matrix, possibly made of several tensors of the model file. A matrix that
/// blocks store in several formats is a field for each, of which every block has one.
struct WeightPlan {
  std::string name; // the field's name in the emitted structs: "attention_norm", "qkv", "embedding"
  const formats::WeightFormat *format = &formats::kVector;
  Arrangement arrangement = Arrangement::Stacked;
  int64_t columns = 0;           // as in the model, without padding
  std::vector<int64_t> partRows; // rows of each part, as in the model; {1} for a vector
  bool perBlock = false;         // one for each block of the model, or one in all
  /// [perBlock ? blocks : 1][parts] tensor names in the model file; no parts: the block has it in another format, or
  /// has none.
  std::vector<std::vector<std::string>> sources;

  bool isIn(int64_t block) const { return !sources.at(block).empty(); }
  /// How often it is stored.
  int64_t copies() const {
    int64_t count = 0;
    for (const std::vector<std::string> &parts : sources)
      count += !parts.empty();
    return count;
  }
  /// Whether every block has it, as all do but matrices that blocks have in several formats and what one kind of them
  /// has.
  bool isInAll() const { return copies() == int64_t(sources.size()); }
  /// The tensors of its first copy.
  const std::vector<std::string> &firstSources() const {
    size_t block = 0;
    while (sources.at(block).empty())
      ++block;
    return sources[block];
  }
  int64_t rows() const {
    int64_t total = 0;
    for (int64_t part : partRows)
      total += part;
    return total;
  }
};

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

/// A run-time buffer of `columns` elements for each token of a chunk: [tokens][columns] at `offset`. Codes are followed
/// by their scales, f32 [tokens], and those by their zero points, i32 [tokens]; codes in groups of 32 by what each
/// group has, scales, sums and what sums are worth. The arena is zero at the start; columns
/// beyond those of the model stay so, or, for codes, do not matter.
struct BufferPlan {
  std::string name;               // "x", "qkv", "mixed", "hidden", "codes_model", "logits"
  Element element = Element::F32; // U8: activation codes, each token with a scale and a zero point; I8: in groups
  int64_t columns = 0;            // padded to 64
  bool privateInDecode =
      false; // in decode every thread computes its own copy (Share::Every), and reads it in the same phase only
  bool perToken = true; // false: one row whatever the chunk (the steps after the last block, logits)
  int64_t offset =
      0; // bytes in the arena of a chunk of ModelPlan::chunk tokens; buffers that never live together share bytes

  /// Rows in the arena of a chunk.
  int64_t rows(int64_t chunk) const { return perToken ? chunk : 1; }
  /// Bytes in the arena, scales and zero points with them.
  int64_t bytes(int64_t chunk) const { return rows(chunk) * bytesOfRow(); }
  int64_t bytesOfRow() const {
    return element == Element::U8   ? columns + 8
           : element == Element::I8 ? columns + columns / kGroupColumns * 12
                                    : columns * 4;
  }
};

/// Columns [first, first + columns) of a buffer.
struct View {
  int buffer = -1; // index into ModelPlan::buffers
  int64_t first = 0;
  int64_t columns = 0;
};

//===----------------------------------------------------------------------===//
// Steps and phases
//===----------------------------------------------------------------------===//

enum class StepKind {
  Embed,            // out = row of weight[0] for each token id
  RmsNorm,          // out = norm(in[0]) * weight[0]
  Quantize,         // out codes = in[0]
  RmsNormQuantize,  // both
  Linear,           // out = weight[0] . in[0]
  LinearResidual,   // out = in[1] + weight[0] . in[0]       (out is in[1]'s buffer)
  SwiGLU,           // out = silu(gate . in[0]) * (up . in[0]), weight[0] holds gate and up alternating
  GeGLU,            // the same with gelu
  AddBias,          // out = in[0] + weight[0] in every row; may be in place
  HeadNorm,         // out = norm of each head of in[0], * weight[0] if there is one; may be in place
  Rope,             // out = rotated in[0]; may be in place
  CacheAppend,      // cache <- keys in[0], values in[1]
  Attention,        // out = attention of queries in[0] over the cache
  GatedConvolution, // out = gate behind * convolution of gate before * x, all three in in[0]; weight[0]: its taps
  Silu,             // out = silu(in[0])
  GeluTanh,         // out = gelu(in[0]), approximated with tanh
  Scale,            // out = in[0] * scale; may be in place
  Hadamard,         // out = in[0] with each `mixed` neighbouring columns mixed; may be in place
  Mul,              // out = in[0] * in[1]
  Add,              // out = in[0] + in[1]
};

/// Who computes what of a step. Units are dealt out in order: thread i of n gets [units * i / n, units * (i + 1) / n).
enum class Share {
  /// Columns of the output (rows of the matrix) in units of `unitColumns`: matrices, element-wise steps, embedding, and
  /// RoPE, cache append, bias and norm of heads, whose unit is a head.
  Columns,
  /// One unit for each key-value head and its query heads: attention.
  Heads,
  /// One unit for each token of the chunk: norms, mixing and quantization in prefill.
  Tokens,
  /// Every thread computes all of it into its own buffer: norms, mixing and quantization in decode.
  Every,
};

/// A CacheAppend whose units are more than its key-value heads lies in a stacked query, key and value matrix: key head
/// h is unit firstUnit + h, value head h is unit firstUnit + keyValueHeads + h. Otherwise unit h is key head h and
/// value head h.
struct Partition {
  Share share = Share::Columns;
  /// Columns and Heads: in all; for a step on a slice of a wider matrix: of the whole matrix, so that owners agree.
  int64_t units = 0;
  int64_t firstUnit = 0;    // of the slice
  int64_t unitColumns = 16; // columns of a unit
};

/// What decides RoPE's angles (docs/numerics.md, "RoPE"). A factor of 1: not scaled.
struct RopeFrequencies {
  double theta = 0;
  double factor = 1, low = 1, high = 1;
  int64_t context = 0; // before it was extended
  /// Theta of each block where not all have `theta`, empty otherwise. 0: a block without RoPE, all frequencies are 0.
  std::vector<double> blockThetas = {};
  /// Factor of each block where not all have `factor`, empty otherwise. 1: not scaled.
  std::vector<double> blockFactors = {};

  bool operator==(const RopeFrequencies &) const = default;
};

struct StepPlan {
  StepKind kind = StepKind::Linear;
  std::string role; // where in the model: "qkv", "attention_out", "gate_up", "down", "head", "attention_norm"
  std::vector<View> in;
  View out;
  std::vector<int> weights;    // indices into ModelPlan::weights; several: the block has one of them, weight[0] above
  bool quantizedInput = false; // in[0] is codes
  Partition decode, prefill;
  // Constants of the step's kind.
  float epsilon = 0;      // norms
  bool symmetric = false; // Quantize, RmsNormQuantize: the zero point is 128 for every token
  bool groups = false;    // Quantize, RmsNormQuantize: signed codes, a scale for each 32
  RopeFrequencies rope;   // Rope
  float scale = 1;        // Rope, HeadNorm, Scale: multiplies the result
  int64_t heads = 0;      // Rope, HeadNorm: heads in the view; Attention: query heads
  int64_t mixed = 0;      // Hadamard: columns of a group
  // Constants that blocks have for themselves; empty if none has.
  std::vector<float> blockScales = {};    // Rope, HeadNorm, Scale: in the place of `scale`
  std::vector<int64_t> blockWindows = {}; // Attention: positions that a token sees, its own included; 0: all
  int64_t arm = -1; // visits of blocks with that number in ModelPlan::blockArms alone run it; -1: all do
};

/// Steps between two barriers, all of one arm.
struct PhasePlan {
  std::string name; // "project_qkv", "attend", ... : the emitted function's name
  std::vector<StepPlan> steps;
};

/// The forward pass in one of its two forms: the same steps, other partitions, therefore other phases. Threads meet at
/// a barrier between two phases, between sections and between visits. `after` runs on one token's row, in both forms
/// with decode's partitions; Share::Every means a private copy there too. A phase's name is unique in its form, not
/// across the two.
struct RoutePlan {
  std::vector<PhasePlan> before; // embedding
  std::vector<PhasePlan> body;   // one visit of a block
  std::vector<PhasePlan> after;  // final norm, head
};

/// The convolution of visits that do not attend: its window is `width` tokens, rows of which it keeps.
struct ConvolutionPlan {
  int64_t width = 0; // 0: no visit convolves
  int64_t columns = 0;
};

struct CachePlan {
  Element element = Element::F16;
  int64_t visits = 0;    // one cache for each visit of a block
  int64_t positions = 0; // capacity, padded to 64
};

struct ModelPlan {
  std::string name;   // "smollm2-135m"
  std::string source; // the model file's name without its folder
  Sizes sizes;
  std::vector<int64_t> schedule; // block of each visit, in order
  /// Where blocks are of two kinds: which of a step's arms each one runs. Empty: all run all steps.
  std::vector<int64_t> blockArms;
  std::vector<WeightPlan> weights;
  std::vector<BufferPlan> buffers;
  int64_t chunk = 64;     // tokens that one prefill pass takes at most
  int64_t arenaBytes = 0; // of all buffers together
  CachePlan cache;
  ConvolutionPlan convolution;
  RoutePlan decode;                         // one token
  RoutePlan prefill;                        // up to `chunk` tokens
  std::vector<std::string> fused, notFused; // for the report: one sentence each

  /// Whether a visit runs a step.
  bool runs(size_t visit, const StepPlan &step) const {
    return step.arm < 0 || blockArms.at(size_t(schedule.at(visit))) == step.arm;
  }
};

/// The plan as text, one line for each buffer, weight and step; stable, for tests and `--emit-plan`.
std::string printPlan(const ModelPlan &plan);

} // namespace weebill::plan

#endif // WEEBILL_CODEGEN_PLAN_MODELPLAN_H
