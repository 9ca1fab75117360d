//===- Pipeline.cpp - The passes in order ---------------------------------===//

#include "compiler/passes/Pipeline.h"

#include "compiler/passes/Passes.h"

#include "mlir/Pass/PassRegistry.h"

#include <functional>

using namespace mlir;
namespace weebill::passes {

namespace {

struct Entry {
  std::string flag;
  std::function<std::unique_ptr<Pass>(const PipelineOptions &)> create;
};

std::unique_ptr<Pass> shareEqualWeights(const PipelineOptions &options) {
  ShareEqualWeightsPassOptions share;
  llvm::append_range(share.equal, options.equal);
  return createShareEqualWeightsPass(share);
}

std::unique_ptr<Pass> mergeWeights(const PipelineOptions &options) {
  MergeWeightsPassOptions tie;
  llvm::append_range(tie.equal, options.equal);
  return createMergeWeightsPass(tie);
}

std::unique_ptr<Pass> fuseQKV(const PipelineOptions &options) {
  FuseQKVPassOptions fuse;
  llvm::append_range(fuse.tensors, options.tensors);
  return createFuseQKVPass(fuse);
}

std::unique_ptr<Pass> fuseSwiGLU(const PipelineOptions &options) {
  FuseSwiGLUPassOptions fuse;
  llvm::append_range(fuse.tensors, options.tensors);
  return createFuseSwiGLUPass(fuse);
}

std::unique_ptr<Pass> quantize(const PipelineOptions &options) {
  QuantizePassOptions quantize;
  quantize.weights = options.weights;
  quantize.activations = options.activations;
  llvm::append_range(quantize.store, options.store);
  llvm::append_range(quantize.tensors, options.tensors);
  return createQuantizePass(quantize);
}

std::unique_ptr<Pass> placeCache(const PipelineOptions &options) {
  return createPlaceCachePass({options.cache, options.context});
}

std::unique_ptr<Pass> assignBuffers(const PipelineOptions &options) { return createAssignBuffersPass({options.chunk}); }

/// THE order.
const std::vector<Entry> &entries() {
  auto plain = [](std::unique_ptr<Pass> (*create)()) { return [=](const PipelineOptions &) { return create(); }; };
  static const std::vector<Entry> list = {
      // First: every other pass expects the blocks as one region, and copies of a block can only be compared once their
      // weights are those of blocks.
      {"lm-roll-repeats", plain(createRollRepeatsPass)},
      // Early, so that what follows meets each block once; the cache is placed for visits, of which it makes no fewer.
      {"lm-share-equal-weights", shareEqualWeights},
      // Early, so that what follows meets each matrix under one name: it is quantized once and stored once. After the
      // blocks, whose weights are compared tensor by tensor.
      {"lm-merge-weights", mergeWeights},
      // Both before quantization, while the parts still read the same float rows: one lm.quantize then serves one
      // matrix. What stays as it is in the file is fused where it is stored alike.
      {"lm-fuse-qkv", fuseQKV},
      {"lm-fuse-swiglu", fuseSwiGLU},
      // Decides which rows are codes. The fusions below depend on what it inserts.
      {"lm-quantize", quantize},
      // Looks for quantizations of norms: there are none before.
      {"lm-fuse-norm-quantize", plain(createFuseNormQuantizePass)},
      // After quantization, because a product that reads the float residual stream cannot be added to it in place; one
      // that reads codes of it can.
      {"lm-fuse-residual", plain(createFuseResidualPass)},
      // After the fusions, which look for lm.attention's operands.
      {"lm-place-cache", placeCache},
      // Needs the final ops: each is a step from here on.
      {"lm-plan-phases", plain(createPlanPhasesPass)},
      // Lifetimes are counted in phases.
      {"lm-assign-buffers", assignBuffers},
      // Last: what passes is a plan.
      {"lm-check-emittable", plain(createCheckEmittablePass)},
  };
  return list;
}

} // namespace

const std::vector<std::string> &pipelineFlags() {
  static const std::vector<std::string> flags = [] {
    std::vector<std::string> list;
    for (const Entry &entry : entries())
      list.push_back(entry.flag);
    return list;
  }();
  return flags;
}

std::string unknownPass(const PipelineOptions &options) {
  for (const std::string &flag : options.skip)
    if (!llvm::is_contained(pipelineFlags(), flag))
      return flag;
  return "";
}

void buildWeebillPipeline(OpPassManager &manager, const PipelineOptions &options) {
  for (const Entry &entry : entries())
    if (!llvm::is_contained(options.skip, entry.flag))
      manager.addPass(entry.create(options));
}

void registerWeebillPipeline() {
  registerPassPipeline(
      "lm-pipeline", "From imported ops to a plan: every pass that `weebill build` runs, in its order",
      [](OpPassManager &manager, StringRef text, function_ref<LogicalResult(const Twine &)> refuse) -> LogicalResult {
        PipelineOptions options;
        if (failed(options.parseFromString(text)))
          return failure();
        if (std::string flag = unknownPass(options); !flag.empty())
          return refuse("skip names '" + flag + "', which is no pass of lm-pipeline");
        buildWeebillPipeline(manager, options);
        return success();
      },
      [](function_ref<void(const detail::PassOptions &)> describe) { describe(PipelineOptions()); });
}

} // namespace weebill::passes
