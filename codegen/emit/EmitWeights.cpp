//===- EmitWeights.cpp - Structs of the weights and where they lie --------===//
//
// Tested by tests/emitted/test_exact.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"

#include <stdexcept>

namespace weebill::emit {

static std::string typeOf(const plan::WeightPlan &weight) {
  switch (weight.kind) {
  case plan::WeightKind::Vector:
    return "const f32 *";
  case plan::WeightKind::MatrixF32:
    return "LinearF32 ";
  case plan::WeightKind::MatrixF16:
    return "LinearF16 ";
  case plan::WeightKind::MatrixInt8:
    return "LinearInt8 ";
  }
  throw std::logic_error("a weight of an unknown kind");
}

/// "[576]", "576 + 192 + 192 rows of 576 columns".
static std::string shapeOf(const plan::WeightPlan &weight) {
  if (weight.kind == plan::WeightKind::Vector)
    return "[" + std::to_string(weight.columns) + "]";
  std::string rows;
  for (int64_t part : weight.partRows)
    rows += (rows.empty() ? "" : " + ") + std::to_string(part);
  std::string text = rows + " rows of " + std::to_string(weight.columns) + " columns";
  if (weight.arrangement == plan::Arrangement::AlternatingBlocks && weight.partRows.size() > 1)
    text += ", a block of 16 of each in turn";
  return text;
}

/// Fields of one of the two structs, comments in a column.
static std::string fields(const plan::ModelPlan &plan, bool perBlock) {
  size_t width = 0;
  for (const plan::WeightPlan &w : plan.weights)
    if (w.perBlock == perBlock)
      width = std::max(width, typeOf(w).size() + w.name.size());
  std::string text;
  for (const plan::WeightPlan &w : plan.weights)
    if (w.perBlock == perBlock) {
      std::string field = "  " + typeOf(w) + w.name + ";";
      field.append(width + 4 - field.size(), ' ');
      text += field + "// " + shapeOf(w) + "\n";
    }
  return text;
}

/// "w.qkv = {...}": pointers into the file from `base` on.
static std::string assignment(const plan::WeightPlan &weight, const weights::FieldLayout &field,
                              const std::string &target, const std::string &base) {
  auto at = [&](const char *type, const weights::ArrayLayout &array) {
    return "at<" + std::string(type) + ">(" + base + ", " + std::to_string(array.offset) + ")";
  };
  std::string text = "  " + target + "." + weight.name + " = ";
  switch (weight.kind) {
  case plan::WeightKind::Vector:
    return text + at("f32", field.values) + ";\n";
  case plan::WeightKind::MatrixF32:
    return text + "{" + at("f32", field.values) + "};\n";
  case plan::WeightKind::MatrixF16:
    return text + "{" + at("f16", field.values) + "};\n";
  case plan::WeightKind::MatrixInt8:
    return text + "{" + at("i8", field.values) + ", " + at("f32", field.scale) + ", " + at("i32", field.rowSum) +
           "};\n";
  }
  throw std::logic_error("a weight of an unknown kind");
}

static bool uses(const plan::ModelPlan &plan, plan::WeightKind kind) {
  for (const plan::WeightPlan &w : plan.weights)
    if (w.kind == kind)
      return true;
  return false;
}

std::string weightsSection(const plan::ModelPlan &plan, const weights::WeightsLayout &layout) {
  std::string text;
  if (uses(plan, plan::WeightKind::MatrixInt8))
    text +=
        R"(// A matrix of 8-bit rows, in blocks of 16 rows: values [rows / 16][columns / 4][16][4], columns padded to 64.
struct LinearInt8 {
  const i8 *values;
  const f32 *scale;   // [rows] what one step of a value is worth
  const i32 *row_sum; // [rows] sum of the row's values, for the zero point of the activations
};

)";
  if (uses(plan, plan::WeightKind::MatrixF32))
    text += R"(// A matrix of float32 rows, in blocks of 16 rows.
struct LinearF32 {
  const f32 *values; // [rows / 16][columns][16]
};

)";
  if (uses(plan, plan::WeightKind::MatrixF16))
    text += R"(// A matrix of float16 rows, in blocks of 16 rows; a number becomes float32 as it is read.
struct LinearF16 {
  const f16 *values; // [rows / 16][columns][16]
};

)";
  text += "struct BlockWeights {\n" + fields(plan, true) + "};\n\n";
  text += "struct Weights {\n" + fields(plan, false);
  std::string half = std::to_string(plan.sizes.headSize / 2);
  text += "  const f32 *cosine, *sine; // [positions][" + half + "] of RoPE's angles, made by the compiler\n";
  text += "  BlockWeights blocks[kBlocks];\n};\n\n";

  text += R"(// Arrays begin at multiples of 64 bytes.
template <class T> const T *at(const u8 *base, u64 offset) { return reinterpret_cast<const T *>(base + offset); }

// Finds every weight in the content of the weights file. Blocks follow each other at equal distances.
inline Weights locate_weights(const u8 *content) {
  Weights model;
)";
  for (const plan::WeightPlan &w : plan.weights)
    if (!w.perBlock)
      text += assignment(w, *layout.field(w.name), "model", "content");
  text += "  model.cosine = at<f32>(content, " + std::to_string(layout.section("rope_cosine")->array.offset) + ");\n";
  text += "  model.sine = at<f32>(content, " + std::to_string(layout.section("rope_sine")->array.offset) + ");\n";
  text += "  for (i32 i = 0; i < kBlocks; ++i) {\n";
  text += "    const u8 *block = content + " + std::to_string(layout.blocksOffset) + " + u64(i) * " +
          std::to_string(layout.blockStride) + ";\n";
  text += "    BlockWeights &w = model.blocks[i];\n";
  for (const plan::WeightPlan &w : plan.weights)
    if (w.perBlock)
      text += "  " + assignment(w, *layout.field(w.name), "w", "block");
  text += "  }\n  return model;\n}\n";
  return text;
}

} // namespace weebill::emit
