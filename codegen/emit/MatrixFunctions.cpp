//===- MatrixFunctions.cpp - A thread's rows, kernel by kernel ------------===//

#include "codegen/emit/MatrixFunctions.h"

#include "codegen/emit/Template.h"

#include <stdexcept>

namespace weebill::emit {

/// Row blocks side by side: for one token, and in a tile of tokens.
static int wideBlocks(const MatrixFunction &function, const targets::Target &target) {
  if (function.use == MatrixUse::SwiGLU)
    return function.chunk ? target.tilePairs : target.decodePairs;
  return function.chunk ? target.tileBlocks : target.decodeBlocks;
}

static kernels::PrintedKernel printKernel(const MatrixFunction &function, int tokens, int blocks,
                                          const targets::Target &target) {
  kernels::LinearShape shape;
  shape.columns = function.columns;
  shape.tokens = tokens;
  shape.blocks = blocks;
  shape.epilogue = function.use == MatrixUse::Residual ? kernels::Epilogue::Residual : kernels::Epilogue::None;
  bool swiglu = function.use == MatrixUse::SwiGLU;
  switch (function.kind) {
  case plan::WeightKind::MatrixInt8:
    return swiglu ? kernels::printSwigluInt8(shape, target) : kernels::printLinearInt8(shape, target);
  case plan::WeightKind::MatrixF32:
    return swiglu ? kernels::printSwigluF32(shape, target) : kernels::printLinearF32(shape, target);
  case plan::WeightKind::MatrixF16:
    return swiglu ? kernels::printSwigluF16(shape, target) : kernels::printLinearF16(shape, target);
  case plan::WeightKind::Vector:
    break;
  }
  throw std::logic_error("a vector is no matrix");
}

MatrixKernels printMatrixKernels(const MatrixFunction &function, const targets::Target &target) {
  int tokens = function.chunk ? target.tileTokens : 1;
  return {printKernel(function, tokens, wideBlocks(function, target), target),
          printKernel(function, tokens, 1, target)};
}

std::string matrixFunctionName(const MatrixFunction &function) {
  std::string name = function.use == MatrixUse::SwiGLU ? "swiglu" : "linear";
  if (function.kind == plan::WeightKind::MatrixF32)
    name += "_f32";
  if (function.kind == plan::WeightKind::MatrixF16)
    name += "_f16";
  if (function.use == MatrixUse::Residual)
    name += "_residual";
  return name + "_" + std::to_string(function.columns);
}

/// The formula in a comment.
static std::string meaning(const MatrixFunction &function) {
  switch (function.use) {
  case MatrixUse::Store:
    return "y[row] = w[row] . a";
  case MatrixUse::Residual:
    return "y[row] += w[row] . a";
  case MatrixUse::SwiGLU:
    return "y[row] = silu(gate[row] . a) * (up[row] . a)";
  }
  return "";
}

namespace {

/// Texts that differ between int8 and float32: how a kernel is called for row block `block` and token `token`.
struct Calls {
  std::string matrixType, inputType; // parameters
  std::string one, tile;             // arguments, without the function's name
};

} // namespace

static Calls calls(const MatrixFunction &function) {
  // A pair of SwiGLU is two blocks of 16 rows.
  int64_t blockRows = function.use == MatrixUse::SwiGLU ? 32 : 16;
  Values values = {{"values", std::to_string(blockRows * function.columns)},
                   {"rows", std::to_string(blockRows)},
                   {"columns", std::to_string(function.columns)}};
  if (function.kind != plan::WeightKind::MatrixInt8)
    return {function.kind == plan::WeightKind::MatrixF16 ? "const LinearF16 &w" : "const LinearF32 &w", "const f32 *a",
            fill("(a, w.values + i64{block} * $values, y + 16 * block)", values),
            fill("(a + i64{token} * a_stride, w.values + i64{block} * $values, y + i64{token} * y_stride + 16 * block",
                 values)};
  return {"const LinearInt8 &w", "const Codes &a",
          fill("(a.codes, w.values + i64{block} * $values, w.row_sum + $rows * block, w.scale + $rows * block, "
               "a.scale, a.zero, y + 16 * block)",
               values),
          fill("(a.codes + token * $columns, w.values + i64{block} * $values, w.row_sum + $rows * block, w.scale + "
               "$rows * block, a.scale + token, a.zero + token, y + i64{token} * y_stride + 16 * block",
               values)};
}

/// "for (...) body" for each group of row blocks that the wide kernel takes, and for each block that is left; one loop
/// where the wide kernel takes a block, too.
static std::string overBlocks(int count, const std::string &wide, const std::string &narrow) {
  if (count == 1)
    return "  for (i32 block = blocks.from; block < blocks.to; ++block)\n" + narrow;
  const std::string n = std::to_string(count);
  return "  i32 block = blocks.from;\n  for (; block + " + n + " <= blocks.to; block += " + n + ")\n" + wide +
         "  for (; block < blocks.to; ++block)\n" + narrow;
}

static std::string oneTokenFunction(const MatrixFunction &function, const MatrixKernels &kernels,
                                    const targets::Target &target) {
  Calls c = calls(function);
  const std::string one = c.one + ";\n";
  return fill(R"(// $meaning for a thread's row blocks and one token.
inline void $name($matrix, $input, Range blocks, f32 *y) {
$loops}
)",
              {{"meaning", meaning(function)},
               {"name", matrixFunctionName(function)},
               {"matrix", c.matrixType},
               {"input", c.inputType},
               {"loops", overBlocks(wideBlocks(function, target), "    " + kernels.wide.name + one,
                                    "    " + kernels.narrow.name + one)}});
}

static std::string chunkFunction(const MatrixFunction &function, const MatrixKernels &kernels,
                                 const targets::Target &target) {
  Calls c = calls(function);
  bool isFloat = function.kind != plan::WeightKind::MatrixInt8;
  const std::string tokens = std::to_string(target.tileTokens);
  const auto overTokens = [&](const std::string &kernel) {
    return "    for (i32 token = 0; token < tiled; token += " + tokens + ")\n      " + kernel + c.tile +
           (isFloat ? ", a_stride, y_stride);\n" : ", y_stride);\n");
  };
  return comment(meaning(function) +
                 " for a thread's row blocks and all tokens of a chunk. A panel of rows stays in the first cache while "
                 "the tokens pass; tokens that fill no tile go one by one.") +
         fill(
             R"(inline void $name($matrix, $input, i32 tokens, Range blocks, f32 *y, i32 y_stride) {
  const i32 tiled = tokens / $tile_tokens * $tile_tokens;
$loops  for (i32 token = tiled; token < tokens; ++token)
    $name(w, $row, blocks, y + i64{token} * y_stride);
}
)",
             {{"name", matrixFunctionName(function)},
              {"matrix", c.matrixType},
              {"input", c.inputType + (isFloat ? ", i32 a_stride" : "")},
              {"tile_tokens", tokens},
              {"loops", overBlocks(wideBlocks(function, target), overTokens(kernels.wide.name),
                                   overTokens(kernels.narrow.name))},
              {"row",
               isFloat ? "a + i64{token} * a_stride" : "a.row(token, " + std::to_string(function.columns) + ")"}});
}

std::string printMatrixFunction(const MatrixFunction &function, const MatrixKernels &kernels,
                                const targets::Target &target) {
  return wrapped(function.chunk ? chunkFunction(function, kernels, target)
                                : oneTokenFunction(function, kernels, target));
}

} // namespace weebill::emit
