//===- Lowering.cpp - From an imported model to its plan ------------------===//
//
// Tested by tests/unit/compiler/api/IrTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/Lowering.h"

#include "compiler/frontend/BuildModel.h"
#include "compiler/passes/Pipeline.h"
#include "compiler/planner/BuildModelPlan.h"
#include "compiler/reference/Interpreter.h"

#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>

namespace weebill::api {

namespace {

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

  /// A failure without a reason is a fault of a pass, not of the model.
  [[noreturn]] void raise(const std::string &path) const {
    if (text.empty())
      throw std::logic_error("'" + path + "': the passes failed without a reason");
    throw importer::InputError("'" + path + "': " + text);
  }

private:
  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

/// A module and what it needs to live.
class Lowering {
public:
  Lowering(const importer::ImportedModel &model)
      : model(model), context(mlir::MLIRContext::Threading::DISABLED), error(context) { // the module is small
    context.printOpOnDiagnostic(false); // users see one sentence, not the op
    module = frontend::buildModel(context, model);
    if (!module)
      error.raise(model.path);
  }

  void run(const CompileOptions &options, const EqualTensors &equal, const std::vector<std::string> &skip) {
    passes::PipelineOptions pipeline;
    pipeline.weights = options::asPassesKnowIt(*options.weights);
    pipeline.activations = *options.activations;
    pipeline.cache = *options.cache;
    pipeline.store = options.store;
    if (pipeline.weights == WeightFormat::Keep)
      pipeline.tensors = importer::typesOfTensors(*model.source);
    pipeline.context = *options.context;
    std::vector<std::string> pairs;
    for (const auto &[first, copy] : equal)
      pairs.push_back(first + "=" + copy);
    pipeline.equal = pairs;
    pipeline.skip = skip;
    mlir::PassManager passes(&context);
    passes::buildWeebillPipeline(passes, pipeline);
    if (mlir::failed(passes.run(*module)))
      error.raise(model.path);
  }

  const importer::ImportedModel &model;
  mlir::MLIRContext context;
  FirstError error;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

} // namespace

plan::ModelPlan planOf(const importer::ImportedModel &model, const CompileOptions &options, const EqualTensors &equal) {
  Lowering lowering(model);
  lowering.run(options, equal, options.skipPasses);
  try {
    return planner::buildModelPlan(*lowering.module);
  } catch (const importer::InputError &problem) { // of a module that all passes took: not the model's fault
    throw std::logic_error("'" + model.path + "': " + problem.what());
  }
}

/// In parts, with looks at the observer between them.
static void readTokens(reference::Interpreter &interpreter, llvm::ArrayRef<int32_t> tokens, Observer &observer) {
  constexpr size_t kTokensAtOnce = 32;
  for (llvm::ArrayRef<int32_t> rest = tokens; !rest.empty();) {
    stopIfCancelled(observer);
    interpreter.run(rest.take_front(kTokensAtOnce), reference::Logits::Last);
    rest = rest.drop_front(std::min(kTokensAtOnce, rest.size()));
    observer.progress(interpreter.position(), int64_t(tokens.size()));
  }
}

std::vector<weights::CachedVisit> cacheAfter(const std::vector<int32_t> &tokens, const importer::ImportedModel &model,
                                             const CompileOptions &options, const EqualTensors &equal,
                                             Observer &observer) {
  Lowering lowering(model);
  lowering.run(options, equal, options.skipPasses);
  reference::Interpreter interpreter(*lowering.module, *model.source, reference::Arithmetic::Exact);
  readTokens(interpreter, tokens, observer);
  std::vector<weights::CachedVisit> visits;
  for (reference::CacheContents &visit : interpreter.cacheContents())
    visits.push_back({std::move(visit.keys), std::move(visit.values), std::move(visit.keyScales),
                      std::move(visit.valueScales), std::move(visit.rows)});
  return visits;
}

void observeProducts(const std::vector<int32_t> &tokens, const importer::ImportedModel &model,
                     const importer::TensorSource &floats, const CompileOptions &options, const EqualTensors &equal,
                     Observer &observer, const std::function<void(const reference::ProductError &)> &each) {
  Lowering lowering(model);
  lowering.run(options, equal, options.skipPasses);
  reference::Interpreter interpreter(*lowering.module, *model.source, reference::Arithmetic::Double);
  interpreter.observeProducts(each, floats);
  readTokens(interpreter, tokens, observer);
}

std::string irAfter(std::string_view pass, const importer::ImportedModel &model, const CompileOptions &options,
                    const EqualTensors &equal) {
  const std::vector<std::string> &flags = passFlags();
  const auto last = std::find(flags.begin(), flags.end(), pass);
  if (const std::string problem = problemOfWord(std::string(pass), flags); !problem.empty())
    throw importer::InputError("there is no IR after that pass: " + problem);
  std::vector<std::string> skip = options.skipPasses;
  if (std::find(skip.begin(), skip.end(), pass) != skip.end())
    throw importer::InputError("there is no IR after '" + std::string(pass) + "': it was left out");
  skip.insert(skip.end(), last + 1, flags.end());
  Lowering lowering(model);
  lowering.run(options, equal, skip);
  std::string text;
  llvm::raw_string_ostream stream(text);
  lowering.module->print(stream);
  return text + "\n";
}

const std::vector<std::string> &passFlags() { return passes::pipelineFlags(); }

} // namespace weebill::api
