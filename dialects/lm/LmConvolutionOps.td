//===- LmConvolutionOps.td - Mixing with the tokens just before ------------===//
#ifndef LM_CONVOLUTION_OPS_TD
#define LM_CONVOLUTION_OPS_TD

include "LmTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_GatedConvolutionOp : Lm_Op<"gated_convolution", [
    MemoryEffects<[MemRead<Lm_CacheResource>, MemWrite<Lm_CacheResource>]>,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Causal convolution of each column over the last tokens, between two gates.";
  let description = [{
    The input is three rows side by side: a gate before, a gate behind and what is convolved,

        u[t][i] = before[t][i] * x[t][i]
        output[t][i] = behind[t][i] * sum_k taps[k][i] * u[t - (width - 1) + k][i]      for k from 0 to width - 1

    (LFM2, Liquid AI 2025). Every column has taps of its own, and the last of them is the token's own. Tokens of earlier calls are behind those
    of this call; rows before the first token are 0. What goes on from one call to the next is therefore the last `width - 1` rows of `u`,
    for each visit of a block.

    Constraints:
      - (C1) width is from 2 to 64.
      - (C2) the input has three times as many columns as the output.
      - (C3) `taps` names an `lm.weight` of rank 1 with `width` times as many columns as the output, tap after tap.

    Example:

    ```mlir
    %y = lm.gated_convolution %p, @taps width 3 : (tensor<?x3072xf32>) -> tensor<?x1024xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, FlatSymbolRefAttr:$taps, I64Attr:$width);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `,` $taps `width` $width attr-dict `:` functional-type(operands, results)";
  let hasVerifier = 1;
}

#endif // LM_CONVOLUTION_OPS_TD
