//===- GroupScales.cpp - What the codes of a group are worth --------------===//

#include "codegen/kernels/GroupScales.h"

#include "codegen/kernels/KernelText.h"
#include "codegen/print/ExpressionPrinter.h"

using namespace Halide;

namespace weebill::kernels {

Expr callAtPlaces(Type type, const std::string &function, std::vector<Expr> arguments, const Expr &lane) {
  arguments.push_back(lane);
  return Internal::Call::make(type, print::kPlaceCall + function, arguments, Internal::Call::PureExtern);
}

Expr GroupScales::scale(int half) const { return shareOf(kept.scales + half * formats::kRowBlock, 0); }

Expr GroupScales::minimum() const {
  if (kept.rowFactors) // `middle` scales have at most 23 bits: rounded once, as a multiply-add does
    return fma(scale(0), -kept.middle, ofRow(1, kept.minimums, 0));
  const Expr minimum = shareOf(kept.minimums, 2 * formats::kRowBlock);
  return kept.shared ? 0.0f - minimum : minimum;
}

/// A group's signed bytes, times what their whole rows have.
Expr GroupScales::ofRow(int64_t factor, int64_t inPiece, int offset) const {
  const Expr bytes = numbersAt("bytes_at", piece, inPiece, 1);
  const Expr place = factors(int(2 * formats::kRowBlock * factor) + row * 2, block);
  return (offset ? bytes + float(offset) : bytes) * callAtPlaces(Float(32), "halves_at", {place}, lane);
}

/// Numbers of 16 rows, so many bytes each.
Expr GroupScales::numbersAt(const std::string &function, const Expr &start, int64_t offset, int bytes) const {
  return callAtPlaces(Float(32), function, {records(start + int(offset) + row * bytes, block)}, lane);
}

/// A scale or minimum, with its share of what all groups of the record have; or that alone.
Expr GroupScales::shareOf(int64_t inPiece, int64_t inShared) const {
  if (kept.powers)
    return numbersAt("powers_at", piece, inPiece, 1);
  if (kept.rowFactors)
    return ofRow(0, inPiece, kept.offset);
  if (!kept.shared)
    return numbersAt("halves_at", piece, inPiece, 2);
  const Expr factor = numbersAt("halves_at", shared, inShared, 2);
  return inPiece == 0 ? factor : factor * numbersAt("bytes_at", piece, inPiece, 1);
}

} // namespace weebill::kernels
