//===- BuildBlock.h - A block as lm IR ---------------------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/frontend/BuildModelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_FRONTEND_BUILDBLOCK_H
#define WEEBILL_COMPILER_FRONTEND_BUILDBLOCK_H

#include "compiler/frontend/SizedOps.h"

namespace weebill::frontend {

/// What every block makes of the residual stream, [tokens][model], in one visit.
mlir::Value buildBlock(const SizedOps &ops, mlir::Value x);

} // namespace weebill::frontend

#endif // WEEBILL_COMPILER_FRONTEND_BUILDBLOCK_H
