//===- weebill-opt.cpp - Passes on textual IR -----------------------------===//
//
// Reads a module of the lm dialect, runs the passes that the command line names, and prints it. Tested by
// tests/lit/passes/pipeline.mlir and tests/lit/tools/verify-passes.mlir.
//
//===----------------------------------------------------------------------===//

#include "compiler/passes/Passes.h"
#include "compiler/reference/PassVerifier.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/DialectRegistry.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Support/FileUtilities.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/ToolOutputFile.h"

#include <cstdlib>

using namespace weebill;

static llvm::cl::opt<bool>
    verifyPasses("verify-passes", llvm::cl::desc("Run the module on seeded numbers before and after each pass, and "
                                                 "stop at the first that changes what it computes"));

/// Ends the program: what MLIR prints after a pass that is wrong is of no use.
[[noreturn]] static void refuse(const std::string &what) {
  llvm::errs() << "weebill-opt: " << what << "\n";
  std::exit(1);
}

int main(int argc, char **argv) {
  passes::registerWeebillPasses();
  mlir::DialectRegistry registry;
  registry.insert<mlir::func::FuncDialect, lm::LmDialect>();
  const auto [input, output] =
      mlir::registerAndParseCLIOptions(argc, argv, "weebill-opt: passes on the lm dialect\n", registry);
  if (!verifyPasses)
    return mlir::asMainReturnCode(mlir::MlirOptMain(argc, argv, input, output, registry));

  const mlir::MlirOptMainConfig asked = mlir::MlirOptMainConfig::createFromCLOptions();
  mlir::MlirOptMainConfig config = asked;
  config.setPassPipelineSetupFn([&asked](mlir::PassManager &manager) {
    manager.addInstrumentation(std::make_unique<reference::PassVerifier>(nullptr, refuse));
    return asked.setupPassPipeline(manager);
  });
  std::string problem;
  std::unique_ptr<llvm::MemoryBuffer> module = mlir::openInputFile(input, &problem);
  std::unique_ptr<llvm::ToolOutputFile> printed = module ? mlir::openOutputFile(output, &problem) : nullptr;
  if (!printed)
    refuse(problem);
  if (mlir::failed(mlir::MlirOptMain(printed->os(), std::move(module), registry, config)))
    return 1;
  printed->keep();
  return 0;
}
