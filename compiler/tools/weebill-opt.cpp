//===- weebill-opt.cpp - Passes on textual IR -----------------------------===//
//
// Reads a module of the lm dialect, runs the passes that the command line names, and prints it. Tested by
// tests/lit/passes/pipeline.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Passes.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"

int main(int argc, char **argv) {
  weebill::passes::registerWeebillPasses();
  mlir::DialectRegistry registry;
  registry.insert<mlir::func::FuncDialect, weebill::lm::LmDialect>();
  return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, "weebill-opt: passes on the lm dialect\n", registry));
}
