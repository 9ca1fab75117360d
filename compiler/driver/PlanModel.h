//===- PlanModel.h - From a model file to a plan -----------------*- C++ -*-===//
//
// Import, IR, passes, plan: what every command needs of a model. Tested by tests/lit/tools/weebill-input-errors.test
// and tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_PLANMODEL_H
#define WEEBILL_COMPILER_DRIVER_PLANMODEL_H

#include "codegen/plan/ModelPlan.h"
#include "codegen/weights/Layout.h"
#include "compiler/driver/Options.h"
#include "compiler/driver/Progress.h"
#include "compiler/import/ImportedModel.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::driver {

struct PlannedModel {
  importer::ImportedModel model;
  plan::ModelPlan plan;
  std::vector<uint8_t> tokenizer; // the weights file's section; empty: the model has none
  weights::WeightsLayout layout;
};

/// Steps that planModel counts on the progress line.
constexpr int kPlanSteps = 2;

/// Throws InputError: about the file, about options that do not fit it, or with the first complaint of a pass. `name`
/// is what the program is called; empty: the model file's stem.
PlannedModel planModel(const ModelOptions &options, const std::string &name, Progress &progress);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_PLANMODEL_H
