//===- SizeNames.h - Sizes of a model by their names -------------*- C++ -*-===//
//
// The emitted file says kModelColumns where a reader would have to guess what 640 is. A name is only given where its
// value is the number at hand. Tested by tests/unit/codegen/emit/SizeNamesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_SIZENAMES_H
#define WEEBILL_CODEGEN_EMIT_SIZENAMES_H

#include "codegen/plan/ModelPlan.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weebill::emit {

/// The constants that carry the names, in order: {"kModel", "96"}, with a note for a comment.
struct SizeConstant {
  std::string type, name, value, note;
};
std::vector<SizeConstant> sizeConstants(const plan::ModelPlan &plan);

/// "kQkvColumns": the columns of a buffer, padding included.
std::string columnsName(const plan::ModelPlan &plan, const plan::BufferPlan &buffer);

/// "kModel / 16", "kHeads + 2 * kKeyValueHeads": the units of a partition. The second: what a unit is, for a comment.
std::pair<std::string, std::string> unitsName(const plan::ModelPlan &plan, const plan::Partition &partition);

/// Whether the units of a partition are the heads of queries, keys and values, one after the other.
bool dealsOutHeads(const plan::ModelPlan &plan, const plan::Partition &partition);

/// "kHeads + kKeyValueHeads": the head of such a partition that has so many before it.
std::string headName(const plan::ModelPlan &plan, int64_t head);

/// "kHeadSize" or "16": columns of a unit.
std::string unitColumnsName(const plan::ModelPlan &plan, int64_t rows);

/// "kQueryScale" for the factor that makes scores of queries, else the number.
std::string scaleName(const plan::ModelPlan &plan, float scale);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_SIZENAMES_H
