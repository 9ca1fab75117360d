//===- PrepareStatement.cpp - Lowered statements made readable ------------===//

#include "codegen/print/PrepareStatement.h"

#include "codegen/print/ExpressionPrinter.h"

#include <cctype>
#include <map>
#include <numeric>
#include <utility>
#include <vector>

using namespace Halide;
using namespace Halide::Internal;

namespace weebill::print {

namespace {

bool isGenerated(const std::string &name) {
  if (name.size() < 2 || name[0] != 't')
    return false;
  for (size_t i = 1; i < name.size(); ++i)
    if (!std::isdigit(static_cast<unsigned char>(name[i])))
      return false;
  return true;
}

/// Whether a variable stands for an element that a place call takes the address of: in vectors Halide gives what two
/// calls share a name of its own.
struct IsPlace : IRVisitor {
  using IRVisitor::visit;
  const std::string &variable;
  bool found = false;

  explicit IsPlace(const std::string &variable) : variable(variable) {}
  void visit(const Call *op) override {
    if (isPlaceCall(op))
      for (const Expr &argument : op->args) {
        const Broadcast *same = argument.as<Broadcast>();
        const Variable *used = same ? same->value.as<Variable>() : argument.as<Variable>();
        found |= used && used->name == variable;
      }
    IRVisitor::visit(op);
  }
};

template <class LetOrLetStmt> bool bindsPlace(const LetOrLetStmt *op) {
  IsPlace place(op->name);
  op->body.accept(&place);
  return place.found;
}

struct InlineLets : IRMutator {
  using IRMutator::visit;
  std::map<std::string, Expr> values; // the names are unique in the process

  Expr visit(const Let *op) override {
    if (!isGenerated(op->name) && !bindsPlace(op))
      return IRMutator::visit(op);
    values[op->name] = mutate(op->value);
    return mutate(op->body);
  }
  Stmt visit(const LetStmt *op) override {
    if (!isGenerated(op->name) && !bindsPlace(op))
      return IRMutator::visit(op);
    values[op->name] = mutate(op->value);
    return mutate(op->body);
  }
  Expr visit(const Variable *op) override {
    auto value = values.find(op->name);
    return value == values.end() ? Expr(op) : value->second;
  }
};

/// An index as a sum of multiples.
struct Terms {
  std::vector<std::pair<Expr, int64_t>> multiples; // in order of appearance
  int64_t constant = 0;

  void add(const Expr &e, int64_t factor) {
    const Mul *product = e.as<Mul>();
    const IntImm *by = product ? product->b.as<IntImm>() : nullptr;
    if (const Add *sum = e.as<Add>()) {
      add(sum->a, factor);
      add(sum->b, factor);
    } else if (const Sub *difference = e.as<Sub>()) {
      add(difference->a, factor);
      add(difference->b, -factor);
    } else if (by) {
      add(product->a, factor * by->value);
    } else if (const IntImm *number = e.as<IntImm>()) {
      constant += factor * number->value;
    } else {
      multiples.emplace_back(e, factor);
    }
  }

  static Expr times(const Expr &e, int64_t factor) {
    return factor == 1 ? e : Mul::make(e, IntImm::make(e.type(), factor));
  }

  Expr sum() const {
    Expr total;
    for (const auto &[e, factor] : multiples) {
      if (!total.defined())
        total = times(e, factor);
      else
        total = factor < 0 ? Sub::make(total, times(e, -factor)) : Add::make(total, times(e, factor));
    }
    const Expr magnitude = IntImm::make(Int(32), constant < 0 && total.defined() ? -constant : constant);
    if (!total.defined())
      return magnitude;
    if (constant == 0)
      return total;
    return constant < 0 ? Sub::make(total, magnitude) : Add::make(total, magnitude);
  }
};

struct MultiplyOut : IRMutator {
  using IRMutator::mutate;
  Expr mutate(const Expr &e) override {
    Expr inner = IRMutator::mutate(e);
    if (inner.type() != Int(32) || !(inner.as<Add>() || inner.as<Sub>() || inner.as<Mul>()))
      return inner;
    Terms terms;
    terms.add(inner, 1);
    return terms.sum();
  }
};

/// The constant that multiplies `variable` here, if it does.
const IntImm *factorOf(const Mul *op, const std::string &variable) {
  const Variable *v = op->a.as<Variable>();
  const IntImm *factor = op->b.as<IntImm>();
  return v && v->name == variable && factor && factor->value > 0 ? factor : nullptr;
}

struct FactorOfUses : IRVisitor {
  using IRVisitor::visit;
  const std::string &variable;
  int64_t factor = 0;

  explicit FactorOfUses(const std::string &variable) : variable(variable) {}
  void visit(const Mul *op) override {
    if (const IntImm *f = factorOf(op, variable))
      factor = std::gcd(factor, f->value);
    else
      IRVisitor::visit(op);
  }
  void visit(const Variable *op) override {
    if (op->name == variable)
      factor = 1;
  }
};

struct DivideUses : IRMutator {
  using IRMutator::visit;
  const std::string &variable;
  const int64_t divisor;

  DivideUses(const std::string &variable, int64_t divisor) : variable(variable), divisor(divisor) {}
  Expr visit(const Mul *op) override {
    const IntImm *f = factorOf(op, variable);
    if (!f)
      return IRMutator::visit(op);
    return f->value == divisor ? op->a : Mul::make(op->a, IntImm::make(op->type, f->value / divisor));
  }
};

} // namespace

Stmt prepareStatement(const Stmt &s) { return MultiplyOut().mutate(InlineLets().mutate(s)); }

int64_t factorOfUses(const Stmt &s, const std::string &variable) {
  FactorOfUses uses(variable);
  s.accept(&uses);
  return uses.factor;
}

Stmt divideUses(const Stmt &s, const std::string &variable, int64_t factor) {
  return DivideUses(variable, factor).mutate(s);
}

} // namespace weebill::print
