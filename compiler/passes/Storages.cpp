//===- Storages.cpp - Which values are the same memory --------------------===//

#include "compiler/passes/Storages.h"

#include "compiler/passes/StepModel.h"
#include "compiler/passes/StepRoles.h"

#include <algorithm>

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

/// Codes are named by their width: those of both norms, and of attention's output, then share one buffer.
static std::string codesName(Operation *quantize, int64_t columns, ForwardPass &forward) {
  if (columns == lm::columnsOf(forward.repeat.getType()))
    return "model";
  Operation *input = producer(quantize->getOperand(0));
  const StepModel *model = input ? stepModelOf(input) : nullptr;
  return model && model->storage() == "hidden" ? "hidden" : std::to_string(columns);
}

static std::string storageName(Operation *step, int64_t columns, ForwardPass &forward, Section section) {
  std::string name = stepModelOf(step)->storage().str();
  if (name.empty())
    return roleOf(step);
  if (section == Section::After)
    return name + "_output";
  return isa<QuantizedType>(step->getResult(0).getType()) ? name + "_" + codesName(step, columns, forward) : name;
}

//===----------------------------------------------------------------------===//
// Lifetimes
//===----------------------------------------------------------------------===//

/// Whether anything behind `op` reads the value. A value of the function's block is read at lm.repeat, not inside it.
static bool isReadAfter(Value value, Operation *op) {
  return llvm::any_of(value.getUsers(), [&](Operation *user) { return user != op && !user->isBeforeInBlock(op); });
}

/// Whether the kernel may write its result over an operand, wherever it reads it.
static bool mayOverwrite(Operation *step, Value operand) {
  const StepModel *model = stepModelOf(step);
  return llvm::all_of(step->getOpOperands(), [&](OpOperand &use) {
    return use.get() != operand || model->inPlace(use.getOperandNumber()) != InPlace::Never;
  });
}

//===----------------------------------------------------------------------===//
// Storages
//===----------------------------------------------------------------------===//

Storages::Storages(ForwardPass &forward) : forward(forward) {
  storages.push_back({"x", plan::Element::F32, lm::columnsOf(forward.repeat.getType()), true, {}});
  markStream(forward.repeat.getInput());
  markStream(forward.yielded());
  plan::View wholeStream{0, 0, storages[0].columns};

  for (Operation *step : forward.before)
    place(step, Section::Before);
  if (views.lookup(forward.repeat.getInput()).buffer != 0)
    refuse(forward.repeat, "does not take what one step before it makes");
  views[forward.argument()] = views[forward.repeat.getOutput()] = wholeStream;
  if (isReadAfter(forward.repeat.getInput(), forward.repeat))
    refuse(forward.repeat, "writes over its input, which is read again behind it");

  placeBody(forward.repeat.getBody().front());

  for (Operation *step : forward.after)
    place(step, Section::After);
  plan::View logits = views.lookup(forward.returned());
  if (logits.buffer <= 0 || storages[logits.buffer].perToken)
    refuse(forward.function, "returns what no step behind lm.repeat makes");
  else
    storages[logits.buffer].name = "logits";
}

/// A region that takes the residual stream and yields it.
void Storages::placeBody(Block &body) {
  inStream = {body.getArgument(0)};
  views[body.getArgument(0)] = {0, 0, storages[0].columns};
  for (Operation &step : body.without_terminator()) {
    if (auto either = dyn_cast<EitherOp>(step))
      placeEither(either);
    else
      place(&step, Section::Body);
  }
  if (body.getTerminator()->getOperand(0) != inStream.back())
    refuse(body.getParentOp(), "does not yield the last value of the residual stream");
}

/// Only one region runs in a visit: each begins with the same row, and neither sees what the other writes.
void Storages::placeEither(EitherOp either) {
  if (either.getInput() != inStream.back())
    refuse(either, "does not take the last value of the residual stream");
  for (Value held : inStream)
    if (isReadAfter(held, either))
      refuse(either, "writes over its input, which is read again behind it");
  const auto outside = inStream;
  for (int64_t arm = 0; arm < EitherOp::kArms; ++arm)
    placeBody(either.getArm(arm));
  inStream = outside;
  views[either.getOutput()] = {0, 0, storages[0].columns};
  inStream.push_back(either.getOutput());
}

/// A value that ends up in the residual stream; what it is made of in place is in it too: a sum's residual, what is
/// scaled.
void Storages::markStream(Value last) {
  while (last && stream.insert(last).second) {
    Value under;
    if (auto linear = last.getDefiningOp<LinearResidualOp>()) {
      under = linear.getResidual();
    } else if (auto either = last.getDefiningOp<EitherOp>()) {
      for (int64_t arm = 0; arm < EitherOp::kArms; ++arm)
        markStream(either.getArm(arm).getTerminator()->getOperand(0));
      under = either.getInput();
    }
    if (auto scale = last.getDefiningOp<ScaleOp>(); scale && scale.getInput().hasOneUse())
      under = scale.getInput();
    last = under;
  }
}

void Storages::place(Operation *step, Section section) {
  if (step->getNumResults() == 0 || !stepModelOf(step))
    return;
  if (step->getNumResults() == 1 && stream.contains(step->getResult(0)))
    return writeStream(step);
  if (Value operand = overwritten(step, section)) {
    plan::View view = views.lookup(operand);
    views[step->getResult(0)] = view;
    storages[view.buffer].writers.push_back(step);
    if (view.buffer == 0)
      inStream.push_back(step->getResult(0));
    return;
  }
  if (isa<LinearResidualOp>(step))
    refuse(step, "adds to a residual that is needed again, or that it multiplies");
  addStorage(step, section);
}

/// The operand that the result replaces where it lies; none if it gets memory of its own.
Value Storages::overwritten(Operation *step, Section section) {
  SmallVector<Value> candidates;
  for (OpOperand &operand : step->getOpOperands())
    if (stepModelOf(step)->inPlace(operand.getOperandNumber()) == InPlace::Wanted)
      candidates.push_back(operand.get());
  // The residual stream, rather than what is added to it.
  std::stable_partition(candidates.begin(), candidates.end(),
                        [&](Value operand) { return views.lookup(operand).buffer == 0; });
  for (Value operand : candidates) {
    plan::View view = views.lookup(operand);
    // Rows that every token has are not overwritten by the steps of one token.
    bool sameRows = view.buffer >= 0 && storages[view.buffer].perToken == (section != Section::After);
    if (sameRows && mayOverwrite(step, operand) && !isReadAfter(operand, step))
      return operand;
  }
  return {};
}

/// Writes the residual stream, over whatever it holds.
void Storages::writeStream(Operation *step) {
  for (Value held : inStream) {
    if (isReadAfter(held, step))
      refuse(step, "writes the residual stream, of which an older value is read again");
    else if (llvm::is_contained(step->getOperands(), held) && !mayOverwrite(step, held))
      refuse(step, "cannot write the residual stream while it reads it");
  }
  if (auto linear = dyn_cast<LinearResidualOp>(step))
    if (views.lookup(linear.getResidual()).buffer != 0)
      refuse(step, "adds to a residual that is not the stream");
  views[step->getResult(0)] = {0, 0, storages[0].columns};
  storages[0].writers.push_back(step);
  inStream.push_back(step->getResult(0));
}

/// Memory of its own for a step's results, side by side.
void Storages::addStorage(Operation *step, Section section) {
  StoragePlan storage;
  auto codes = dyn_cast<QuantizedType>(step->getResult(0).getType());
  storage.element = !codes ? plan::Element::F32 : codes.getGroup() ? plan::Element::I8 : plan::Element::U8;
  storage.perToken = section != Section::After;
  storage.writers = {step};
  for (Value result : step->getResults()) {
    int64_t columns = lm::columnsOf(result.getType());
    views[result] = {int(storages.size()), storage.columns, columns};
    storage.columns += columns;
  }
  storage.name = storageName(step, storage.columns, forward, section);
  storages.push_back(storage);
}

std::optional<plan::View> Storages::viewOf(Value value) const {
  auto found = views.find(value);
  return found == views.end() ? std::nullopt : std::optional(found->second);
}

std::optional<plan::View> Storages::outputOf(Operation *step) const {
  std::optional<plan::View> whole;
  for (Value result : step->getResults()) {
    std::optional<plan::View> view = viewOf(result);
    if (!view)
      return std::nullopt;
    if (whole)
      whole->columns += view->columns;
    else
      whole = view;
  }
  return whole;
}

void Storages::refuse(Operation *op, const Twine &reason) {
  if (!firstProblem.op)
    firstProblem = {op, reason.str()};
}

} // namespace weebill::passes
