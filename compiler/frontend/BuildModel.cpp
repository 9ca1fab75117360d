//===- BuildModel.cpp - An imported model as lm IR ------------------------===//
//
// Embedding, blocks (BuildBlock.cpp), norm, head.
//
// Every projection is an op of its own: fusing is for passes. Tested by
// tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/BuildModel.h"

#include "compiler/frontend/BuildBlock.h"
#include "compiler/import/Refuse.h"
#include "compiler/import/families/Families.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"

#include <filesystem>

using namespace mlir;
namespace weebill::frontend {

namespace {

class ModelBuilder {
public:
  ModelBuilder(MLIRContext &context, const importer::ImportedModel &model)
      : model(model), sizes(model.architecture), builder(&context), ops{builder, sizes} {}

  OwningOpRef<ModuleOp> build();

private:
  void buildForward();
  Value buildBlocks(Value x);

  const importer::ImportedModel &model;
  const importer::Architecture &sizes;
  OpBuilder builder;
  SizedOps ops;
};

Value ModelBuilder::buildBlocks(Value x) {
  auto schedule =
      sizes.schedule.empty() ? llvm::to_vector(llvm::seq<int64_t>(0, sizes.layers)) : llvm::to_vector(sizes.schedule);
  auto repeat = lm::RepeatOp::create(builder, ops.at("blk.*"), x.getType(), schedule, x);
  OpBuilder::InsertionGuard guard(builder);
  Block *body = builder.createBlock(&repeat.getBody(), {}, {x.getType()}, {repeat.getLoc()});
  lm::YieldOp::create(builder, repeat.getLoc(), buildBlock(ops, body->getArgument(0)));
  return repeat.getOutput();
}

void ModelBuilder::buildForward() {
  auto tokens = RankedTensorType::get({ShapedType::kDynamic}, builder.getI32Type());
  auto type = builder.getFunctionType({tokens}, {ops.rows(sizes.vocabulary)});
  auto forward = func::FuncOp::create(builder, ops.at("forward"), "forward", type);
  builder.setInsertionPointToStart(forward.addEntryBlock());

  Value x = lm::EmbedOp::create(builder, ops.at("token_embd.weight"), ops.rows(sizes.model), forward.getArgument(0),
                                "embedding");
  x = ops.scaled(x, sizes.embeddingScale, "embedding_scale");
  x = buildBlocks(x);
  if (!sizes.repetitionNorm)
    x = ops.norm("output_norm", x, "output_norm.weight");
  x = ops.scaled(x, sizes.headScale, "head_scale");
  if (hasHeadRotation(
          sizes)) { // a 576 x 576 product among 135 million: it stays float, its error would meet every logit
    x = ops.linear("head_rotation", x, sizes.model, "head_rotation.weight");
    lm::LmDialect::KeepFloatAttrHelper(builder.getContext()).setAttr(x.getDefiningOp(), builder.getUnitAttr());
  }
  Value logits = ops.linear("head", x, sizes.vocabulary, "output.weight");
  if (sizes.headBias)
    logits = ops.bias("head_bias", logits, families::kHeadBias);
  func::ReturnOp::create(builder, ops.at("forward"), logits);
}

OwningOpRef<ModuleOp> ModelBuilder::build() {
  std::string file =
      importer::singleLine(std::filesystem::path(model.path).filename().string()); // it will stand in comments
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, ops.at(file));
  lm::LmDialect::NameAttrHelper(builder.getContext()).setAttr(*module, builder.getStringAttr(model.name));
  if (model.randomSeed)
    file += " (random weights, seed " + std::to_string(*model.randomSeed) + ")";
  lm::LmDialect::SourceAttrHelper(builder.getContext()).setAttr(*module, builder.getStringAttr(file));
  builder.setInsertionPointToStart(module->getBody());
  declareWeights(builder, sizes);
  buildForward();
  return module;
}

} // namespace

void loadModelDialects(MLIRContext &context) { context.loadDialect<func::FuncDialect, lm::LmDialect>(); }

OwningOpRef<ModuleOp> buildModel(MLIRContext &context, const importer::ImportedModel &model) {
  loadModelDialects(context);
  OwningOpRef<ModuleOp> module = ModelBuilder(context, model).build();
  // Sizes that fit together make a module that verifies; anything else is a file that the importer should have refused.
  if (failed(verify(*module)))
    throw importer::InputError(model.path + ": the sizes of the architecture do not fit together");
  return module;
}

} // namespace weebill::frontend
