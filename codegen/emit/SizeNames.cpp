//===- SizeNames.cpp - Sizes of a model by their names --------------------===//

#include "codegen/emit/SizeNames.h"

#include "codegen/plan/Contract.h"
#include "codegen/print/FloatLiteral.h"

#include <cmath>

namespace weebill::emit {

static int64_t allHeads(const plan::Sizes &s) { return s.heads + 2 * s.keyValueHeads; }

static float queryScale(const plan::Sizes &s) {
  return static_cast<float>(1 / std::sqrt(static_cast<double>(s.headSize)));
}

std::vector<SizeConstant> sizeConstants(const plan::ModelPlan &plan) {
  const plan::Sizes &s = plan.sizes;
  const auto number = [](int64_t value) { return std::to_string(value); };
  return {{"i32", "kModel", number(s.model), "the residual stream"},
          {"i32", "kHidden", number(s.hidden), "the feed-forward half"},
          {"i32", "kHeads", number(s.heads), "of queries"},
          {"i32", "kKeyValueHeads", number(s.keyValueHeads), "of keys, and of values"},
          {"i32", "kHeadSize", number(s.headSize), ""},
          {"i32", "kGroupColumns", "kHeads / kKeyValueHeads * kHeadSize", "queries of a key-value head"},
          {"f32", "kQueryScale", print::floatLiteral(queryScale(s)), "1 / square root of kHeadSize"},
          {"i32", "kModelColumns", number(plan::paddedColumns(s.model)), "of buffers: padded to 64"},
          {"i32", "kHiddenColumns", number(plan::paddedColumns(s.hidden)), ""},
          {"i32", "kQueryColumns", number(plan::paddedColumns(s.heads * s.headSize)), ""},
          {"i32", "kKeyValueColumns", number(plan::paddedColumns(s.keyValueHeads * s.headSize)), ""},
          {"i32", "kQkvColumns", number(plan::paddedColumns(allHeads(s) * s.headSize)), ""},
          {"i32", "kVocabularyColumns", number(plan::paddedColumns(s.vocabulary)), ""}};
}

std::string columnsName(const plan::ModelPlan &plan, const plan::BufferPlan &buffer) {
  const plan::Sizes &s = plan.sizes;
  const auto is = [&](auto... names) { return ((buffer.name == names) || ...); };
  const bool isHidden = is("hidden", "codes_hidden", "gate", "up", "gate_up", "gate_up_mixed", "gated_product_mixed"),
             isQkv = is("qkv"), isQuery = is("query", "mixed"), isKeyOrValue = is("key", "value"),
             isLogits = is("logits");
  const auto [name, columns] = isHidden       ? std::pair("kHiddenColumns", s.hidden)
                               : isQkv        ? std::pair("kQkvColumns", allHeads(s) * s.headSize)
                               : isQuery      ? std::pair("kQueryColumns", s.heads * s.headSize)
                               : isKeyOrValue ? std::pair("kKeyValueColumns", s.keyValueHeads * s.headSize)
                               : isLogits     ? std::pair("kVocabularyColumns", s.vocabulary)
                                              : std::pair("kModelColumns", s.model);
  return buffer.columns == plan::paddedColumns(columns) ? name : std::to_string(buffer.columns);
}

bool dealsOutHeads(const plan::ModelPlan &plan, const plan::Partition &partition) {
  const plan::Sizes &s = plan.sizes;
  return partition.share == plan::Share::Columns && partition.unitColumns == s.headSize &&
         partition.units == allHeads(s);
}

std::pair<std::string, std::string> unitsName(const plan::ModelPlan &plan, const plan::Partition &partition) {
  const plan::Sizes &s = plan.sizes;
  const int64_t unit = partition.unitColumns, units = partition.units;
  if (dealsOutHeads(plan, partition))
    return {"kHeads + 2 * kKeyValueHeads", "heads: of queries, of keys, of values"};
  if (unit == s.headSize && units == s.heads && s.heads != s.keyValueHeads)
    return {"kHeads", "heads of queries"};
  if (unit == s.headSize && units == s.keyValueHeads && s.heads != s.keyValueHeads)
    return {"kKeyValueHeads", "heads of keys or of values"};
  const std::string rows = std::to_string(unit), note = "units of " + rows + " rows";
  const std::pair<std::string, int64_t> sizes[] = {
      {"kModel", s.model}, {"kHidden", s.hidden}, {"kVocabulary", s.vocabulary}};
  for (const auto &[name, size] : sizes)
    if (unit * units == size)
      return {name + " / " + rows, note};
  for (const auto &[name, size] : sizes)
    if ((size + unit - 1) / unit == units)
      return {"(" + name + " + " + std::to_string(unit - 1) + ") / " + rows, note};
  return {std::to_string(units), note};
}

std::string headName(const plan::ModelPlan &plan, int64_t head) {
  const plan::Sizes &s = plan.sizes;
  return head == s.heads                     ? "kHeads"
         : head == s.heads + s.keyValueHeads ? "kHeads + kKeyValueHeads"
                                             : std::to_string(head);
}

std::string unitColumnsName(const plan::ModelPlan &plan, int64_t rows) {
  return rows == plan.sizes.headSize ? "kHeadSize" : std::to_string(rows);
}

std::string scaleName(const plan::ModelPlan &plan, float scale) {
  return scale == queryScale(plan.sizes) && scale != 1 ? "kQueryScale" : print::floatLiteral(scale);
}

} // namespace weebill::emit
