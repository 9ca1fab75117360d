//===- EmitWeights.cpp - Structs of the weights and where they lie --------===//
//
// Tested by tests/emitted/test_exact.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/emit/BlockNumbers.h"
#include "codegen/emit/Sections.h"
#include "codegen/emit/Template.h"
#include "codegen/formats/Formats.h"
#include "codegen/weights/RopeTables.h"

#include <algorithm>

namespace weebill::emit {

/// "[576]", "576 + 192 + 192 rows of 576 columns".
static std::string shapeOf(const plan::WeightPlan &weight) {
  if (!weight.format->isMatrix())
    return "[" + std::to_string(weight.columns) + "]";
  std::string rows;
  for (int64_t part : weight.partRows)
    rows += (rows.empty() ? "" : " + ") + std::to_string(part);
  std::string text = rows + " rows of " + std::to_string(weight.columns) + " columns";
  if (weight.arrangement == plan::Arrangement::AlternatingBlocks && weight.partRows.size() > 1)
    text += ", a block of 16 of each in turn";
  return text;
}

/// Which blocks lack a field: "that have it in another format" if steps choose between it and others.
static std::string blocksWithout(const plan::ModelPlan &plan, const plan::WeightPlan &weight) {
  const int index = int(&weight - plan.weights.data());
  for (const plan::PhasePlan &phase : plan.decode.body)
    for (const plan::StepPlan &step : phase.steps)
      if (step.weights.size() > 1 && std::count(step.weights.begin(), step.weights.end(), index) != 0)
        return "that have it in another format";
  return "without it";
}

/// Fields of one of the two structs, comments in a column.
static std::string fields(const plan::ModelPlan &plan, bool perBlock) {
  size_t width = 0;
  for (const plan::WeightPlan &w : plan.weights)
    if (w.perBlock == perBlock)
      width = std::max(width, (w.format->member + w.name).size());
  std::string text;
  for (const plan::WeightPlan &w : plan.weights)
    if (w.perBlock == perBlock) {
      std::string field = "  " + (w.format->member + w.name) + ";";
      field.append(width + 4 - field.size(), ' ');
      text += field + "// " + shapeOf(w) + (w.isInAll() ? "" : "; null in blocks " + blocksWithout(plan, w)) + "\n";
    }
  return text;
}

/// "kDownQ80At": the table of where a field that only some blocks have lies in each.
static std::string placesName(const plan::WeightPlan &weight) { return blockTableName(weight.name + "_at"); }

/// "w.qkv = {...}": pointers into the file from `base` on.
static std::string assignment(const plan::WeightPlan &weight, const weights::FieldLayout &field,
                              const std::string &target, const std::string &base) {
  const std::string find = field.blockOffsets.empty() ? "at<" : "at_or_null<";
  const std::string from = field.blockOffsets.empty() ? base : "content, " + placesName(weight) + "[i]";
  std::string arrays;
  for (size_t i = 0; i < field.arrays.size(); ++i)
    arrays += (i ? ", " : "") + find + std::string(weight.format->arrays[i].type) + ">(" + from + ", " +
              std::to_string(field.arrays[i].offset) + ")";
  return "  " + target + "." + weight.name + " = " + (weight.format->isMatrix() ? "{" + arrays + "}" : arrays) + ";\n";
}

static bool uses(const plan::ModelPlan &plan, const formats::WeightFormat *format) {
  return std::any_of(plan.weights.begin(), plan.weights.end(),
                     [&](const plan::WeightPlan &weight) { return weight.format == format; });
}

/// RoPE's tables: where they are declared, where they are found, and which one a block has if there are several.
struct RopeText {
  std::string ofModel, ofBlock, tables, inModel, inBlock;
};

static RopeText ropeText(const plan::ModelPlan &plan, const weights::WeightsLayout &layout) {
  if (!layout.section("rope_cosine") || !layout.section("rope_sine"))
    return {}; // a model without rotations has no angles
  const std::vector<int64_t> tables = weights::ropeTableOfBlocks(weights::ropeFrequenciesOf(plan));
  const std::string declaration = "  const f32 *cosine, *sine; // [positions][" +
                                  std::to_string(plan.sizes.headSize / 2) +
                                  "] of RoPE's angles, made by the compiler\n";
  const auto found = [&](const std::string &line, const char *section, const std::string &shift) {
    return line + " = at<f32>(content, " + std::to_string(layout.section(section)->array.offset) + shift + ");\n";
  };
  RopeText text;
  if (tables.empty()) {
    text.ofModel = declaration;
    text.inModel = found("  model.cosine", "rope_cosine", "") + found("  model.sine", "rope_sine", "");
    return text;
  }
  text.ofBlock = declaration;
  const int64_t count = *std::max_element(tables.begin(), tables.end()) + 1;
  const std::string shift =
      " + u64{kRopeTable[i]} * " + std::to_string(layout.section("rope_cosine")->array.bytes / count);
  text.inBlock = found("    w.cosine", "rope_cosine", shift) + found("    w.sine", "rope_sine", shift);
  std::vector<std::string> numbers;
  for (int64_t table : tables)
    numbers.push_back(std::to_string(table));
  text.tables = blockTable("The table of angles of each block.", "u16", "kRopeTable", numbers);
  return text;
}

/// Where blocks that differ lie, and what they differ in: tables of offsets in the content.
static std::string placesOfBlocks(const plan::ModelPlan &plan, const weights::WeightsLayout &layout) {
  if (layout.blockStarts.empty())
    return "";
  const auto words = [](const std::vector<int64_t> &offsets) {
    std::vector<std::string> list;
    for (int64_t offset : offsets)
      list.push_back(std::to_string(offset));
    return list;
  };
  std::string text = blockTable("Where each block begins.", "u64", "kBlockAt", words(layout.blockStarts));
  for (const plan::WeightPlan &weight : plan.weights)
    if (!weight.isInAll())
      text += blockTable("Where " + weight.name + " lies; 0 in blocks " + blocksWithout(plan, weight) + ".", "u64",
                         placesName(weight), words(layout.field(weight.name)->blockOffsets));
  return text;
}

std::string weightsSection(const plan::ModelPlan &plan, const weights::WeightsLayout &layout) {
  std::string text;
  for (const formats::WeightFormat *format : formats::kFormats)
    if (uses(plan, format))
      text += format->structText;
  const RopeText rope = ropeText(plan, layout);
  const BlockNumbers numbers = blockNumbers(plan);
  text += "struct BlockWeights {\n" + fields(plan, true) + rope.ofBlock + numbers.fields + "};\n\n";
  text += "struct Weights {\n" + fields(plan, false);
  text += rope.ofModel + "  BlockWeights blocks[kBlocks];\n};\n\n" + rope.tables + numbers.tables;
  text += placesOfBlocks(plan, layout);

  text += R"(// Arrays begin at multiples of 64 bytes.
template <class T> const T *at(const u8 *base, u64 offset) { return reinterpret_cast<const T *>(base + offset); }

)";
  if (!layout.blockStarts.empty())
    text += R"(// The same of what not every block has.
template <class T> const T *at_or_null(const u8 *content, u64 field, u64 offset) {
  return field == 0 ? nullptr : at<T>(content, field + offset);
}

)";
  text +=
      layout.blockStarts.empty()
          ? "// Finds every weight in the content of the weights file. Blocks follow each other at equal distances.\n"
          : "// Finds every weight in the content of the weights file.\n";
  text += "inline Weights locate_weights(const u8 *content) {\n  Weights model;\n";
  for (const plan::WeightPlan &w : plan.weights)
    if (!w.perBlock)
      text += assignment(w, *layout.field(w.name), "model", "content");
  text += rope.inModel;
  text += "  for (i32 i = 0; i < kBlocks; ++i) {\n";
  text += "    const u8 *block = content + " +
          (layout.blockStarts.empty()
               ? std::to_string(layout.blocksOffset) + " + u64(i) * " + std::to_string(layout.blockStride)
               : std::string("kBlockAt[i]")) +
          ";\n";
  text += "    BlockWeights &w = model.blocks[i];\n";
  for (const plan::WeightPlan &w : plan.weights)
    if (w.perBlock)
      text += "  " + assignment(w, *layout.field(w.name), "w", "block");
  text += rope.inBlock + numbers.assignments + "  }\n  return model;\n}\n";
  return text;
}

} // namespace weebill::emit
