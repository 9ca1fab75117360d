//===- BlockNumbers.h - Numbers that each block has for itself ---*- C++ -*-===//
//
// Windows and scales where blocks differ in them: a table in the emitted file, and a field of BlockWeights that is
// filled from it, so that one loop goes over all blocks. Tested by tests/emitted/test_layers.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_BLOCKNUMBERS_H
#define WEEBILL_CODEGEN_EMIT_BLOCKNUMBERS_H

#include "codegen/plan/ModelPlan.h"

#include <string>

namespace weebill::emit {

struct BlockNumbers {
  std::string fields, tables, assignments; // empty where blocks do not differ
};

BlockNumbers blockNumbers(const plan::ModelPlan &plan);

/// The field with the scale of a step whose blocks differ in it: "rope_query_scale".
std::string scaleField(const plan::StepPlan &step);

/// "rope_query_scale": "kRopeQueryScale".
std::string blockTableName(const std::string &field);

/// "constexpr u16 kRopeTable[kBlocks] = {0, 1, 0, 1};" with a comment above it, in lines of up to 24.
std::string blockTable(const std::string &comment, const std::string &type, const std::string &name,
                       const std::vector<std::string> &values);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_BLOCKNUMBERS_H
