//===- LinearText.cpp - Names and comments of matrix kernels --------------===//

#include "codegen/kernels/LinearText.h"

namespace weebill {

std::string linearName(const std::string &kind, const LinearShape &shape) {
  return kind + "_" + std::to_string(shape.columns) + (shape.epilogue == Epilogue::Residual ? "_residual" : "") + "_" +
         std::to_string(shape.tokens) + "x" + std::to_string(shape.blocks);
}

std::string linearComment(const std::string &result, const std::string &value, const LinearShape &shape) {
  const std::string blocks = countWord(shape.blocks) + (shape.blocks == 1 ? " block" : " blocks");
  const std::string tokens = countWord(shape.tokens) + (shape.tokens == 1 ? " token" : " tokens");
  return result + (shape.epilogue == Epilogue::Residual ? " += " : " = ") + value + "\n" + "for " + blocks +
         " of 16 rows and " + tokens + ", all side by side.\n";
}

void checkLinear(const std::string &kernel, const LinearShape &shape, int64_t columnMultiple) {
  require(shape.columns > 0 && shape.columns % columnMultiple == 0, kernel,
          std::to_string(shape.columns) + " columns are not a multiple of " + std::to_string(columnMultiple));
  require(shape.columns <= 66000, kernel,
          std::to_string(shape.columns) + " columns, and sums are exact up to 66000 only");
  require(shape.tokens > 0 && shape.blocks > 0, kernel, "no tokens or no blocks");
}

} // namespace weebill
