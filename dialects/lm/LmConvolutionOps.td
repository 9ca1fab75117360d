//===- LmConvolutionOps.td - Mixing with the tokens just before ------------===//
#ifndef LM_CONVOLUTION_OPS_TD
#define LM_CONVOLUTION_OPS_TD

include "LmTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_ShortConvolutionOp : Lm_Op<"short_convolution", [
    MemoryEffects<[MemRead<Lm_CacheResource>, MemWrite<Lm_CacheResource>]>, SameOperandsAndResultType,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Causal convolution of each column over the last tokens.";
  let description = [{
    `output[t][i] = sum_k taps[k][i] * input[t - (width - 1) + k][i]` for `k` from 0 to `width - 1`: every column has taps of its own, and the
    last of them is the token's own. Tokens of earlier calls are behind those of this call; rows before the first token are 0. What goes on
    from one call to the next is therefore the last `width - 1` rows of the input, for each visit of a block.

    Constraints:
      - (C1) width is from 2 to 64.
      - (C2) `taps` names an `lm.weight` of rank 1 with `width` times as many columns as the input, tap after tap.

    Example:

    ```mlir
    %y = lm.short_convolution %u, @taps width 3 : tensor<?x1024xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, FlatSymbolRefAttr:$taps, I64Attr:$width);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `,` $taps `width` $width attr-dict `:` type($input)";
  let hasVerifier = 1;
}

#endif // LM_CONVOLUTION_OPS_TD
