//===- FusionRemark.h - Why ops were fused or not ----------------*- C++ -*-===//
//
// What a fusion tells: a remark for whoever asks for remarks (`--remarks-filter=fusion`), and, where parts stay apart,
// the reason on an op that stays, for the report. Tested by tests/lit/passes/fuse-*.mlir and
// tests/lit/plan/reasons.test.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_PASSES_FUSIONREMARK_H
#define WEEBILL_COMPILER_PASSES_FUSIONREMARK_H

#include "dialects/lm/LmOps.h"

#include "mlir/IR/Remarks.h"

namespace weebill::passes {

/// On an op that a fusion has looked at and left: the reason. An op without it was not looked at.
inline void setNotFused(mlir::Operation *op, llvm::StringRef reason) {
  lm::LmDialect::NotFusedAttrHelper(op->getContext()).setAttr(op, mlir::StringAttr::get(op->getContext(), reason));
}

inline void remarkFused(mlir::Location loc, llvm::StringRef name, const llvm::Twine &text) {
  mlir::remark::passed(loc, mlir::remark::RemarkOpts::name(name).category("fusion")) << text.str();
}

inline void remarkNotFused(mlir::Operation *op, llvm::StringRef name, const llvm::Twine &what, llvm::StringRef reason) {
  mlir::remark::missed(op->getLoc(), mlir::remark::RemarkOpts::name(name).category("fusion"))
      << (what + ": " + reason).str();
  setNotFused(op, reason);
}

} // namespace weebill::passes

#endif // WEEBILL_COMPILER_PASSES_FUSIONREMARK_H
