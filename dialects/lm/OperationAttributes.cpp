//===- OperationAttributes.cpp - What ops carry beside their own ----------===//
//
// Attributes of the dialect that passes and the front end set on ops and on the module: each has a row, and one that
// has none is refused. Tested by tests/lit/dialect/invalid-plan.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/LmOps.h"

#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace weebill::lm;

namespace {

struct Row {
  StringRef name;
  StringRef type; // as text
  bool (*isOfType)(Attribute);
  bool ofModule; // or of an op in it
};

template <typename Helper, typename Type> constexpr Row row(StringRef type, bool ofModule) {
  return {Helper::getNameStr(), type, [](Attribute attribute) { return isa<Type>(attribute); }, ofModule};
}

constexpr Row kRows[] = {
    row<LmDialect::NameAttrHelper, StringAttr>("a string", true),
    row<LmDialect::SourceAttrHelper, StringAttr>("a string", true),
    row<LmDialect::ArenaAttrHelper, ArenaAttr>("#lm.arena", true),
    row<LmDialect::StepAttrHelper, StepAttr>("#lm.step", false),
    row<LmDialect::ViewsAttrHelper, ViewsAttr>("#lm.views", false),
    row<LmDialect::KeepFloatAttrHelper, UnitAttr>("a unit attribute", false),
    row<LmDialect::NotFusedAttrHelper, StringAttr>("a string", false),
};

} // namespace

LogicalResult LmDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  const Row *row = llvm::find_if(kRows, [&](const Row &row) { return row.name == attribute.getName(); });
  if (row == std::end(kRows))
    return op->emitOpError("has ") << attribute.getName() << ", which is no attribute of the lm dialect";
  if (!row->isOfType(attribute.getValue()))
    return op->emitOpError("has ") << row->name << " = " << attribute.getValue() << ", not " << row->type;
  if (row->ofModule != isa<ModuleOp>(op))
    return op->emitOpError("has ") << row->name << ", which belongs to " << (row->ofModule ? "the module" : "an op");
  if (auto views = dyn_cast<ViewsAttr>(attribute.getValue()))
    return views.verifyOn(op);
  return success();
}
