//===- EmitState.cpp - The cache and the buffers --------------------------===//
//
// Tested by tests/emitted/test_memory.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"
#include "codegen/plan/HeadHalves.h"
#include "codegen/weights/Traffic.h"

#include <algorithm>

namespace weebill::emit {

static int64_t aligned(int64_t bytes) { return (bytes + 63) / 64 * 64; }

std::vector<ScratchField> scratchFields(const plan::ModelPlan &plan) {
  std::vector<ScratchField> result;
  int64_t offset = 0;
  auto add = [&](const std::string &name, plan::Element element, int64_t elements, int64_t extraBytes = 0) {
    result.push_back({name, element, elements, offset});
    offset += aligned(elements * plan::elementBytes(element) + extraBytes);
  };
  for (const plan::BufferPlan &b : plan.buffers)
    if (b.privateInDecode)
      add(b.name, b.element, b.columns,
          b.element == plan::Element::U8 ? 8 : 0); // codes: a scale and a zero point behind them
  int64_t groupHeads = plan.sizes.heads / plan.sizes.keyValueHeads;
  add("scores", plan::Element::F32, groupHeads * plan.cache.positions);
  add("sums", plan::Element::F32, groupHeads);
  if (plan::dealsOutHalves(plan)) {
    add("handed_scores", plan::Element::F32, groupHeads * plan.cache.positions); // for the thread that has the values
    add("handed_sums", plan::Element::F32, groupHeads);
  }
  result.push_back({"", plan::Element::U8, 0, offset}); // the end
  return result;
}

MemorySizes memorySizes(const plan::ModelPlan &plan, const weights::WeightsLayout &layout) {
  MemorySizes sizes;
  sizes.weightsFile = layout.fileBytes;
  sizes.cache = plan.cache.positions * weights::cacheBytesPerToken(plan);
  sizes.activations = plan.arenaBytes;
  sizes.scratchPerThread = scratchFields(plan).back().offset;
  sizes.weightsPerToken = weights::weightBytesPerToken(plan, layout);
  return sizes;
}

/// Fields of State: shared buffers.
static std::string stateFields(const plan::ModelPlan &plan) {
  std::string text;
  for (const plan::BufferPlan &b : plan.buffers) {
    std::string rows = b.perToken ? "[tokens][" : "[";
    if (b.element == plan::Element::U8)
      text += "  Codes " + b.name + "; // " + rows + std::to_string(b.columns) + "]\n";
    else
      text += "  " + plan::elementName(b.element) + " *" + b.name + "; // " + rows + std::to_string(b.columns) + "]\n";
  }
  return text;
}

static std::string statePointers(const plan::ModelPlan &plan) {
  std::string text;
  for (const plan::BufferPlan &b : plan.buffers) {
    std::string rows = b.perToken ? "kChunk" : "1";
    if (b.element == plan::Element::U8)
      text += "  s." + b.name + " = codes_at(arena + " + std::to_string(b.offset) + ", " + rows + ", " +
              std::to_string(b.columns) + ");\n";
    else
      text += "  s." + b.name + " = reinterpret_cast<" + plan::elementName(b.element) + " *>(arena + " +
              std::to_string(b.offset) + ");\n";
  }
  return text;
}

/// Keys and values of one visit.
static std::string cacheStruct(const plan::ModelPlan &plan) {
  const bool codes = plan.cache.element == plan::Element::I8;
  Values values = {{"element", plan::elementName(plan.cache.element)},
                   {"head_size", std::to_string(plan.sizes.headSize)},
                   {"block", std::to_string(16 * plan.sizes.headSize)},
                   {"kv", std::to_string(plan.sizes.keyValueHeads)},
                   {"pad", codes ? "      " : ""}, // comments in a column
                   {"what_scales", codes ? "\n// A code stands for code * scale of its position and head." : ""}};
  values["scales"] = codes ? fill(R"(  f32 *key_scales;   // [$kv][kCachePositions]
  f32 *value_scales; // [$kv][kCachePositions]
)",
                                  values)
                           : "";
  values["scale_functions"] = codes ? R"(
  f32 *key_scales_of(i32 head) const { return key_scales + i64{head} * kCachePositions; }
  f32 *value_scales_of(i32 head) const { return value_scales + i64{head} * kCachePositions; }
)"
                                    : "";
  return fill(
      R"(// Keys and values of one visit of a block. Keys lie in blocks of 16 positions, so that vector lanes run over positions.$what_scales
struct Cache {
  $element *keys;   $pad// [$kv][kCachePositions / 16][$head_size][16]
  $element *values; $pad// [$kv][kCachePositions][$head_size]
$scales
  $element *keys_of(i32 head) const { return keys + i64{head} * kCachePositions * $head_size; }
  $element *values_of(i32 head) const { return values + i64{head} * kCachePositions * $head_size; }
  $element *key(i32 head, i32 position) const { return keys_of(head) + i64{position / 16} * $block + position % 16; }
  $element *value(i32 head, i32 position) const { return values_of(head) + i64{position} * $head_size; }
$scale_functions};

)",
      values);
}

std::string stateSection(const plan::ModelPlan &plan) {
  bool hasCodes = std::any_of(plan.buffers.begin(), plan.buffers.end(),
                              [](const plan::BufferPlan &b) { return b.element == plan::Element::U8; });
  std::string text;
  if (hasCodes)
    text += R"(// Rows of 8-bit activation codes; a code stands for (code - zero) * scale of its row.
struct Codes {
  u8 *codes;  // [tokens][columns]
  f32 *scale; // [tokens]
  i32 *zero;  // [tokens]

  Codes row(i32 token, i32 columns) const { return {codes + i64{token} * columns, scale + token, zero + token}; }
};

inline Codes codes_at(u8 *memory, i32 tokens, i32 columns) {
  f32 *scale = reinterpret_cast<f32 *>(memory + i64{tokens} * columns);
  return {memory, scale, reinterpret_cast<i32 *>(scale + tokens)};
}

)";
  text += cacheStruct(plan);
  text += "// What one thread works in, one token at a time.\nstruct Scratch {\n";
  std::vector<ScratchField> fields = scratchFields(plan);
  fields.pop_back();
  for (const ScratchField &f : fields) {
    bool codes = f.element == plan::Element::U8;
    text += codes ? "  Codes " + f.name : "  " + plan::elementName(f.element) + " *" + f.name;
    text += "; // [" + std::to_string(f.elements) + "]\n";
  }
  text += "};\n\n// What all threads share: rows of the tokens that are on their way through the layers. Buffers that "
          "are never\n"
          "// needed together share memory.\nstruct State {\n" +
          stateFields(plan) + "  Scratch *scratch; // [threads]\n};\n\n";
  text += R"(// `arena` has kActivationBytes, then kScratchBytes for each thread; all zero.
inline void lay_out(State &s, Scratch *scratch, u8 *arena, i32 threads) {
)" + statePointers(plan) +
          "  s.scratch = scratch;\n  for (i32 i = 0; i < threads; ++i) {\n    u8 *own = arena + kActivationBytes + "
          "u64(i) * kScratchBytes;\n";
  for (const ScratchField &f : fields) {
    std::string at = "own + " + std::to_string(f.offset);
    text += "    s.scratch[i]." + f.name + " = ";
    text += f.element == plan::Element::U8 ? "codes_at(" + at + ", 1, " + std::to_string(f.elements) + ");\n"
                                           : "reinterpret_cast<" + plan::elementName(f.element) + " *>(" + at + ");\n";
  }
  text += "  }\n}\n\n";
  text += R"(// Units [from, to) of a thread.
struct Range {
  i32 from, to;
};

// The part of `units` that belongs to a thread. It depends on nothing else, so a core meets the same weights again on
// every visit of a block.
inline Range share(i32 units, const Worker &me) { return {units * me.index / me.count, units * (me.index + 1) / me.count}; }

// The same range in smaller units.
inline Range times(Range range, i32 factor) { return {range.from * factor, range.to * factor}; }
)";
  return text;
}

} // namespace weebill::emit
