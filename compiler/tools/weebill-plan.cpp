//===- weebill-plan.cpp - The plan of a module as text --------------------===//
//
// Reads what `weebill-opt --lm-pipeline` prints, and prints the plan that codegen would get. Tested by
// tests/lit/plan/fused.test.
//
//===----------------------------------------------------------------------===//

#include "codegen/plan/ModelPlan.h"
#include "compiler/import/ImportedModel.h"
#include "compiler/planner/BuildModelPlan.h"

#include "dialects/lm/LmOps.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"

using namespace mlir;
using namespace weebill;

namespace cl = llvm::cl;

static cl::OptionCategory category("weebill-plan");

static cl::opt<std::string> path(cl::Positional, cl::init("-"), cl::desc("MODULE.mlir"), cl::cat(category));

static int run() {
  MLIRContext context;
  context.loadDialect<func::FuncDialect, lm::LmDialect>();
  llvm::SourceMgr sources;
  SourceMgrDiagnosticHandler diagnostics(sources, &context);
  OwningOpRef<ModuleOp> module = parseSourceFile<ModuleOp>(path, sources, &context);
  if (!module)
    return 1;
  llvm::outs() << plan::printPlan(planner::buildModelPlan(*module));
  return 0;
}

int main(int argc, char **argv) {
  cl::HideUnrelatedOptions(category);
  if (!cl::ParseCommandLineOptions(argc, argv, "weebill-plan: the plan of a module as text\n", &llvm::errs()))
    return 2;
  try {
    return run();
  } catch (const importer::InputError &error) {
    llvm::errs() << "weebill-plan: " << path << ": " << error.what() << "\n";
    return 1;
  }
}
