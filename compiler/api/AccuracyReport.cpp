//===- AccuracyReport.cpp - What was measured, in the report --------------===//
//
// Tested by tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/AccuracyReport.h"

#include "codegen/report/Accuracy.h"
#include "codegen/weights/OutputFile.h"
#include "compiler/api/WholeFile.h"
#include "compiler/import/ImportedModel.h"

#include <memory>

namespace weebill::api {

namespace fs = std::filesystem;

static constexpr const char *kNoPage =
    "cannot be read; --report goes into the page that 'weebill build' writes beside the program";

/// A page says what files are called, not where somebody keeps them.
static report::Accuracy accuracyOf(const EvaluateOptions &options, const EvaluationResult &result,
                                   const Evaluation &program) {
  report::Accuracy accuracy{.text = options.text.filename().string(),
                            .reference = fs::path(options.reference).filename().string(),
                            .tokens = result.tokens,
                            .window = result.window,
                            .perplexity = program.perplexity,
                            .referencePerplexity = result.referencePerplexity.value(),
                            .divergence = program.distance.value().mean,
                            .highest99 = program.distance->highest99,
                            .sameTop = program.distance->sameTop,
                            .layerTokens = result.layerTokens,
                            .visits = {}};
  for (const LayerDistances &layer : result.layers) {
    accuracy.visits.push_back({layer.visit, {}});
    for (const ProductDistance &product : layer.products)
      accuracy.visits.back().products.emplace_back(product.weight, product.relative);
  }
  return accuracy;
}

fs::path reportOf(const fs::path &program) {
  return fs::path(program).replace_filename(program.filename().string() + ".report.html");
}

void reportAccuracy(const EvaluateOptions &options, const EvaluationResult &result) {
  std::vector<std::unique_ptr<weights::OutputFile>> pages;
  std::vector<weights::OutputFile *> all;
  for (const Evaluation &program : result.programs) {
    const fs::path path = reportOf(program.program);
    std::string page;
    try {
      page = report::withAccuracy(wholeFile(path, kNoPage), accuracyOf(options, result, program));
    } catch (const std::invalid_argument &problem) {
      throw importer::InputError("'" + path.string() + "': " + problem.what() +
                                 ", as pages of this version have: build the program again");
    }
    pages.push_back(std::make_unique<weights::OutputFile>(path));
    pages.back()->write(page);
    all.push_back(pages.back().get());
  }
  weights::OutputFile::commitTogether(all);
}

} // namespace weebill::api
