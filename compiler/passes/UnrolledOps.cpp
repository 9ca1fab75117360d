//===- UnrolledOps.cpp - A function's ops as they run ---------------------===//

#include "compiler/passes/UnrolledOps.h"

using namespace mlir;
namespace weebill::passes {
using namespace weebill::lm;

namespace {

class Unroller {
public:
  explicit Unroller(SymbolTable &symbols) : symbols(symbols) {}

  bool run(func::FuncOp function) {
    for (Value argument : function.getArguments())
      numbers[argument] = numberFor(argument, argument);
    for (Operation &op : function.getBody().front().without_terminator())
      if (auto repeat = dyn_cast<RepeatOp>(op); repeat ? !visitAll(repeat) : !add(&op, {}, 0))
        return false;
    for (Value value : function.getBody().front().getTerminator()->getOperands())
      unrolled.returned.push_back(numbers.lookup(value));
    return true;
  }

  UnrolledOps unrolled;

private:
  bool visitAll(RepeatOp repeat) {
    Block &body = repeat.getBody().front();
    Value yielded = body.getTerminator()->getOperand(0);
    if (yielded == body.getArgument(0))
      return false; // a visit without a trace
    int carried = numbers.lookup(repeat.getInput());
    for (int64_t block : repeat.getSchedule()) {
      numbers[body.getArgument(0)] = carried;
      for (Operation &op : body.without_terminator())
        if (!add(&op, repeat, block))
          return false;
      carried = numbers.lookup(yielded);
    }
    numbers[repeat.getOutput()] = carried;
    unrolled.values[carried] = repeat.getOutput();
    return true;
  }

  bool add(Operation *op, RepeatOp repeat, int64_t block) {
    if (op->getNumRegions() != 0)
      return false; // blocks of two kinds: a copy of one is none of the other
    UnrolledOp entry;
    entry.op = op;
    entry.repeat = repeat;
    for (Value operand : op->getOperands())
      entry.operands.push_back(numbers.lookup(operand));
    for (Value result : op->getResults())
      entry.results.push_back(numbers[result] = numberFor(result, repeat ? Value() : result));
    for (NamedAttribute attribute : op->getAttrDictionary())
      if (auto symbol = dyn_cast<FlatSymbolRefAttr>(attribute.getValue()))
        if (auto weight = symbols.lookup<WeightOp>(symbol.getAttr())) {
          const int64_t index = weight.getPerBlock() ? block : 0;
          if (index < 0 || index >= int64_t(weight.getSources().size()))
            return false;
          entry.weights.push_back({attribute.getName(), weight, index});
        }
    unrolled.ops.push_back(std::move(entry));
    return true;
  }

  int numberFor(Value value, Value name) {
    unrolled.types.push_back(value.getType());
    unrolled.values.push_back(name);
    return int(unrolled.types.size()) - 1;
  }

  SymbolTable &symbols;
  DenseMap<Value, int> numbers; // inside lm.repeat: of the visit under way
};

} // namespace

std::optional<UnrolledOps> unroll(func::FuncOp function, SymbolTable &symbols) {
  Unroller unroller(symbols);
  if (!unroller.run(function))
    return std::nullopt;
  return std::move(unroller.unrolled);
}

} // namespace weebill::passes
