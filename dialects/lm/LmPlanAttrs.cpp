//===- LmPlanAttrs.cpp - Verifiers of the plan ----------------------------===//
//
// Tested by tests/lit/dialect/invalid-plan.mlir and roundtrip.mlir.
//
//===----------------------------------------------------------------------===//

#include "dialects/lm/LmOps.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/CheckedArithmetic.h"

using namespace mlir;
using namespace weebill::lm;

/// `[<...>, <...>]`
template <typename Element> static ParseResult parseList(AsmParser &parser, SmallVector<Element> &list) {
  return parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, [&]() -> ParseResult {
    FailureOr<Element> element = FieldParser<Element>::parse(parser);
    if (failed(element))
      return failure();
    list.push_back(*element);
    return success();
  });
}

template <typename Element> static void printList(AsmPrinter &printer, ArrayRef<Element> list) {
  printer << "[";
  printer.printStrippedAttrOrType(list);
  printer << "]";
}

// mlir-tblgen names parameters that it does not use.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#define GET_ATTRDEF_CLASSES
#include "dialects/lm/LmAttrs.cpp.inc"
#pragma GCC diagnostic pop

void LmDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/lm/LmAttrs.cpp.inc"
      >();
}

using EmitError = function_ref<InFlightDiagnostic()>;

/// Names of the plan stand in the emitted program as they are.
static LogicalResult verifyIdentifier(EmitError emitError, StringRef what, StringRef name) {
  bool identifier = !name.empty() && !llvm::isDigit(name.front()) &&
                    llvm::all_of(name, [](char c) { return llvm::isAlnum(c) || c == '_'; });
  if (!identifier)
    return emitError() << what << " is '" << name << "', not an identifier";
  return success();
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

static bool hasUnits(Share share) { return share == Share::Columns || share == Share::Heads; }

LogicalResult PlaceAttr::verify(EmitError emitError, int64_t phase, StringRef name, Share share, int64_t units,
                                int64_t unitColumns, int64_t firstUnit) {
  if (phase < 0) // (C1)
    return emitError() << "phase is " << phase << ", which is negative";
  if (failed(verifyIdentifier(emitError, "name of the phase", name))) // (C2)
    return failure();

  if (!hasUnits(share)) { // (C3)
    if (units || unitColumns || firstUnit)
      return emitError() << "share is " << stringifyShare(share) << ", which has no units";
    return success();
  }
  if (units <= 0 || unitColumns <= 0) // (C3)
    return emitError() << "share is " << stringifyShare(share) << ", but there are " << units << " units of "
                       << unitColumns << " columns";
  if (firstUnit < 0 || firstUnit >= units) // (C4)
    return emitError() << "first_unit is " << firstUnit << ", but there are " << units << " units";
  return success();
}

LogicalResult StepAttr::verify(EmitError emitError, StringRef role, PlaceAttr decode, PlaceAttr prefill) {
  if (failed(verifyIdentifier(emitError, "role", role))) // (C1)
    return failure();
  bool alike = decode.getShare() == prefill.getShare() && decode.getUnits() == prefill.getUnits() &&
               decode.getUnitColumns() == prefill.getUnitColumns() && decode.getFirstUnit() == prefill.getFirstUnit();
  if (!alike && (hasUnits(decode.getShare()) || hasUnits(prefill.getShare()))) // (C2)
    return emitError() << "decode deals out " << decode << " but prefill " << prefill;
  return success();
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

static constexpr int64_t kAlignment = 64;

LogicalResult BufferAttr::verify(EmitError emitError, StringRef name, Element element, int64_t columns, int64_t offset,
                                 bool, bool) {
  if (failed(verifyIdentifier(emitError, "name of the buffer", name))) // (C1)
    return failure();
  if (!llvm::is_contained({Element::F32, Element::I8, Element::U8}, element)) // (C2)
    return emitError() << "buffer " << name << " is of " << stringifyElement(element) << ", not of f32, i8 or u8";
  if (columns <= 0 || columns % kAlignment != 0) // (C3)
    return emitError() << "buffer " << name << " has " << columns << " columns, not a positive multiple of "
                       << kAlignment;
  if (offset < 0 || offset % kAlignment != 0) // (C4)
    return emitError() << "buffer " << name << " lies at " << offset << ", not at a multiple of " << kAlignment;
  return success();
}

/// Bytes of one token, or none if that is no number. A row's codes (u8) have a scale and a zero point of 4 bytes each;
/// codes in groups (i8) have a scale and two sums of 4 bytes for each 32 columns.
static std::optional<int64_t> bytesOfToken(BufferAttr buffer) {
  const int64_t columns = buffer.getColumns();
  switch (buffer.getElement()) {
  case Element::I8:
    return llvm::checkedMulAdd<int64_t>(columns / 32, 12, columns);
  case Element::U8:
    return llvm::checkedAdd<int64_t>(columns, 8);
  default:
    return llvm::checkedMul<int64_t>(columns, 4);
  }
}

/// Where a buffer ends in the arena of a chunk; nothing if that is no number.
static std::optional<int64_t> endOf(BufferAttr buffer, int64_t chunk) {
  std::optional<int64_t> row = bytesOfToken(buffer);
  return row ? llvm::checkedMulAdd<int64_t>(*row, buffer.getPerToken() ? chunk : 1, buffer.getOffset()) : std::nullopt;
}

LogicalResult ArenaAttr::verify(EmitError emitError, int64_t chunk, int64_t bytes, ArrayRef<BufferAttr> buffers) {
  if (chunk < 1 || chunk > kMaximumChunk) // (C1)
    return emitError() << "chunk is " << chunk << ", not between 1 and " << kMaximumChunk;
  llvm::StringSet<> names;
  for (BufferAttr buffer : buffers) {
    if (!names.insert(buffer.getName()).second) // (C2)
      return emitError() << "two buffers are named " << buffer.getName();
    if (std::optional<int64_t> end = endOf(buffer, chunk); !end || *end > bytes) // (C3)
      return emitError() << "buffer " << buffer.getName() << " does not end within the arena's " << bytes << " bytes";
  }
  return success();
}

BufferAttr ArenaAttr::find(StringRef name) const {
  for (BufferAttr buffer : getBuffers())
    if (buffer.getName() == name)
      return buffer;
  return {};
}

LogicalResult ViewAttr::verify(EmitError emitError, StringRef buffer, int64_t first, int64_t columns) {
  if (first < 0 || columns <= 0) // (C1)
    return emitError() << "view of " << buffer << " has " << columns << " columns from column " << first;
  return success();
}

/// (C3) of `#lm.views`; before lm-assign-buffers there is no arena.
static LogicalResult verifyInArena(Operation *op, ViewAttr view) {
  auto module = op->getParentOfType<ModuleOp>();
  ArenaAttr arena = module ? LmDialect::ArenaAttrHelper(op->getContext()).getAttr(module) : ArenaAttr();
  if (!arena)
    return op->emitOpError("has views but its module no lm.arena");
  BufferAttr buffer = arena.find(view.getBuffer());
  if (!buffer)
    return op->emitOpError("has a view of ") << view.getBuffer() << ", which is no buffer of the lm.arena";
  if (view.getFirst() > buffer.getColumns() - view.getColumns())
    return op->emitOpError("has a view of ") << view.getColumns() << " columns from column " << view.getFirst()
                                             << " of " << buffer.getName() << ", which has " << buffer.getColumns();
  return success();
}

LogicalResult ViewsAttr::verifyOn(Operation *op) const {
  SmallVector<int64_t> wide;
  for (Value operand : op->getOperands())
    if (isRows(operand.getType()) || isa<QuantizedType>(operand.getType()))
      wide.push_back(columnsOf(operand.getType()));
  if (wide.size() != getIn().size()) // (C1)
    return op->emitOpError("reads ") << wide.size() << " operands of rows or codes, but has views of "
                                     << getIn().size();
  for (auto [columns, view] : llvm::zip(wide, getIn())) {
    if (view.getColumns() != columns) // (C1)
      return op->emitOpError("reads ") << columns << " columns, but its view has " << view.getColumns();
    if (failed(verifyInArena(op, view)))
      return failure();
  }

  int64_t written = 0;
  for (Type result : op->getResultTypes())
    if (isRows(result) || isa<QuantizedType>(result))
      written += columnsOf(result);
  if (int64_t columns = getOut() ? getOut().getColumns() : 0; columns != written) // (C2)
    return op->emitOpError("writes ") << written << " columns, but its view has " << columns;
  return getOut() ? verifyInArena(op, getOut()) : success();
}
