//===- LinearText.cpp - Names and comments of matrix kernels --------------===//

#include "codegen/kernels/LinearText.h"

#include <stdexcept>

namespace weebill::kernels {

PrintedKernel printMatrix(const formats::WeightFormat &format, bool gated, const LinearShape &shape,
                          const targets::Target &target) {
  if (format.kept)
    return printKept(format, gated, shape, target);
  for (const FormatKernels &row : kFormatKernels)
    if (row.format == &format)
      return (gated ? row.gated : row.linear)(shape, target);
  throw std::logic_error("weights of format " + std::string(format.name) + " have no kernels");
}

std::string linearName(const std::string &kind, const LinearShape &shape) {
  return kind + "_" + std::to_string(shape.columns) + (shape.epilogue == Epilogue::Residual ? "_residual" : "") + "_" +
         std::to_string(shape.tokens) + "x" + std::to_string(shape.blocks);
}

std::string linearComment(const std::string &value, const std::string &unit, const std::string &step,
                          const LinearShape &shape, int lanes) {
  const bool pairs = unit == "pair";
  const int accumulators = shape.tokens * shape.blocks * (pairs ? 2 : 1) * (kBlockRows / lanes);
  return std::string("y[row] ") + (shape.epilogue == Epilogue::Residual ? "+= " : "= ") + value + "; " +
         counted(shape.blocks, unit) + " of " + (pairs ? "blocks of " : "") + "16 rows, " +
         counted(shape.tokens, "token") + ".\n  schedule  " + counted(accumulators, "accumulator") +
         (lanes > 1 ? " of " + std::to_string(lanes) + " lanes, " : " in memory, ") + step + "\n";
}

std::string gatedName(Activation activation) { return activation == Activation::GeluTanh ? "geglu" : "swiglu"; }

std::string gatedFormula(Activation activation) {
  return std::string(activation == Activation::GeluTanh ? "gelu" : "silu") + "(gate[row]) * up[row]";
}

Halide::Expr activated(Activation activation, Halide::Expr gate) {
  return activation == Activation::GeluTanh ? geluTanh(gate) : silu(gate);
}

Halide::Expr zeroForDot(Halide::Expr zero, targets::CodeType type) {
  return type == targets::CodeType::I8 ? zero - 128 : zero;
}

void checkLinear(const std::string &kernel, const LinearShape &shape, int64_t columnMultiple) {
  require(shape.columns > 0 && shape.columns % columnMultiple == 0, kernel,
          std::to_string(shape.columns) + " columns are not a multiple of " + std::to_string(columnMultiple));
  require(shape.columns <= plan::kExactColumns, kernel,
          std::to_string(shape.columns) + " columns, and sums are exact up to " + std::to_string(plan::kExactColumns) +
              " only");
  require(shape.tokens > 0 && shape.blocks > 0, kernel, "no tokens or no blocks");
}

} // namespace weebill::kernels
