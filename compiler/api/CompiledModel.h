//===- CompiledModel.h - A model and everything made of it -------*- C++ -*-===//
//
// Reads nothing but the model's tensors, writes nothing but to sinks. Texts are made when they are asked for, and the
// C++ file is kept. A copy shares all of it; several threads may use one at once.
//
// The source, the header and the report hold the hash of the weights' content, which only packing finds. So the first
// of writeWeights, source, header and report packs, and the hash is kept; who calls writeWeights(ByteSink) first has
// all of it in one pass over the tensors. Tested by tests/unit/compiler/api/CompileTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_COMPILEDMODEL_H
#define WEEBILL_COMPILER_API_COMPILEDMODEL_H

#include "codegen/emit/MemorySizes.h"
#include "codegen/plan/ModelPlan.h"
#include "codegen/targets/Caches.h"
#include "codegen/targets/Target.h"
#include "codegen/weights/ByteSink.h"
#include "codegen/weights/Layout.h"
#include "compiler/api/CompileOptions.h"
#include "compiler/api/Observer.h"
#include "compiler/import/ImportedModel.h"
#include "compiler/import/TextFacts.h"
#include "compiler/reference/ProductError.h"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::api {

/// Takes the next bytes of a file.
using WriteBytes = std::function<void(const void *data, size_t bytes)>;

/// What a model takes, in bytes but for the first.
struct ModelSizes {
  int64_t parameters = 0;          // each stored number once
  int64_t weightBytes = 0;         // as Weebill stores them
  int64_t weightBytesPerToken = 0; // that a decoded token reads
  int64_t cacheBytesPerToken = 0;  // that a position takes, as long as every window has room for it
  int64_t cacheBytes = 0;          // that as many tokens as there may be take
  int64_t windowedVisits = 0;      // that keep a window of the cache only
  emit::MemorySizes memory;
};

class CompiledModel {
public:
  const CompileOptions &options() const;             // completed
  const importer::ImportedModel &model() const;      // as it was read: not rotated
  std::string tokenizerName() const;                 // empty: it has none that can be used
  std::vector<importer::TextFact> textFacts() const; // of tokenizer, chat and tokens that end an answer, for people
  /// Ids of a text as the program reads it, without a beginning token. Throws InputError without a tokenizer.
  std::vector<int32_t> tokens(std::string_view text) const;
  const plan::ModelPlan &plan() const;
  const weights::WeightsLayout &layout() const; // contentHash is 0: what packing finds is in the texts and the file
  const std::vector<const targets::Target *> &targets() const;
  ModelSizes sizes() const;

  /// What visits of shared blocks find in caches, for people to read; no lines for a model without such blocks.
  std::vector<std::string> sharing(const targets::Target &target, const targets::Caches &caches) const;

  /// NAME.cpp, NAME.h and NAME.report.html. Throw InputError for a shape that no kernel serves, and as writeWeights.
  std::string source() const;
  std::string header() const;
  std::string report() const;
  std::string source(Observer &observer) const;
  std::string header(Observer &observer) const;
  std::string report(Observer &observer) const;

  /// NAME.weights, with the observer's progress. Throw InputError, Cancelled, and what the sink throws. Bytes in order:
  /// where the hash is not known yet, the tensors are read twice.
  void writeWeights(const WriteBytes &write) const;
  void writeWeights(const WriteBytes &write, Observer &observer) const;
  /// The same to a sink that can come back to its beginning: the tensors are read once.
  void writeWeights(weights::ByteSink &sink, Observer &observer) const;

  /// What each product's storage costs when the model reads these tokens, in double precision; `each` is called for
  /// parts of the tokens, product by product. Takes the memory of the model's floats. Throws InputError and Cancelled.
  void productErrors(const std::vector<int32_t> &tokens, Observer &observer,
                     const std::function<void(const reference::ProductError &)> &each) const;

  /// The module as text after the pass of that flag: "lm-fuse-qkv". Runs the passes again. Throws InputError for
  /// another word, and for a pass that the options leave out.
  std::string ir(std::string_view afterPass) const;

  /// Flags that `ir` takes, in the passes' order.
  static const std::vector<std::string> &passes();

  /// The formats of matrices that were rounded to groups, as `CompileOptions::recipe` reads them. Empty for other
  /// weights.
  std::string recipe() const;

private:
  struct State;
  explicit CompiledModel(std::shared_ptr<const State> state) : state(std::move(state)) {}
  friend CompiledModel compile(const importer::ImportedModel &, const CompileOptions &, Observer &);

  std::shared_ptr<const State> state;
};

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_COMPILEDMODEL_H
