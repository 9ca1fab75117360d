//===- TileProducts.cpp - Products that a matrix unit makes ---------------===//

#include "codegen/kernels/TileProducts.h"

#include "codegen/print/ExpressionPrinter.h"
#include "codegen/print/Names.h"
#include "codegen/print/PrepareStatement.h"

using namespace Halide;
using namespace Halide::Internal;

namespace weebill::kernels {

namespace {

struct FindCall : IRVisitor {
  using IRVisitor::visit;
  const Call *found = nullptr;

  void visit(const Call *op) override {
    if (print::isPlaceCall(op))
      found = op;
    IRVisitor::visit(op);
  }
};

class CallInstead : public IRMutator {
public:
  bool done = false;

private:
  using IRMutator::visit;

  Stmt visit(const ProducerConsumer *op) override {
    if (!op->is_producer || print::Names::clean(op->name) != kTileProducts)
      return IRMutator::visit(op);
    FindCall call;
    op->body.accept(&call);
    if (!call.found)
      throw print::PrintError("'" + op->name + "' is made by no call");
    done = true;
    // A place has one byte, whatever lies there.
    std::vector<Expr> arguments = {Load::make(UInt(8), op->name, 0, {}, {}, const_true(), {})};
    arguments.insert(arguments.end(), call.found->args.begin(), call.found->args.end());
    return Evaluate::make(Call::make(Int(32), call.found->name, arguments, Call::Extern));
  }
};

} // namespace

Expr tileProducts(const std::string &function, const std::vector<Expr> &places) {
  // Not pure: it stays where it is.
  return Call::make(Int(32), print::kPlaceCall + function, places, Call::Extern);
}

Stmt withTileProducts(const Stmt &body) {
  CallInstead mutator;
  const Stmt result = mutator.mutate(print::prepareStatement(body));
  if (!mutator.done)
    throw print::PrintError(std::string("no '") + kTileProducts + "' are made");
  return result;
}

} // namespace weebill::kernels
