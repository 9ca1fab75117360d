//===- PassVerifier.cpp - Passes that prove themselves --------------------===//
//
// Tested by tests/unit/compiler/reference/PassVerifierTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/reference/PassVerifier.h"

#include "compiler/reference/ChangeBound.h"
#include "compiler/reference/Interpreter.h"
#include "compiler/reference/SeededTensors.h"
#include "dialects/lm/LmOps.h"

#include "mlir/Pass/Pass.h"
#include "llvm/Support/FormatVariadic.h"

#include <algorithm>
#include <cmath>

using namespace mlir;
namespace weebill::reference {

namespace {

constexpr int64_t kAtOnce = 9, kOneByOne = 3; // tokens: an odd number, and steps that read what the first call kept

/// Of the table that a module embeds its tokens by; 1 if there is none: what runs it says so.
int64_t vocabularyOf(ModuleOp module) {
  int64_t rows = 1;
  module.walk([&](lm::EmbedOp op) {
    if (auto table = SymbolTable::lookupNearestSymbolFrom<lm::WeightOp>(op, op.getWeightAttr()))
      rows = table.getRows();
  });
  return rows;
}

/// Tokens that every cache of the module holds.
int64_t roomOf(ModuleOp module) {
  int64_t room = kAtOnce + kOneByOne;
  module.walk([&](lm::CacheOp op) { room = std::min(room, int64_t(op.getContext().value_or(op.getPositions()))); });
  return room;
}

/// Whether a pass was told that tensors hold the same numbers, which is not so of seeded ones.
bool isToldOfEqualTensors(Pass *pass) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  pass->printAsTextualPipeline(stream);
  return StringRef(text).contains("equal=");
}

/// The root mean square of `changed - logits` by that of `logits`; not a number where one of them is none.
double relativeChange(llvm::ArrayRef<float> logits, llvm::ArrayRef<float> changed) {
  double difference = 0, size = 0;
  for (auto [one, other] : llvm::zip_equal(logits, changed)) {
    difference += (double(other) - one) * (double(other) - one);
    size += double(one) * one;
  }
  return difference == 0 ? 0 : std::sqrt(difference / size);
}

} // namespace

PassVerifier::PassVerifier(const importer::TensorSource *source, Refuse refuse)
    : source(source), refuse(std::move(refuse)) {}

PassVerifier::State PassVerifier::stateOf(ModuleOp module) {
  if (!source) {
    seeded = seededTensors(module);
    source = seeded.get();
  }
  const int64_t vocabulary = vocabularyOf(module), room = roomOf(module);
  std::vector<int32_t> tokens;
  for (int64_t i = 0; i < room; ++i)
    tokens.push_back(int32_t((7 + 7919 * i) % vocabulary)); // scattered, and the same every time
  Interpreter interpreter(module, *source, Arithmetic::Exact);
  State state{{}, squaredErrorOfProduct(module)};
  for (int64_t first = 0, count = std::min(kAtOnce, room); first < room; first += count, count = 1)
    llvm::append_range(state.logits, interpreter.run(llvm::ArrayRef(tokens).slice(first, count)));
  return state;
}

void PassVerifier::refuseOnce(Pass *pass, const std::string &what) {
  ended = true;
  refuse((pass->getArgument().empty() ? pass->getName() : pass->getArgument()).str() + " " + what);
}

void PassVerifier::runBeforePass(Pass *pass, Operation *op) {
  auto module = dyn_cast<ModuleOp>(op);
  if (!module || before || ended)
    return;
  try {
    before = stateOf(module);
  } catch (const importer::InputError &error) {
    refuseOnce(pass, std::string("cannot be verified: ") + error.what());
  }
}

void PassVerifier::runAfterPass(Pass *pass, Operation *op) {
  auto module = dyn_cast<ModuleOp>(op);
  if (!module || ended)
    return;
  try {
    State after = stateOf(module);
    const size_t both = std::min(before->logits.size(), after.logits.size()); // a small cache ends the tokens early
    if (seeded && isToldOfEqualTensors(pass)) {
      emitRemark(module.getLoc()) << pass->getArgument()
                                  << " is not verified: tensors that it takes for equal have numbers of "
                                  << "their own here";
    } else {
      const double bound = boundOfChange(before->squaredError, module);
      const double change = relativeChange(llvm::ArrayRef(before->logits).take_front(both),
                                           llvm::ArrayRef(after.logits).take_front(both));
      if (!(change <= bound))
        return refuseOnce(
            pass,
            llvm::formatv("changed what the module computes: logits by {0:e2} of their size, {1}", change,
                          bound == 0 ? "and it must change no bit" : llvm::formatv("more than {0:e2}", bound).str()));
    }
    before = std::move(after);
  } catch (const importer::InputError &error) {
    refuseOnce(pass, std::string("left a module that cannot be run: ") + error.what());
  }
}

} // namespace weebill::reference
