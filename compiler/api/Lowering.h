//===- Lowering.h - From an imported model to its plan -----------*- C++ -*-===//
//
// The only part of the interface that sees MLIR. Each call has a context of its own, so that calls of several threads
// do not meet. Tested by tests/unit/compiler/api/IrTest.cpp and
// tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_LOWERING_H
#define WEEBILL_COMPILER_API_LOWERING_H

#include "codegen/plan/ModelPlan.h"
#include "codegen/weights/SavedState.h"
#include "compiler/api/CompileOptions.h"
#include "compiler/api/Observer.h"
#include "compiler/import/ImportedModel.h"
#include "compiler/reference/ProductError.h"

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weebill::api {

/// Pairs (first, copy) of tensors that hold the same numbers.
using EqualTensors = std::vector<std::pair<std::string, std::string>>;

/// The plan, by all passes. `options` are completed. Throws InputError with the first complaint of a pass.
plan::ModelPlan planOf(const importer::ImportedModel &model, const CompileOptions &options, const EqualTensors &equal);

/// What the cache holds when these tokens were read, to the bit, by the interpreter: for each visit of a block. Tells
/// the observer how far it is. `options` are completed.
std::vector<weights::CachedVisit> cacheAfter(const std::vector<int32_t> &tokens, const importer::ImportedModel &model,
                                             const CompileOptions &options, const EqualTensors &equal,
                                             Observer &observer);

/// What each product's storage costs when these tokens are read, by the interpreter in double precision, compared with
/// the matrices of `floats`. `each` is called for parts of the tokens, product by product.
void observeProducts(const std::vector<int32_t> &tokens, const importer::ImportedModel &model,
                     const importer::TensorSource &floats, const CompileOptions &options, const EqualTensors &equal,
                     Observer &observer, const std::function<void(const reference::ProductError &)> &each);

/// The module as text after the pass of that flag. Throws InputError for a flag that is none of the pipeline's, or that
/// `options` leave out.
std::string irAfter(std::string_view pass, const importer::ImportedModel &model, const CompileOptions &options,
                    const EqualTensors &equal);

/// Flags of the passes, in their order.
const std::vector<std::string> &passFlags();

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_LOWERING_H
