//===- BuildModel.h - An imported model as lm IR -----------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_FRONTEND_BUILDMODEL_H
#define WEEBILL_COMPILER_FRONTEND_BUILDMODEL_H

#include "compiler/import/ImportedModel.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/OwningOpRef.h"

namespace weebill::frontend {

/// Loads the dialects that buildModel needs into a context.
void loadModelDialects(mlir::MLIRContext &context);

/// The model as a module: its weights as symbols, `@forward` from token ids to logits, the blocks as one lm.repeat.
/// Attributes of the module: `lm.name` and `lm.source` (the file's name without its folder). Every weight
/// and op has a NameLoc such as "blk.*.attn_q.weight".
mlir::OwningOpRef<mlir::ModuleOp> buildModel(mlir::MLIRContext &context, const importer::ImportedModel &model);

} // namespace weebill::frontend

#endif // WEEBILL_COMPILER_FRONTEND_BUILDMODEL_H
