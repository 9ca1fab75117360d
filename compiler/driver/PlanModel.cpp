//===- PlanModel.cpp - From a model file to a plan ------------------------===//
//
// Tested by tests/lit/tools/weebill-input-errors.test and tests/emitted/test_build_command.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/PlanModel.h"

#include "compiler/driver/EqualTensors.h"
#include "compiler/driver/TokenizerSection.h"
#include "compiler/frontend/BuildModel.h"
#include "compiler/import/rotate/RotateModel.h"
#include "compiler/passes/Pipeline.h"
#include "compiler/planner/BuildModelPlan.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/Twine.h"

#include <algorithm>

namespace weebill::driver {

namespace {

constexpr int64_t kDefaultContext = 2048;

/// Keeps the first error that MLIR reports, as one sentence: where in the model, and what.
class FirstError {
public:
  explicit FirstError(mlir::MLIRContext &context)
      : handler(&context, [this](mlir::Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error || !text.empty())
            return;
          if (auto place = mlir::dyn_cast<mlir::NameLoc>(diagnostic.getLocation()))
            text = place.getName().str() + ": ";
          text += diagnostic.str();
          for (const mlir::Diagnostic &note : diagnostic.getNotes())
            text += "; " + note.str();
        }) {}

  [[noreturn]] void raise(const std::string &path) const {
    throw importer::InputError("'" + path + "': " + (text.empty() ? "the passes failed without a reason" : text));
  }

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

/// A file's stem with what is unsafe in names replaced.
std::string safeName(std::string stem) {
  for (char &c : stem)
    if (!isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '-')
      c = '-';
  stem.erase(0, std::min(stem.find_first_not_of(".-"), stem.size()));
  return stem.empty() ? "model" : stem;
}

int64_t chooseContext(const ModelOptions &options, const importer::ImportedModel &model) {
  const int64_t trained = model.architecture.context;
  if (!options.context)
    return std::min(trained, kDefaultContext);
  if (*options.context > trained)
    throw importer::InputError("'" + model.path + "': --context " + std::to_string(*options.context) +
                               " is more than the " + std::to_string(trained) + " tokens that the model was made for");
  return *options.context;
}

void fillPipeline(passes::PipelineOptions &pipeline, const ModelOptions &options,
                  const importer::ImportedModel &model) {
  pipeline.weights = options.weights;
  pipeline.activations = options.activations;
  pipeline.store = options.store;
  pipeline.cache = options.cache;
  pipeline.context = chooseContext(options, model);
  std::vector<std::string> equal;
  if (!model.randomSeed) // random weights have no copies, and looking for them would make many rows
    for (const auto &[first, copy] : findEqualTensors(*model.source))
      equal.push_back(first + "=" + copy);
  pipeline.equal = equal;
  pipeline.skip = options.skipPasses;
  if (const std::string unknown = passes::unknownPass(pipeline); !unknown.empty())
    throw importer::InputError("there is no pass '" + unknown + "' to skip");
}

plan::ModelPlan planOf(const importer::ImportedModel &model, const ModelOptions &options) {
  mlir::MLIRContext context(mlir::MLIRContext::Threading::DISABLED); // the module is small
  context.printOpOnDiagnostic(false);                                // users see one sentence, not the op
  FirstError error(context);
  mlir::OwningOpRef<mlir::ModuleOp> module = frontend::buildModel(context, model);
  if (!module)
    error.raise(model.path);
  passes::PipelineOptions pipeline;
  fillPipeline(pipeline, options, model);
  mlir::PassManager passes(&context);
  passes::buildWeebillPipeline(passes, pipeline);
  if (mlir::failed(passes.run(*module)))
    error.raise(model.path);
  return planner::buildModelPlan(*module);
}

} // namespace

PlannedModel planModel(const ModelOptions &options, const std::string &name, Progress &progress) {
  PlannedModel planned;
  progress.step("read " + options.model);
  planned.model = importer::importModel(options.model);
  if (options.rotates())
    if (std::optional<importer::ImportedModel> rotated = rotate::rotateModel(planned.model))
      planned.model = std::move(*rotated);
  planned.model.name = name.empty() ? safeName(planned.model.name) : name;
  progress.step("plan");
  planned.plan = planOf(planned.model, options);
  if (planned.model.tokenizer)
    planned.tokenizer = tokenizerSection(*planned.model.tokenizer);
  std::vector<weights::ExtraSection> extra;
  if (!planned.tokenizer.empty())
    extra.push_back({"tokenizer", int64_t(planned.tokenizer.size())});
  planned.layout = weights::layOutWeights(planned.plan, extra);
  return planned;
}

} // namespace weebill::driver
