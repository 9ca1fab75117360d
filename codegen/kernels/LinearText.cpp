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

/// "linear_int8", "swiglu_int8", "geglu_int8".
static std::string kindName(bool gated, const std::string &suffix, Activation activation) {
  return (!gated ? "linear" : activation == Activation::GeluTanh ? "geglu" : "swiglu") + suffix;
}

std::string linearName(bool gated, const std::string &suffix, const LinearShape &shape) {
  return kindName(gated, suffix, shape.activation) + "_" + std::to_string(shape.columns) +
         (shape.epilogue == Epilogue::Residual ? "_residual" : "") + "_" + std::to_string(shape.tokens) + "x" +
         std::to_string(shape.blocks);
}

std::string linearComment(bool gated, const std::string &suffix, const std::string &value, const std::string &schedule,
                          const LinearShape &shape) {
  const std::string function = shape.activation == Activation::GeluTanh ? "gelu" : "silu";
  const std::string result = gated ? function + "(gate[row]) * up[row], each as linear" + suffix : value;
  return std::string("y[row] ") + (shape.epilogue == Epilogue::Residual ? "+= " : "= ") + result + "; " +
         counted(shape.blocks, gated ? "pair" : "block") + " of " + (gated ? "blocks of " : "") + "16 rows, " +
         counted(shape.tokens, "token") + ".\n  schedule  " + schedule + "\n";
}

std::string accumulators(bool gated, const LinearShape &shape, int lanes) {
  const int count = shape.tokens * shape.blocks * (gated ? 2 : 1) * (kBlockRows / lanes);
  return counted(count, "accumulator") + (lanes > 1 ? " of " + std::to_string(lanes) + " lanes" : " in memory");
}

Halide::Expr activated(Activation activation, Halide::Expr gate) {
  return activation == Activation::GeluTanh ? geluTanh(gate) : silu(gate);
}

Halide::Expr zeroForDot(Halide::Expr zero, targets::CodeType type) {
  return type == targets::CodeType::I8 ? zero - 128 : zero;
}

void writeResult(Halide::Func y, const std::vector<Halide::Var> &at, Halide::Expr value, Epilogue epilogue) {
  if (epilogue == Epilogue::Residual) {
    y(at) = Halide::undef<float>(); // what is there already
    y(at) += value;
  } else {
    y(at) = value;
  }
}

Halide::Stage resultOf(Halide::Func y, Epilogue epilogue) {
  return epilogue == Epilogue::Residual ? y.update() : Halide::Stage(y);
}

void checkLinear(bool gated, const std::string &suffix, const LinearShape &shape, int64_t columnMultiple) {
  const std::string kernel = kindName(gated, suffix, shape.activation);
  require(shape.columns > 0 && shape.columns % columnMultiple == 0, kernel,
          std::to_string(shape.columns) + " columns are not a multiple of " + std::to_string(columnMultiple));
  require(shape.columns <= plan::kExactColumns, kernel,
          std::to_string(shape.columns) + " columns, and sums are exact up to " + std::to_string(plan::kExactColumns) +
              " only");
  require(shape.tokens > 0 && shape.blocks > 0, kernel, "no tokens or no blocks");
  require(!gated || shape.epilogue == Epilogue::None, kernel, "there is no residual form");
}

} // namespace weebill::kernels
