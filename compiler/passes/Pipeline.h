//===- Pipeline.h - The passes in order --------------------------*- C++ -*-===//
//
// Tested by tests/lit/passes/pipeline.mlir and tests/lit/plan/skip.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_PIPELINE_H
#define WEEBILL_COMPILER_PASSES_PIPELINE_H

#include "compiler/passes/WordOption.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassOptions.h"

#include <string>
#include <vector>

namespace weebill::passes {

/// What a user may choose. Every pass checks its own.
struct PipelineOptions : mlir::PassPipelineOptions<PipelineOptions> {
  Option<options::WeightFormat> weights{*this, "weights", llvm::cl::desc("Storage of matrices"),
                                        llvm::cl::init(options::WeightFormat::Int8)};
  Option<options::Activations> activations{*this, "activations", llvm::cl::desc("Rows that matrices read"),
                                           llvm::cl::init(options::Activations::Int8)};
  ListOption<std::string> store{*this, "store", llvm::cl::desc("Storage of single matrices: symbol=storage")};
  ListOption<std::string> tensors{*this, "tensors", llvm::cl::desc("Storage in the model file: tensor=storage")};
  Option<options::CacheFormat> cache{*this, "cache", llvm::cl::desc("Element of keys and values"),
                                     llvm::cl::init(options::CacheFormat::F16)};
  Option<int64_t> context{*this, "context", llvm::cl::desc("Positions that the cache holds"), llvm::cl::init(2048)};
  Option<int64_t> chunk{*this, "chunk", llvm::cl::desc("Tokens that one prefill pass takes at most"),
                        llvm::cl::init(64)};
  ListOption<std::string> equal{*this, "equal", llvm::cl::desc("Tensors that hold the same numbers: name=name")};
  ListOption<std::string> skip{*this, "skip", llvm::cl::desc("Passes to leave out, by flag")};
};

/// Flags of the pipeline's passes, in its order.
const std::vector<std::string> &pipelineFlags();

/// Of `skip`, the first that is not a pass of the pipeline; empty if all are.
std::string unknownPass(const PipelineOptions &options);

/// Adds the passes to a module's pass manager. A name in `skip` that is no pass is ignored: ask unknownPass() before.
void buildWeebillPipeline(mlir::OpPassManager &manager, const PipelineOptions &options);

/// Makes the pipeline known to command lines as `lm-pipeline`.
void registerWeebillPipeline();

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_PIPELINE_H
