//===- StatementPrinter.cpp - Lowered Halide statements as C++ ------------===//

#include "codegen/print/StatementPrinter.h"

#include "codegen/print/DeclaredLocals.h"
#include "codegen/print/DotOfFour.h"
#include "codegen/print/FlattenStatement.h"
#include "codegen/print/Names.h"
#include "codegen/print/PrepareStatement.h"
#include "codegen/print/SharedValues.h"
#include "codegen/print/WrapLine.h"

#include <cmath>
#include <sstream>

using namespace Halide;
using namespace Halide::Internal;

namespace weebill::print {

namespace {

bool startsWith(const std::string &text, const char *prefix) { return text.rfind(prefix, 0) == 0; }

/// Halide's way to get the pointer, extents and strides of a parameter: not needed, parameters are plain pointers.
bool readsBufferDescription(const Expr &e) {
  const Call *call = e.as<Call>();
  return call && startsWith(call->name, "_halide_buffer_get_");
}

/// The place that a prefetch asks for.
const Load *prefetched(const Expr &e) {
  const Call *call = e.as<Call>();
  return call && call->name == "prefetch" && call->args.size() == 1 ? call->args[0].as<Load>() : nullptr;
}

bool isZeroVector(const Expr &e) {
  const Broadcast *b = e.as<Broadcast>();
  return b && is_const_zero(b->value) && !(b->value.as<FloatImm>() && std::signbit(b->value.as<FloatImm>()->value));
}

class StatementPrinter : public ExpressionScope {
public:
  StatementPrinter(const Stmt &body, const std::map<std::string, std::string> &parameters)
      : body(prepareStatement(body)) {
    for (const auto &[halideName, parameter] : parameters)
      names.bind(halideName, parameter);
  }

  std::string print() {
    printSequence(body);
    return out;
  }

private:
  const Stmt body;
  DeclaredLocals locals;
  Names names;
  std::string out;
  int depth = 1;
  std::map<Expr, std::string, IRDeepCompare> shared;

  void line(const std::string &text) { out += wrapLine(text, 2 * depth); }
  std::string text(const Expr &e) { return printExpression(e, *this); }

  [[noreturn]] static void refuse(const std::string &what, const Stmt &s = Stmt()) {
    std::ostringstream message;
    message << what;
    if (s.defined())
      message << ": " << s;
    throw PrintError(message.str());
  }

  //===--------------------------------------------------------------------===//
  // ExpressionScope
  //===--------------------------------------------------------------------===//

  std::string identifier(const std::string &halideName) override {
    if (const std::string *found = names.find(halideName))
      return *found;
    refuse("'" + halideName + "' is neither a parameter nor defined here");
  }

  std::optional<std::string> held(const Expr &e) override {
    if (const Load *load = e.as<Load>(); load && locals.contains(load->name)) {
      const LocalPlace place{load->name, constantIndex(load->index)->value};
      if (!locals.isDeclared(place))
        refuse("'" + load->name + "' is read before it is written");
      return identifier(keyOf(place));
    }
    auto found = shared.find(e);
    return found == shared.end() ? std::nullopt : std::optional(found->second);
  }

  void declare(const std::string &halideName, const Expr &value) override {
    const std::string t = text(value);
    line("const " + printType(value.type()) + " " + names.bind(halideName, Names::clean(halideName)) + " = " + t + ";");
  }

  //===--------------------------------------------------------------------===//
  // Sequences
  //===--------------------------------------------------------------------===//

  void printSequence(const Stmt &s) {
    const std::vector<Stmt> list = flatten(s);
    for (size_t i = 0; i < list.size();) {
      std::vector<Stmt> stores;
      for (; i < list.size(); ++i) {
        // Locals need no line of their own; allocated again (in unrolled code) they are new ones, and what was
        // collected needs the old.
        const Allocate *allocate = list[i].as<Allocate>();
        if (allocate && !locals.contains(allocate->name) && asLocals(allocate))
          printAllocate(allocate);
        else if (list[i].as<Store>())
          stores.push_back(list[i]);
        else
          break;
      }
      if (!stores.empty())
        printStores(stores);
      else if (i < list.size())
        printOne(list[i++]);
    }
  }

  void printOne(const Stmt &s) {
    if (const LetStmt *let = s.as<LetStmt>()) {
      if (!readsBufferDescription(let->value))
        declare(let->name, let->value);
    } else if (const Allocate *allocate = s.as<Allocate>()) {
      printAllocate(allocate);
    } else if (const For *loop = s.as<For>()) {
      printFor(loop);
    } else if (const IfThenElse *branch = s.as<IfThenElse>()) {
      printIf(branch);
    } else if (const Evaluate *evaluate = s.as<Evaluate>()) {
      if (const Load *place = prefetched(evaluate->value))
        line("prefetch(" + printAddress(place->name, place->index, *this) + ");");
      else if (isPlaceCall(evaluate->value))
        line(text(evaluate->value) + ";");
      else if (!is_const(evaluate->value))
        refuse("a statement that only calls", s);
    } else {
      refuse("a kind of statement that kernels do not have", s);
    }
  }

  void printNested(const Stmt &s) {
    ++depth;
    names.enterScope();
    printSequence(s);
    names.leaveScope();
    --depth;
  }

  void printFor(const For *loop) {
    if (loop->for_type != ForType::Serial)
      refuse("a loop that is not serial", loop);
    declareTouched(loop->body);
    Stmt inner = loop->body;
    Expr end = simplify(loop->min + loop->extent);
    std::string step;
    // Over elements rather than over groups of them: `k += 4` and `codes + k` for `++k` and `codes + k * 4`.
    const int64_t factor = factorOfUses(inner, loop->name);
    if (is_const_zero(loop->min) && factor > 1) {
      inner = divideUses(inner, loop->name, factor);
      end = simplify(loop->extent * IntImm::make(Int(32), factor));
      step = std::to_string(factor);
    }
    const std::string from = text(loop->min), to = text(end);
    names.enterScope();
    const std::string i = names.bind(loop->name, Names::clean(loop->name));
    line("for (i32 " + i + " = " + from + "; " + i + " < " + to + "; " + (step.empty() ? "++" + i : i + " += " + step) +
         ") {");
    printNested(inner);
    line("}");
    names.leaveScope();
  }

  void printIf(const IfThenElse *branch) {
    declareTouched(branch->then_case);
    if (branch->else_case.defined())
      declareTouched(branch->else_case);
    line("if (" + text(branch->condition) + ") {");
    printNested(branch->then_case);
    if (branch->else_case.defined()) {
      line("} else {");
      printNested(branch->else_case);
    }
    line("}");
  }

  //===--------------------------------------------------------------------===//
  // Buffers and stores
  //===--------------------------------------------------------------------===//

  void printAllocate(const Allocate *op) {
    if (!is_const_one(op->condition) || op->new_expr.defined())
      refuse("an unusual allocation", op);
    if (std::optional<LocalBuffer> local = asLocals(op)) {
      locals.allocate(op->name, *local, depth);
      const std::string stem = Names::clean(op->name);
      int number = 0;
      for (const auto &[index, part] : local->parts) {
        const std::string wanted = local->parts.size() == 1 ? stem : stem + "_" + std::to_string(number++);
        names.bind(keyOf({op->name, index}), wanted);
      }
      return;
    }
    locals.forget(op->name);
    int64_t elements = op->type.lanes();
    for (const Expr &extent : op->extents) {
      const std::optional<int64_t> constant = as_const_int(extent);
      if (!constant)
        refuse("buffer '" + op->name + "' has a size that is only known at run time");
      elements *= *constant;
    }
    const std::string name = names.bind(op->name, Names::clean(op->name));
    line("alignas(64) " + printType(op->type.element_of()) + " " + name + "[" + std::to_string(elements) + "];");
  }

  void declareTouched(const Stmt &inner) {
    for (const LocalPlace &place : locals.declareTouched(inner))
      line(printType(locals.part(place).type) + " " + identifier(keyOf(place)) + ";");
  }

  void printStores(const std::vector<Stmt> &stores) {
    const std::vector<SharedValue> values =
        findSharedValues(stores, [&](const std::string &name) { return locals.contains(name); });
    auto next = values.begin();
    for (size_t i = 0; i < stores.size();) {
      for (; next != values.end() && next->firstUse == i; ++next)
        printShared(*next);
      const size_t cleared = printCleared(stores, i);
      if (cleared == 0)
        printStore(stores[i].as<Store>());
      i += cleared ? cleared : 1;
    }
    shared.clear();
  }

  void printShared(const SharedValue &value) {
    const std::string t = text(value.value), name = names.fresh(identifier(value.buffer));
    line("const " + printType(value.value.type()) + " " + name + " = " + t + ";");
    shared[value.value] = name;
  }

  /// Accumulators that start at zero share a declaration. Returns the number of stores from `first` on that were
  /// printed so.
  size_t printCleared(const std::vector<Stmt> &stores, size_t first) {
    std::string list;
    size_t i = first;
    const Type type = stores[first].as<Store>()->value.type();
    for (; i < stores.size(); ++i) {
      const Store *op = stores[i].as<Store>();
      const std::optional<LocalPlace> place = locals.declaredBy(op, depth);
      if (!place || op->value.type() != type || !isZeroVector(op->value) || !isAlways(op->predicate))
        break;
      list += (list.empty() ? "" : ", ") + identifier(keyOf(*place)) + " = {}";
      locals.declare(*place);
    }
    if (i > first)
      line(printType(type) + " " + list + ";");
    return i - first;
  }

  void printStore(const Store *op) {
    if (!isAlways(op->predicate))
      refuse("a predicated store to '" + op->name + "'");
    const std::string value = text(op->value);
    if (std::optional<LocalPlace> place = locals.declaredBy(op, depth)) {
      const LocalBuffer::Part &part = locals.part(*place);
      locals.declare(*place);
      line((part.stores == 1 ? "const " : "") + printType(part.type) + " " + identifier(keyOf(*place)) + " = " + value +
           ";");
    } else if (locals.contains(op->name)) {
      line(identifier(keyOf({op->name, constantIndex(op->index)->value})) + " = " + value + ";");
    } else if (op->value.type().is_scalar()) {
      line(identifier(op->name) + "[" + text(op->index) + "] = " + value + ";");
    } else {
      const Ramp *ramp = op->index.as<Ramp>();
      if (!ramp || !is_const_one(ramp->stride))
        refuse("a scatter to '" + op->name + "'");
      line("store(" + printAddress(op->name, ramp->base, *this) + ", " + value + ");");
    }
  }
};

} // namespace

std::string printStatement(const Stmt &body, const std::map<std::string, std::string> &parameters) {
  return StatementPrinter(body, parameters).print();
}

} // namespace weebill::print
