//===- ExpressionPrinter.cpp - Halide expressions as C++ ------------------===//

#include "codegen/print/ExpressionPrinter.h"

#include "codegen/print/DotOfFour.h"
#include "codegen/print/FloatLiteral.h"
#include "codegen/print/KnownCalls.h"

#include <cmath>
#include <functional>
#include <sstream>

using namespace Halide;
using namespace Halide::Internal;

namespace weebill::print {

namespace {

[[noreturn]] void refuse(const char *what, const Expr &e) {
  std::ostringstream text;
  text << what << ": " << e;
  throw PrintError(text.str());
}

class ExpressionPrinter : public IRVisitor {
public:
  explicit ExpressionPrinter(ExpressionScope &scope) : scope(scope) {}

  std::string print(const Expr &e) {
    if (std::optional<std::string> name = scope.held(e))
      set(*name, Primary);
    else
      e.accept(this);
    return text;
  }

private:
  using IRVisitor::visit;
  ExpressionScope &scope;
  std::string text;
  Precedence precedence = Primary;

  void set(std::string newText, Precedence newPrecedence) {
    text = std::move(newText);
    precedence = newPrecedence;
  }

  std::string operand(const Expr &e, Precedence weakest) {
    std::string t = print(e);
    return precedence > weakest ? "(" + t + ")" : t;
  }

  /// C++ widens a scalar beside a vector by itself, if their elements have 32 bits.
  std::string vectorOperand(const Expr &e, const Expr &other, Precedence weakest) {
    const Broadcast *b = e.as<Broadcast>();
    if (b && b->value.type().is_scalar() && e.type().bits() == 32 && !other.as<Broadcast>() && !scope.held(e))
      return operand(b->value, weakest);
    return operand(e, weakest);
  }

  /// Left to right, as Halide groups: a right operand of the same strength keeps its parentheses, because float sums do
  /// not commute with grouping.
  void infix(const Expr &a, const Expr &b, const char *sign, Precedence p) {
    Precedence left = p, right = Precedence(p - 1);
    if (p == Relation || p == Equality)
      left = right = Shift;
    else if (p == LogicalAnd || p == LogicalOr)
      left = right = Equality;
    else if (p >= Shift) // compilers warn about sums inside shifts and bit operations
      left = right = Unary;
    std::string l = vectorOperand(a, b, left), r = vectorOperand(b, a, right);
    set(l + " " + sign + " " + r, p);
  }

  void call(const std::string &function, const std::vector<Expr> &arguments) {
    std::string list;
    for (const Expr &argument : arguments)
      list += (list.empty() ? "" : ", ") + print(argument);
    set(function + "(" + list + ")", Primary);
  }

  /// The address of four elements side by side.
  std::string fourAt(const Expr &e) {
    const Load *load = e.as<Load>();
    const Ramp *ramp = load ? load->index.as<Ramp>() : nullptr;
    if (!ramp || !is_const_one(ramp->stride) || !isAlways(load->predicate))
      refuse("four elements that do not lie side by side", e);
    return printAddress(load->name, ramp->base, scope);
  }

  /// The sum of groups of four products as dot4(accumulator, codes, weights); without vectors codes and weights are
  /// the addresses of four.
  bool dot(const Expr &reduced, const std::function<std::string()> &accumulator) {
    const std::optional<DotOfFour> found = findDotOfFour(reduced);
    if (!found)
      return false;
    const auto factor = [&](const Expr &e) { return reduced.type().is_scalar() ? fourAt(e) : print(e); };
    const std::string a = accumulator(), c = factor(found->codes), w = factor(found->weights);
    set("dot4(" + a + ", " + c + ", " + w + ")", Primary);
    return true;
  }

  void visit(const IntImm *op) override {
    if (op->type != Int(32))
      refuse("an integer constant that is not an i32", op);
    set(std::to_string(op->value), op->value < 0 ? Unary : Primary);
  }
  void visit(const UIntImm *op) override {
    if (op->type.is_bool())
      set(op->value ? "true" : "false", Primary);
    else
      set(printType(op->type) + "(" + std::to_string(op->value) + ")", Primary);
  }
  void visit(const FloatImm *op) override {
    if (op->type != Float(32))
      refuse("a float constant that is not an f32", op);
    if (!std::isfinite(op->value))
      refuse("a float constant that is not finite", op);
    set(floatLiteral(static_cast<float>(op->value)), std::signbit(op->value) ? Unary : Primary);
  }
  void visit(const StringImm *op) override { refuse("a string", op); }
  void visit(const Variable *op) override { set(scope.identifier(op->name), Primary); }

  void visit(const Cast *op) override {
    const Type from = op->value.type();
    const bool half = (op->type.is_float() && op->type.bits() == 16) || (from.is_float() && from.bits() == 16);
    const std::string type = printType(op->type);
    call(op->type.is_vector() || half ? "convert<" + type + ">" : type, {op->value});
  }
  void visit(const Reinterpret *op) override { call("reinterpret<" + printType(op->type) + ">", {op->value}); }

  void visit(const Add *op) override {
    if (dot(op->b, [&] { return print(op->a); }) || dot(op->a, [&] { return print(op->b); }))
      return;
    infix(op->a, op->b, "+", Sum);
  }
  void visit(const Sub *op) override { infix(op->a, op->b, "-", Sum); }
  void visit(const Mul *op) override { infix(op->a, op->b, "*", Product); }
  void visit(const Div *op) override {
    if (!op->type.is_float())
      refuse("a division of integers (Halide rounds down, C++ towards zero)", op);
    infix(op->a, op->b, "/", Product);
  }
  void visit(const Mod *op) override { refuse("a remainder (Halide's is never negative, C++'s may be)", op); }
  void visit(const Min *op) override { call("min", {op->a, op->b}); }
  void visit(const Max *op) override { call("max", {op->a, op->b}); }
  void visit(const EQ *op) override { infix(op->a, op->b, "==", Equality); }
  void visit(const NE *op) override { infix(op->a, op->b, "!=", Equality); }
  void visit(const LT *op) override { infix(op->a, op->b, "<", Relation); }
  void visit(const LE *op) override { infix(op->a, op->b, "<=", Relation); }
  void visit(const GT *op) override { infix(op->a, op->b, ">", Relation); }
  void visit(const GE *op) override { infix(op->a, op->b, ">=", Relation); }
  void visit(const And *op) override {
    op->type.is_vector() ? infix(op->a, op->b, "&", BitAnd) : infix(op->a, op->b, "&&", LogicalAnd);
  }
  void visit(const Or *op) override {
    op->type.is_vector() ? infix(op->a, op->b, "|", BitOr) : infix(op->a, op->b, "||", LogicalOr);
  }
  void visit(const Not *op) override {
    const std::string value = operand(op->a, Unary);
    set((op->type.is_vector() ? "~" : "!") + value, Unary);
  }
  void visit(const Select *op) override {
    if (op->type.is_vector())
      return call("select", {op->condition, op->true_value, op->false_value});
    std::string c = operand(op->condition, LogicalOr), a = operand(op->true_value, LogicalOr);
    std::string b = operand(op->false_value, LogicalOr);
    set(c + " ? " + a + " : " + b, Conditional);
  }

  void visit(const Load *op) override {
    if (!isAlways(op->predicate))
      refuse("a predicated load", op);
    if (op->type.is_scalar()) {
      const std::string index = print(op->index);
      return set(scope.identifier(op->name) + "[" + index + "]", Primary);
    }
    const Ramp *ramp = op->index.as<Ramp>();
    if (!ramp || !is_const_one(ramp->stride))
      refuse("a gather", op);
    set("load<" + printType(op->type) + ">(" + printAddress(op->name, ramp->base, scope) + ")", Primary);
  }
  void visit(const Ramp *op) override {
    if (op->base.type() != Int(32) || !is_const_one(op->stride))
      refuse("a ramp", op);
    call("count_from<" + printType(op->type) + ">", {op->base});
  }
  void visit(const Broadcast *op) override {
    if (repeats(op))
      return;
    if (op->value.type().is_vector())
      refuse("a broadcast of a vector", op);
    call("splat<" + printType(op->type) + ">", {op->value});
  }
  void visit(const Shuffle *op) override {
    if (!repeats(op))
      refuse("a shuffle", op);
  }
  bool repeats(const Expr &e) {
    const Load *load = repeatedLoad(e);
    if (load)
      set("repeat4(" + printAddress(load->name, load->index.as<Ramp>()->base, scope) + ")", Primary);
    return load;
  }
  void visit(const VectorReduce *op) override {
    if (!dot(op, [&] { return printType(op->type) + "{}"; }))
      refuse("a reduction across lanes", op);
  }
  void visit(const Let *op) override {
    scope.declare(op->name, op->value);
    set(print(op->body), precedence);
  }

  void placeCall(const Call *op) {
    std::string list;
    for (Expr argument : op->args) {
      if (const Broadcast *same = argument.as<Broadcast>())
        argument = same->value;
      if (argument.as<Variable>() || argument.as<Ramp>()) // the lane
        continue;
      const Load *load = argument.as<Load>();
      const bool isPlace = load && load->type.bits() == 8;
      if (isPlace && (load->type.is_vector() || !isAlways(load->predicate)))
        refuse("a place that is not one element", argument);
      list += list.empty() ? "" : ", ";
      list += isPlace ? printAddress(load->name, load->index, scope) : print(argument);
    }
    set(op->name.substr(std::string(kPlaceCall).size()) + "(" + list + ")", Primary);
  }

  void visit(const Call *op) override {
    if (op->is_intrinsic(
            {Call::likely, Call::likely_if_innermost, Call::promise_clamped, Call::unsafe_promise_clamped}))
      return set(print(op->args[0]), precedence);
    if (isPlaceCall(op))
      return placeCall(op);
    if (const InfixSign *sign = infixSign(op->name))
      return infix(op->args[0], op->args[1], sign->sign, sign->precedence);
    if (const std::string *function = functionName(op->name))
      return call(*function, op->args);
    // What Halide's pattern matching made, back in plain operations.
    Expr plain = op->is_intrinsic() ? lower_intrinsic(op) : Expr();
    if (!plain.defined())
      refuse("a call of an unknown function", op);
    set(print(simplify(plain)), precedence);
  }
};

} // namespace

bool isPlaceCall(const Expr &e) {
  const Call *call = e.as<Call>();
  return call && call->name.starts_with(kPlaceCall);
}

std::string printType(Type type) {
  if (type.is_bool())
    return type.is_scalar() ? "bool" : "mask" + std::to_string(type.lanes());
  std::string text = (type.is_float() ? "f" : type.is_uint() ? "u" : "i") + std::to_string(type.bits());
  return type.is_vector() ? text + "x" + std::to_string(type.lanes()) : text;
}

std::string printExpression(const Expr &e, ExpressionScope &scope) { return ExpressionPrinter(scope).print(e); }

std::string printAddress(const std::string &buffer, const Expr &index, ExpressionScope &scope) {
  const std::string name = scope.identifier(buffer);
  if (is_const_zero(index))
    return name;
  const IntImm *constant = index.as<IntImm>();
  if (constant && constant->value < 0)
    return name + " - " + std::to_string(-constant->value);
  const bool weak = index.as<Select>() || index.as<Call>();
  const std::string text = printExpression(index, scope);
  return name + " + " + (weak ? "(" + text + ")" : text);
}

} // namespace weebill::print
