//===- LmTensorOps.td - What a model's author writes -----------------------===//
#ifndef LM_TENSOR_OPS_TD
#define LM_TENSOR_OPS_TD

include "LmTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_EmbedOp : Lm_Op<"embed", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Row of the embedding matrix for each token id.";
  let description = [{
    `output[t] = weight[tokens[t]]`.

    Constraints:
      - (C1) `weight` names an `lm.weight` of rank 2.
      - (C2) the output's columns equal the weight's columns.

    Example:

    ```mlir
    %x = lm.embed %tokens, @embedding : (tensor<?xi32>) -> tensor<?x576xf32>
    ```
  }];
  let arguments = (ins Lm_Tokens:$tokens, FlatSymbolRefAttr:$weight);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$tokens `,` $weight attr-dict `:` functional-type(operands, results)";
}

def Lm_RmsNormOp : Lm_Op<"rms_norm", [Pure, SameOperandsAndResultType, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Root-mean-square norm of each row.";
  let description = [{
    `output[t][i] = input[t][i] / sqrt(mean(input[t]^2) + epsilon) * gain[i]` (Zhang and Sennrich 2019, arXiv 1910.07467).

    Constraints:
      - (C1) `gain` names an `lm.weight` of rank 1 with as many columns as the input.
      - (C2) epsilon is positive.

    Example:

    ```mlir
    %n = lm.rms_norm %x, @attention_norm epsilon 1.0e-05 : tensor<?x576xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, FlatSymbolRefAttr:$gain, F32Attr:$epsilon);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `,` $gain `epsilon` $epsilon attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def Lm_LinearOp : Lm_Op<"linear", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Product with the transpose of a weight matrix.";
  let description = [{
    `output[t][r] = sum_c input[t][c] * weight[r][c]`. On quantized rows the sum is that of the codes, exact, and scaled afterwards
    (docs/numerics.md).

    Constraints:
      - (C1) `weight` names an `lm.weight` of rank 2.
      - (C2) the input's columns equal the weight's columns.
      - (C3) the output's columns equal the weight's rows.
      - (C4) quantized rows need a weight stored as int8, float rows one stored as f32 or f16.

    Example:

    ```mlir
    %q = lm.linear %n, @q : (tensor<?x576xf32>) -> tensor<?x576xf32>
    %k = lm.linear %codes, @k : (!lm.quantized<576>) -> tensor<?x192xf32>
    ```
  }];
  let arguments = (ins Lm_RowsOrCodes:$input, FlatSymbolRefAttr:$weight);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `,` $weight attr-dict `:` functional-type(operands, results)";
}

def Lm_AddBiasOp : Lm_Op<"add_bias", [
    Pure, SameOperandsAndResultType, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "The same vector added to every row.";
  let description = [{
    `output[t][i] = input[t][i] + bias[i]`: the bias of a projection.

    Constraints:
      - (C1) `bias` names an `lm.weight` of rank 1 with as many columns as the input.

    Example:

    ```mlir
    %q = lm.add_bias %p, @q_bias : tensor<?x896xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, FlatSymbolRefAttr:$bias);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `,` $bias attr-dict `:` type($input)";
}

def Lm_SiluOp : Lm_Op<"silu", [Pure, SameOperandsAndResultType]> {
  let summary = "x / (1 + exp(-x)), element by element.";
  let description = [{
    Example: `%s = lm.silu %g : tensor<?x1536xf32>`
  }];
  let arguments = (ins Lm_Rows:$input);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def Lm_GeluTanhOp : Lm_Op<"gelu_tanh", [Pure, SameOperandsAndResultType]> {
  let summary = "x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))), element by element.";
  let description = [{
    GELU in the approximation with tanh (Hendrycks and Gimpel 2016, arXiv 1606.08415).

    Example: `%s = lm.gelu_tanh %g : tensor<?x2048xf32>`
  }];
  let arguments = (ins Lm_Rows:$input);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def Lm_ScaleOp : Lm_Op<"scale", [Pure, SameOperandsAndResultType]> {
  let summary = "A row times a number of the model.";
  let description = [{
    `output[t][i] = input[t][i] * factor`, or times the number of the block in `scales`. A number that is 1 in some blocks and 0 in the others
    chooses between two rows of which the sum is taken: so rows are normed where a repetition of the blocks ends (Ouro).

    Constraints:
      - (C1) the factor is finite.
      - (C2) `scales`, if there are any, are inside an `lm.repeat`, one for each block that it visits, and finite.

    Example:

    ```mlir
    %x = lm.scale %e by 2.529822e+01 : tensor<?x640xf32>
    %y = lm.scale %n by 1.0 scales [0.0, 0.0, 1.0] : tensor<?x640xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, F32Attr:$factor, OptionalAttr<DenseF32ArrayAttr>:$block_scales);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `by` $factor (`scales` $block_scales^)? attr-dict `:` type($input)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    float getFactorOf(int64_t block) { return getBlockScales() ? (*getBlockScales())[block] : getFactor().convertToFloat(); }
  }];
}

def Lm_HadamardOp : Lm_Op<"hadamard", [Pure, SameOperandsAndResultType]> {
  let summary = "Elements of a row mixed with their neighbours.";
  let description = [{
    A Walsh-Hadamard transform of each `size` neighbouring columns, not normed: `output[t][i] = sum_j +-input[t][j]` over the `size` columns of
    the same group, with the sign of `(-1)^popcount(i & j)`. What is great in one column is spread over `size` of them, so that one scale of codes
    fits all (Ashkboos et al. 2024, arXiv 2404.00456). A matrix whose rows are mixed the same way and divided by `size` undoes it.

    Constraints:
      - (C1) `size` is a power of two.
      - (C2) it divides the columns.

    Example:

    ```mlir
    %m = lm.hadamard %h in 512 : tensor<?x1536xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, I64Attr:$size);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `in` $size attr-dict `:` type($input)";
  let hasVerifier = 1;
}

def Lm_MulOp : Lm_Op<"mul", [Pure, SameOperandsAndResultType]> {
  let summary = "Product, element by element.";
  let description = [{
    Example: `%h = lm.mul %s, %u : tensor<?x1536xf32>`
  }];
  let arguments = (ins Lm_Rows:$lhs, Lm_Rows:$rhs);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($output)";
}

def Lm_AddOp : Lm_Op<"add", [Pure, SameOperandsAndResultType]> {
  let summary = "Sum, element by element; the residual connection.";
  let description = [{
    `lhs + rhs`: the residual stream is on the left.

    Example: `%y = lm.add %x, %o : tensor<?x576xf32>`
  }];
  let arguments = (ins Lm_Rows:$lhs, Lm_Rows:$rhs);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($output)";
}

#endif // LM_TENSOR_OPS_TD
