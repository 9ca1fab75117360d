//===- LmFusedOps.td - What passes create ----------------------------------===//
#ifndef LM_FUSED_OPS_TD
#define LM_FUSED_OPS_TD

include "LmTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_QuantizeOp : Lm_Op<"quantize", [Pure]> {
  let summary = "Rows of 8-bit codes, one scale and zero point for each token.";
  let description = [{
    Asymmetric: the range of a row's elements, with 0 in it, becomes 0..255. `symmetric`: the greatest magnitude becomes 127, the zero point
    is 128 whatever the row (docs/numerics.md).

    Constraints:
      - (C1) input and output have the same number of columns.

    Example:

    ```mlir
    %c = lm.quantize %x : tensor<?x576xf32> -> !lm.quantized<576>
    %s = lm.quantize %x symmetric : tensor<?x576xf32> -> !lm.quantized<576>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, UnitAttr:$symmetric);
  let results = (outs Lm_Quantized:$output);
  let assemblyFormat = "$input (`symmetric` $symmetric^)? attr-dict `:` type($input) `->` qualified(type($output))";
  let hasVerifier = 1;
}

def Lm_RmsNormQuantizeOp : Lm_Op<"rms_norm_quantize", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "lm.rms_norm and lm.quantize in one pass over the row.";
  let description = [{
    Constraints:
      - (C1) `gain` names an `lm.weight` of rank 1 with as many columns as the input.
      - (C2) epsilon is positive.
      - (C3) input and output have the same number of columns.

    Example:

    ```mlir
    %c = lm.rms_norm_quantize %x, @attention_norm epsilon 1.0e-05 : tensor<?x576xf32> -> !lm.quantized<576>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, FlatSymbolRefAttr:$gain, F32Attr:$epsilon, UnitAttr:$symmetric);
  let results = (outs Lm_Quantized:$output);
  let assemblyFormat = "$input `,` $gain `epsilon` $epsilon (`symmetric` $symmetric^)? attr-dict `:` type($input) `->` qualified(type($output))";
  let hasVerifier = 1;
}

def Lm_QkvOp : Lm_Op<"qkv", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "The three projections of attention as one matrix.";
  let description = [{
    `lm.linear` with the rows of three weights, one under the other: the input is read once and its codes are made once.

    Constraints (each weight as in lm.linear):
      - (C1) every weight names an `lm.weight` of rank 2.
      - (C2) the input's columns equal every weight's columns.
      - (C3) each output's columns equal its weight's rows.
      - (C4) quantized rows need weights stored as int8, float rows weights stored as f32 or f16.

    Example:

    ```mlir
    %q, %k, %v = lm.qkv %n, @q, @k, @v
        : (tensor<?x576xf32>) -> (tensor<?x576xf32>, tensor<?x192xf32>, tensor<?x192xf32>)
    ```
  }];
  let arguments = (ins Lm_RowsOrCodes:$input, FlatSymbolRefAttr:$query_weight, FlatSymbolRefAttr:$key_weight, FlatSymbolRefAttr:$value_weight);
  let results = (outs Lm_Rows:$query, Lm_Rows:$key, Lm_Rows:$value);
  let assemblyFormat = [{
    $input `,` $query_weight `,` $key_weight `,` $value_weight attr-dict `:` functional-type(operands, results)
  }];
}

def Lm_SwiGLUOp : Lm_Op<"swiglu", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Gated feed-forward half: silu(x gate^T) * (x up^T).";
  let description = [{
    Reads `input` once for both matrices, whose row blocks alternate in the weights file; the two `[tokens][hidden]` intermediates never
    reach memory (Shazeer 2020, arXiv 2002.05202).

    Constraints (each weight as in lm.linear):
      - (C1) every weight names an `lm.weight` of rank 2.
      - (C2) the input's columns equal every weight's columns.
      - (C3) the output's columns equal every weight's rows.
      - (C4) quantized rows need weights stored as int8, float rows weights stored as f32 or f16.

    Example:

    ```mlir
    %h = lm.swiglu %n, @gate, @up : (tensor<?x576xf32>) -> tensor<?x1536xf32>
    ```
  }];
  let arguments = (ins Lm_RowsOrCodes:$input, FlatSymbolRefAttr:$gate_weight, FlatSymbolRefAttr:$up_weight);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `,` $gate_weight `,` $up_weight attr-dict `:` functional-type(operands, results)";
}

def Lm_GeGLUOp : Lm_Op<"geglu", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Gated feed-forward half: gelu_tanh(x gate^T) * (x up^T).";
  let description = [{
    As `lm.swiglu`, with the activation of `lm.gelu_tanh` (Shazeer 2020, arXiv 2002.05202).

    Constraints (each weight as in lm.linear):
      - (C1) every weight names an `lm.weight` of rank 2.
      - (C2) the input's columns equal every weight's columns.
      - (C3) the output's columns equal every weight's rows.
      - (C4) quantized rows need weights stored as int8, float rows weights stored as f32 or f16.

    Example:

    ```mlir
    %h = lm.geglu %n, @gate, @up : (tensor<?x640xf32>) -> tensor<?x2048xf32>
    ```
  }];
  let arguments = (ins Lm_RowsOrCodes:$input, FlatSymbolRefAttr:$gate_weight, FlatSymbolRefAttr:$up_weight);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `,` $gate_weight `,` $up_weight attr-dict `:` functional-type(operands, results)";
}

def Lm_LinearResidualOp : Lm_Op<"linear_residual", [Pure, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "residual + linear(input).";
  let description = [{
    Constraints (as lm.linear, and):
      - (C1) `weight` names an `lm.weight` of rank 2.
      - (C2) the input's columns equal the weight's columns.
      - (C3) the output's columns equal the weight's rows.
      - (C4) quantized rows need a weight stored as int8, float rows one stored as f32 or f16.
      - (C5) the residual has the type of the output.

    Example:

    ```mlir
    %y = lm.linear_residual %a, @o, %x : (tensor<?x576xf32>, tensor<?x576xf32>) -> tensor<?x576xf32>
    ```
  }];
  let arguments = (ins Lm_RowsOrCodes:$input, FlatSymbolRefAttr:$weight, Lm_Rows:$residual);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `,` $weight `,` $residual attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif // LM_FUSED_OPS_TD
