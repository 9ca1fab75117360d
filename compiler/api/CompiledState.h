//===- CompiledState.h - What a compiled model holds -------------*- C++ -*-===//
//
// Behind CompiledModel: set once by compile(), but for what is made on demand. Tested by
// tests/unit/compiler/api/CompileTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_COMPILEDSTATE_H
#define WEEBILL_COMPILER_API_COMPILEDSTATE_H

#include "codegen/emit/EmitFile.h"
#include "compiler/api/CompiledModel.h"
#include "compiler/api/Lowering.h"
#include "compiler/api/Quantization.h"

#include <mutex>
#include <stdexcept>

namespace weebill::api {

struct EmittedFile {
  std::string source;
  std::vector<emit::KernelNote> kernels;
};

struct CompiledModel::State {
  CompileOptions options;        // completed
  importer::ImportedModel model; // not rotated
  EqualTensors equal;
  std::optional<Quantization> quantization; // of weights that Weebill rounds to groups
  plan::ModelPlan plan;
  std::vector<uint8_t> tokenizer; // the weights file's section; empty: the model has none
  std::vector<int32_t> opening;   // tokens of a chat with the system prompt; empty: none was given
  weights::WeightsLayout layout;  // contentHash and openingHash are 0
  std::vector<const targets::Target *> targets;
  targets::Caches caches;

  /// The model as it is stored: rotated, padded, with codes in the place of floats.
  importer::ImportedModel storedModel(Observer &observer) const;

  /// The plan of completed options, and the place of every array.
  void makePlan(Observer &observer);

  /// The same where nobody said how matrices are stored: the codes of the file are kept if they can be, else rounded
  /// again. `given` are the options as they were said.
  void makePlanKeepingCodes(const CompileOptions &given, Observer &observer);

  /// Packs once and keeps the hash. `laidOut` is `layout`, with or without it.
  uint64_t pack(weights::WeightsLayout &laidOut, weights::ByteSink &sink, Observer &observer) const;

  /// The layout with the hash, which is found first if need be.
  weights::WeightsLayout hashedLayout(Observer &observer) const;

  /// What a state of the opening has behind its header; computed once.
  std::shared_ptr<const std::vector<uint8_t>> openingBody(Observer &observer) const;

  emit::ProgramSettings settings() const;

  std::shared_ptr<const EmittedFile> emittedFile(Observer &observer) const;

private:
  mutable std::mutex mutex;         // of contentHash
  mutable uint64_t contentHash = 0; // 0: not packed yet
  mutable std::mutex openingMutex;
  mutable std::shared_ptr<const std::vector<uint8_t>> computedOpening; // under openingMutex
  mutable std::shared_ptr<const EmittedFile> emitted;                  // under the mutex of all kernels
};

/// Runs what refuses a model by std::invalid_argument, as codegen does, and names the model's file in the sentence.
template <class Work> void asInputError(const std::string &path, Work work) {
  try {
    work();
  } catch (const std::invalid_argument &refused) {
    throw importer::InputError("'" + path + "': " + refused.what());
  }
}

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_COMPILEDSTATE_H
