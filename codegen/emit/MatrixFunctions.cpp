//===- MatrixFunctions.cpp - A thread's rows, kernel by kernel ------------===//

#include "codegen/emit/MatrixFunctions.h"

#include "codegen/emit/Template.h"
#include "codegen/kernels/MatrixKernels.h"

#include <stdexcept>

namespace weebill::emit {

/// A gate and what it multiplies, whose row blocks alternate.
static bool isGated(const MatrixFunction &function) {
  return function.use == MatrixUse::SwiGLU || function.use == MatrixUse::GeGLU;
}

/// Row blocks side by side: for one token, and in a tile of tokens.
static int wideBlocks(const MatrixFunction &function, const targets::Target &target) {
  if (function.chunk && function.format->kept)
    return isGated(function) ? 1 : target.keptBlocks;
  if (isGated(function))
    return function.chunk ? target.tilePairs : target.decodePairs;
  return function.chunk ? target.tileBlocks : target.decodeBlocks;
}

static int tileTokens(const MatrixFunction &function, const targets::Target &target) {
  if (!function.format->kept)
    return target.tileTokens;
  return isGated(function) ? target.keptPairTokens : target.keptTokens;
}

/// Whether whole tiles of a chunk's tokens go to the target's matrix unit, which multiplies codes.
static bool usesUnit(const MatrixFunction &function, const targets::Target &target) {
  return function.chunk && target.unitTokens > 0 && function.format->takesCodes();
}

static kernels::PrintedKernel printKernel(const MatrixFunction &function, int tokens, int blocks,
                                          const targets::Target &target) {
  kernels::LinearShape shape;
  shape.columns = function.columns;
  shape.tokens = tokens;
  shape.blocks = blocks;
  shape.epilogue = function.use == MatrixUse::Residual ? kernels::Epilogue::Residual : kernels::Epilogue::None;
  shape.activation = function.use == MatrixUse::GeGLU ? kernels::Activation::GeluTanh : kernels::Activation::Silu;
  return kernels::printMatrix(*function.format, isGated(function), shape, target);
}

MatrixKernels printMatrixKernels(const MatrixFunction &function, const targets::Target &target) {
  int tokens = function.chunk ? tileTokens(function, target) : 1;
  MatrixKernels kernels = {
      printKernel(function, tokens, wideBlocks(function, target), target),
      printKernel(function, tokens, 1, target),
      {},
  };
  if (usesUnit(function, target))
    kernels.unit = printKernel(function, target.unitTokens, 1, target);
  return kernels;
}

std::string matrixFunctionName(const MatrixFunction &function) {
  std::string name = function.use == MatrixUse::SwiGLU  ? "swiglu"
                     : function.use == MatrixUse::GeGLU ? "geglu"
                                                        : "linear";
  name += function.format->functionSuffix;
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
  case MatrixUse::GeGLU:
    return "y[row] = gelu(gate[row] . a) * (up[row] . a)";
  }
  return "";
}

namespace {

/// What a matrix multiplies, as its functions take it and hand it to kernels. Holes as in
/// WeightFormat::kernelArguments, which are $arrays here.
struct Inputs {
  const char *parameter, *chunkParameter;
  const char *one, *tile; // arguments for row block `block` and token `token`, without the function's name
  const char *tileStrides;
  const char *row; // of one token of a chunk
};

} // namespace

static const Inputs kFloats = {"const f32 *a",
                               "const f32 *a, i32 a_stride",
                               "(a, $arrays, y + 16 * block)",
                               "(a + i64{token} * a_stride, $arrays, y + i64{token} * y_stride + 16 * block",
                               "a_stride, y_stride",
                               "a + i64{token} * a_stride"};

static const Inputs kCodes = {"const Codes &a",
                              "const Codes &a",
                              "(a.codes, $arrays, a.scale, a.zero, y + 16 * block)",
                              "(a.codes + token * $columns, $arrays, "
                              "a.scale + token, a.zero + token, y + i64{token} * y_stride + 16 * block",
                              "y_stride",
                              "a.row(token, $columns)"};

static const Inputs kGroupCodes = {
    "const GroupCodes &a",
    "const GroupCodes &a",
    "(a.codes, a.scale, a.$sums, $arrays, y + 16 * block)",
    "(a.row(token, $stride).codes, a.row(token, $stride).scale, a.row(token, $stride).$sums, $arrays, "
    "y + i64{token} * y_stride + 16 * block",
    "y_stride",
    "a.row(token, $stride)"};

static const Inputs &inputsOf(const MatrixFunction &function) {
  switch (function.format->activations) {
  case formats::Activations::Floats:
    return kFloats;
  case formats::Activations::Codes:
    return kCodes;
  case formats::Activations::Groups:
    return kGroupCodes;
  case formats::Activations::None:
    break;
  }
  throw std::logic_error("a vector multiplies nothing");
}

/// What stands for the holes of Inputs.
static Values values(const MatrixFunction &function) {
  // A pair of gate and up is two blocks of 16 rows.
  const int64_t rows = isGated(function) ? 2 * formats::kRowBlock : formats::kRowBlock;
  Values values = {{"values", std::to_string(rows * function.columns)},
                   {"rows", std::to_string(rows)},
                   {"columns", std::to_string(function.columns)},
                   {"bytes", std::to_string(rows * function.format->arrays.front().bytesOfRow(function.columns))},
                   {"stride", std::to_string(plan::paddedColumns(function.columns))}};
  if (function.format->arrays.size() > 1)
    values["rest"] = std::to_string(rows * function.format->arrays[1].bytesOfRow(function.columns));
  if (function.format->kept)
    values["sums"] = function.format->kept->takesSum() ? "sum" : "weighed";
  values["arrays"] = fill(function.format->kernelArguments, values);
  return values;
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
  const Inputs &inputs = inputsOf(function);
  const std::string one = fill(inputs.one, values(function)) + ";\n";
  return fill(R"(// $meaning for a thread's row blocks and one token.
inline void $name(const $matrix&w, $input, Range blocks, f32 *y) {
$loops}
)",
              {{"meaning", meaning(function)},
               {"name", matrixFunctionName(function)},
               {"matrix", function.format->member},
               {"input", inputs.parameter},
               {"loops", overBlocks(wideBlocks(function, target), "    " + kernels.wide.name + one,
                                    "    " + kernels.narrow.name + one)}});
}

/// For whole tiles of the target's matrix unit.
static std::string unitFunction(const MatrixFunction &function, const kernels::PrintedKernel &kernel,
                                const targets::Target &target) {
  const Inputs &inputs = inputsOf(function);
  const Values arguments = values(function);
  const std::string &arrays = arguments.at("arrays");
  std::string next = arrays.substr(0, arrays.find(", ")); // the largest array's
  next.replace(next.find("{block}"), 7, "{block + 1}");
  const std::string step = std::to_string(target.unitTokens);
  return comment(meaning(function) + " for a thread's row blocks and as many tokens of a chunk as fill tiles of " +
                 step + "; says how many that are.") +
         fill(
             R"(inline i32 $function(const $matrix&w, $input, i32 tokens, Range blocks, f32 *y, i32 y_stride) {
  const i32 tiled = tokens / $step * $step;
  if (tiled == 0)
    return 0;
  const TileRegisters<$columns> registers;
  for (i32 block = blocks.from; block < blocks.to; ++block)
    for (i32 token = 0; token < tiled; token += $step) {
      prefetch_share<$bytes, $step>($next, token, tiled);
      $kernel, $strides);
    }
  return tiled;
}

)",
             {{"function", matrixFunctionName(function) + "_in_tiles"},
              {"matrix", function.format->member},
              {"input", inputs.chunkParameter},
              {"step", step},
              {"columns", std::to_string(kernel.tileColumns)},
              {"bytes", arguments.at("bytes")},
              {"next", next},
              {"kernel", kernel.name + fill(inputs.tile, arguments)},
              {"strides", inputs.tileStrides}});
}

static std::string chunkFunction(const MatrixFunction &function, const MatrixKernels &kernels,
                                 const targets::Target &target) {
  const Inputs &inputs = inputsOf(function);
  const bool inUnit = kernels.unit.has_value();
  const std::string tokens = std::to_string(tileTokens(function, target)), tile = fill(inputs.tile, values(function));
  const std::string from = inUnit ? "in_unit" : "0", name = matrixFunctionName(function);
  const auto overTokens = [&](const std::string &kernel) {
    return "    for (i32 token = " + from + "; token < tiled; token += " + tokens + ")\n      " + kernel + tile + ", " +
           inputs.tileStrides + ");\n";
  };
  const std::string first = "  const i32 in_unit = " + name + "_in_tiles(w, a, tokens, blocks, y, y_stride);\n";
  return (inUnit ? unitFunction(function, *kernels.unit, target) : "") +
         comment(meaning(function) +
                 " for a thread's row blocks and all tokens of a chunk. A panel of rows stays in the first cache while "
                 "the tokens pass; tokens that fill no tile go one by one.") +
         fill(
             R"(inline void $name(const $matrix&w, $input, i32 tokens, Range blocks, f32 *y, i32 y_stride) {
$first  const i32 tiled = tokens / $tile_tokens * $tile_tokens;
$loops  for (i32 token = tiled; token < tokens; ++token)
    $name(w, $row, blocks, y + i64{token} * y_stride);
}
)",
             {{"name", name},
              {"matrix", function.format->member},
              {"input", inputs.chunkParameter},
              {"first", inUnit ? first : ""},
              {"tile_tokens", tokens},
              {"loops", overBlocks(wideBlocks(function, target), overTokens(kernels.wide.name),
                                   overTokens(kernels.narrow.name))},
              {"row", fill(inputs.row, values(function))}});
}

std::string printMatrixFunction(const MatrixFunction &function, const MatrixKernels &kernels,
                                const targets::Target &target) {
  return wrapped(function.chunk ? chunkFunction(function, kernels, target)
                                : oneTokenFunction(function, kernels, target));
}

} // namespace weebill::emit
