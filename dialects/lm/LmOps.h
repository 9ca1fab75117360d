//===- LmOps.h - The lm dialect ----------------------------------*- C++ -*-===//
//
// The one header that users of the dialect include. Ops are described in the .td files beside it (generated reference:
// docs/dialects/lm-reference.md), reasons in docs/dialects/lm-rationale.md. Tested by tests/lit/dialect/roundtrip.mlir.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_DIALECTS_LM_LMOPS_H
#define WEEBILL_DIALECTS_LM_LMOPS_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/lm/LmEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/lm/LmAttrs.h.inc"

#include "dialects/lm/LmDialect.h.inc"

#define GET_TYPEDEF_CLASSES
#include "dialects/lm/LmTypes.h.inc"

namespace weebill::lm {

/// The key-value cache as memory that ops read and write.
struct CacheResource : mlir::SideEffects::Resource::Base<CacheResource> {
  llvm::StringRef getName() override { return "lm.cache"; }
};

/// Columns of a group of codes that have a scale of their own (docs/numerics.md).
inline constexpr int64_t kCodeGroup = 32;

/// tensor<?xNxf32> with N positive: one row a token.
bool isRows(mlir::Type type);

/// tensor<?xi32>
bool isTokens(mlir::Type type);

/// Columns of rows of float32 or of codes.
int64_t columnsOf(mlir::Type rowsOrCodes);

} // namespace weebill::lm

// mlir-tblgen names parameters that it does not use.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define GET_OP_CLASSES
#include "dialects/lm/LmOps.h.inc"
#pragma GCC diagnostic pop

#endif // WEEBILL_DIALECTS_LM_LMOPS_H
