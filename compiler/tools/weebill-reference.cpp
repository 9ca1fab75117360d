//===- weebill-reference.cpp - Runs a model by definition -----------------===//
//
// Imports a model, runs passes, and evaluates the module with the reference interpreter: what the emitted program must
// print, slowly. Tested by tests/emitted/test_reference.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/EqualTensors.h"
#include "compiler/api/ObservedTensors.h"
#include "compiler/api/Quantization.h"
#include "compiler/frontend/BuildModel.h"
#include "compiler/passes/Passes.h"
#include "compiler/passes/Pipeline.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/reference/PassVerifier.h"
#include "compiler/tools/WriteNpy.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/CommandLine.h"

#include <algorithm>

using namespace mlir;
using namespace weebill;

namespace cl = llvm::cl;

static cl::OptionCategory category("weebill-reference");

static cl::opt<std::string> modelPath(cl::Positional, cl::Required, cl::desc("MODEL"), cl::cat(category));
static cl::list<int> prompt("tokens", cl::CommaSeparated, cl::OneOrMore, cl::value_desc("ids"), cl::cat(category),
                            cl::desc("Token ids of the prompt, separated by commas"));
static cl::opt<int> newTokens("n", cl::init(0), cl::value_desc("tokens"), cl::cat(category),
                              cl::desc("Tokens to continue with, the most likely one each time"));
static cl::opt<reference::Arithmetic>
    mode("mode", cl::init(reference::Arithmetic::Double), cl::cat(category), cl::desc("Arithmetic"),
         cl::values(clEnumValN(reference::Arithmetic::Double, "double", "what the ops mean"),
                    clEnumValN(reference::Arithmetic::Exact, "exact", "docs/numerics.md to the bit")));
static cl::opt<std::string> pipelineText("passes", cl::value_desc("pipeline"), cl::cat(category),
                                         cl::desc("Passes to run first, as in weebill-opt's --pass-pipeline"));
static cl::opt<options::WeightFormat> weightsForm("weights", cl::cat(category),
                                                  cl::desc("Storage of matrices; runs the compiler's passes"));
static cl::opt<std::string> recipe("recipe", cl::value_desc("file"), cl::cat(category),
                                   cl::desc("Formats of matrices, for --weights=mixed"));
static cl::opt<double> bits("bits", cl::value_desc("number"), cl::cat(category),
                            cl::desc("Bits of a weight, for --weights=mixed"));
static cl::opt<std::string> calibration("calibrate", cl::value_desc("file"), cl::cat(category),
                                        cl::desc("Text that weights of groups are rounded for"));
static cl::opt<options::Activations> activations("activations", cl::cat(category),
                                                 cl::desc("Rows that matrices read; runs the compiler's passes"));
static cl::opt<options::CacheFormat> cache("cache", cl::cat(category),
                                           cl::desc("Element of keys and values; runs the compiler's passes"));
static cl::opt<int64_t> cachePositions("context", cl::value_desc("positions"), cl::cat(category),
                                       cl::desc("Positions that the cache holds; runs the compiler's passes"));
static cl::opt<options::Rotation> rotation("rotation", cl::init(options::Rotation::None), cl::cat(category),
                                           cl::desc("Spread outliers of activations, as weebill build does"));
static cl::opt<std::string> logitsPath("logits", cl::value_desc("file.npy"), cl::cat(category),
                                       cl::desc("Where to write the prompt's logits, float32 [tokens][vocabulary]"));
static cl::opt<bool> printModule("print-module", cl::cat(category),
                                 cl::desc("Print the module after the passes and run nothing"));
static cl::opt<bool> verifyPasses("verify-passes", cl::cat(category),
                                  cl::desc("Run the model before and after each pass, and stop at the first that "
                                           "changes what it computes"));

/// The passes of a pipeline with or without its anchor: a second builtin.module would look for modules inside the
/// module and run on none.
static llvm::StringRef withoutAnchor(llvm::StringRef pipeline) {
  llvm::StringRef inner = pipeline.trim();
  return inner.consume_front("builtin.module(") && inner.consume_back(")") ? inner : pipeline;
}

/// The passes that the command line asks for: those that it names, or the compiler's own.
static void runPasses(ModuleOp module, const importer::TensorSource &source) {
  PassManager manager(module.getContext());
  std::string wrong;
  if (verifyPasses)
    manager.addInstrumentation(
        std::make_unique<reference::PassVerifier>(&source, [&](const std::string &what) { wrong = what; }));
  if (!pipelineText.empty()) {
    if (failed(parsePassPipeline(withoutAnchor(pipelineText), manager)))
      throw importer::InputError("--passes: '" + pipelineText + "' is not a pipeline");
  } else if (weightsForm.getNumOccurrences() || activations.getNumOccurrences() || cache.getNumOccurrences() ||
             cachePositions.getNumOccurrences()) {
    passes::PipelineOptions pipeline;
    if (weightsForm.getNumOccurrences())
      pipeline.weights = options::asPassesKnowIt(weightsForm);
    if (activations.getNumOccurrences())
      pipeline.activations = activations.getValue();
    if (pipeline.weights == options::WeightFormat::Keep)
      pipeline.tensors = importer::typesOfTensors(source);
    if (cache.getNumOccurrences())
      pipeline.cache = cache.getValue();
    if (cachePositions.getNumOccurrences())
      pipeline.context = cachePositions.getValue();
    passes::buildWeebillPipeline(manager, pipeline);
  }
  if (failed(manager.run(module)))
    throw importer::InputError(modelPath + ": the passes failed");
  if (!wrong.empty())
    throw importer::InputError(modelPath + ": " + wrong);
}

/// Floats as the codes that the command line asks for.
static importer::ImportedModel quantized(const importer::ImportedModel &model) {
  api::CompileOptions options;
  options.weights = weightsForm.getValue();
  options.recipe = recipe;
  options.calibration = calibration;
  if (bits.getNumOccurrences())
    options.bits = bits;
  api::Observer observer;
  const auto quantization = api::quantize(options, model, api::findEqualTensors(*model.source), observer);
  return quantization ? quantization->of(model) : model;
}

static void printContinuation(const std::vector<int32_t> &ids,
                              const std::optional<importer::TokenizerData> &tokenizer) {
  std::string text;
  for (size_t i = 0; i < ids.size(); ++i) {
    llvm::outs() << (i ? "," : "") << ids[i];
    if (tokenizer && ids[i] < int32_t(tokenizer->tokens.size()))
      text += tokenizer->tokens[ids[i]];
  }
  llvm::outs() << "\n" << text << "\n";
}

static int32_t mostLikely(llvm::ArrayRef<float> logits) {
  return std::max_element(logits.begin(), logits.end()) - logits.begin();
}

static void run() {
  importer::ImportedModel model = importer::importModel(modelPath);
  api::Observer observer;
  model = api::observedModel(model, rotation, observer);
  if (weightsForm.getNumOccurrences())
    model = quantized(model);
  MLIRContext context;
  OwningOpRef<ModuleOp> module = frontend::buildModel(context, model);
  runPasses(*module, *model.source);
  if (printModule) {
    module->print(llvm::outs());
    return;
  }

  reference::Interpreter interpreter(*module, *model.source, mode);
  int64_t vocabulary = model.architecture.vocabulary;
  std::vector<int32_t> tokens(prompt.begin(), prompt.end());
  std::vector<float> logits =
      interpreter.run(tokens, logitsPath.empty() ? reference::Logits::Last : reference::Logits::All);
  if (!logitsPath.empty())
    tools::writeNpy(logitsPath, logits, tokens.size(), vocabulary);

  std::vector<int32_t> continuation;
  for (int i = 0; i < newTokens; ++i) {
    continuation.push_back(mostLikely(llvm::ArrayRef(logits).take_back(vocabulary)));
    if (i + 1 < newTokens)
      logits = interpreter.run(continuation.back(), reference::Logits::Last);
  }
  if (newTokens > 0)
    printContinuation(continuation, model.tokenizer);
}

int main(int argc, char **argv) {
  passes::registerWeebillPasses();
  cl::HideUnrelatedOptions(category);
  if (!cl::ParseCommandLineOptions(argc, argv, "weebill-reference: runs a model by definition\n", &llvm::errs()))
    return 2;
  try {
    run();
  } catch (const importer::InputError &error) {
    llvm::errs() << "weebill-reference: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
