//===- Interpreter.cpp - Runs any module of the lm dialect ----------------===//
//
// Tested by tests/unit/compiler/reference/InterpreterTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/Interpreter.h"

#include "compiler/reference/DoubleArithmetic.h"
#include "compiler/reference/Evaluation.h"
#include "compiler/reference/ExactArithmetic.h"

using namespace mlir;
namespace weebill::reference {

Interpreter::Interpreter(ModuleOp module, const importer::TensorSource &source, Arithmetic arithmetic) {
  auto forward = module.lookupSymbol<func::FuncOp>("forward");
  if (!forward || forward.isExternal() || forward.getNumArguments() != 1 || forward.getNumResults() != 1 ||
      !lm::isTokens(forward.getArgument(0).getType()) || !lm::isRows(forward.getResultTypes()[0]))
    throw importer::InputError("the module has no function @forward from tensor<?xi32> to tensor<?xNxf32>");
  if (arithmetic == Arithmetic::Exact)
    implementation = std::make_unique<Evaluation<ExactArithmetic>>(forward, source);
  else
    implementation = std::make_unique<Evaluation<DoubleArithmetic>>(forward, source);
}

Interpreter::~Interpreter() = default;

void Interpreter::reset() { implementation->reset(); }

std::vector<float> Interpreter::run(llvm::ArrayRef<int32_t> tokens, Logits logits) {
  return implementation->run(tokens, logits);
}

std::vector<CacheContents> Interpreter::cacheContents() const { return implementation->cacheContents(); }

void Interpreter::observeProducts(std::function<void(const ProductError &)> observer,
                                  const importer::TensorSource &floats) {
  implementation->onProduct = std::move(observer);
  implementation->ofFile.emplace(floats);
}

int64_t Interpreter::position() const { return implementation->position(); }

} // namespace weebill::reference
