//===- LmAttentionOps.td - Positions and attention -------------------------===//
#ifndef LM_ATTENTION_OPS_TD
#define LM_ATTENTION_OPS_TD

include "LmTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_RopeOp : Lm_Op<"rope", [Pure, SameOperandsAndResultType]> {
  let summary = "Rotary position embedding of each head, half-rotated.";
  let description = [{
    With `d` the head size, `a = x[i]`, `b = x[i + d/2]` and `angle = position * frequency[i]` (Su et al. 2021, arXiv 2104.09864; pairs as
    in Llama checkpoints on Hugging Face):
    `y[i] = (a cos(angle) - b sin(angle)) * scale`, `y[i + d/2] = (b cos(angle) + a sin(angle)) * scale`.
    Queries carry attention's scale, which is `1/sqrt(d)` for most models, in `scale`, unless an `lm.head_norm` behind it does. `scales` gives
    each block one of its own.

    `frequency[i] = theta^(-2i/d)`. With a `factor` other than 1 (Llama 3.1 and later) slow rotations are slower still: with
    `wavelength = 2 pi / frequency[i]`, a frequency is kept where `wavelength < context / high`, divided by `factor` where
    `wavelength > context / low`, and in between it is `(1 - s) frequency / factor + s frequency` with
    `s = (context / wavelength - low) / (high - low)`. `context` is that of the model before it was extended.

    `blocks` gives each block of the enclosing `lm.repeat` a theta of its own, as per-block weights give it numbers of its own. A 0 says that
    the block has no RoPE: all its frequencies are 0. `factors` gives it a factor of its own, 1 where its RoPE is not scaled.

    Constraints:
      - (C1) heads is positive and divides the columns.
      - (C2) the head size is even.
      - (C3) theta is positive.
      - (C4) factor is positive, and unless it is 1, low is positive and less than high, and context is not negative; with 0
        all frequencies are divided by factor.
      - (C5) `blocks`, if there are any, are inside an `lm.repeat`, one for each block that it visits, finite and not negative.
      - (C6) `scales`, if there are any, are inside an `lm.repeat`, one for each block that it visits, finite and not 0.
      - (C7) `factors`, if there are any, are inside an `lm.repeat`, one for each block that it visits, finite and positive, and `factor` is
        not 1.

    Example:

    ```mlir
    %q = lm.rope %x heads 9 theta 1.0e+05 scale 1.250000e-01 : tensor<?x576xf32>
    %k = lm.rope %y heads 8 theta 5.0e+05 factor 3.2e+01 low 1.0 high 4.0 context 8192 : tensor<?x512xf32>
    %r = lm.rope %z heads 8 theta 5.0e+05 blocks [5.0e+05, 5.0e+05, 5.0e+05, 0.0] : tensor<?x512xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, I64Attr:$heads, F64Attr:$theta, DefaultValuedAttr<F64Attr, "1.0">:$factor,
                       DefaultValuedAttr<F64Attr, "1.0">:$low, DefaultValuedAttr<F64Attr, "1.0">:$high,
                       DefaultValuedAttr<I64Attr, "0">:$original_context, DefaultValuedAttr<F32Attr, "1.0f">:$scale,
                       OptionalAttr<DenseF64ArrayAttr>:$block_thetas, OptionalAttr<DenseF32ArrayAttr>:$block_scales,
                       OptionalAttr<DenseF64ArrayAttr>:$block_factors);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = [{
    $input `heads` $heads `theta` $theta (`blocks` $block_thetas^)? (`factor` $factor^ `low` $low `high` $high `context` $original_context)? (`scale` $scale^)?
    (`scales` $block_scales^)? (`factors` $block_factors^)? attr-dict `:` type($input)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getHeadSize() { return getInput().getType().getDimSize(1) / getHeads(); }
    /// Theta in a block of the enclosing lm.repeat; 0: no RoPE.
    double getThetaOf(int64_t block) {
      return getBlockThetas() ? (*getBlockThetas())[block] : getTheta().convertToDouble();
    }
    double getFactorOf(int64_t block) {
      return getBlockFactors() ? (*getBlockFactors())[block] : getFactor().convertToDouble();
    }
    float getScaleOf(int64_t block) { return getBlockScales() ? (*getBlockScales())[block] : getScale().convertToFloat(); }
  }];
}

def Lm_HeadNormOp : Lm_Op<"head_norm", [
    Pure, SameOperandsAndResultType, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Root-mean-square norm of each head.";
  let description = [{
    For each head of size `d`: `y[i] = x[i] / sqrt(mean(x^2) + epsilon) * gain[i] * scale`. All heads share the gain; without one it is 1
    everywhere. Queries and keys are normed so, before RoPE (Qwen3) or after it (MobileLLM-R1; then queries carry attention's scale in
    `scale`, or each block's in `scales`).

    Constraints:
      - (C1) heads is positive and divides the columns.
      - (C2) epsilon is positive.
      - (C3) `gain`, if there is one, names an `lm.weight` of rank 1 with as many columns as a head.
      - (C4) `scales`, if there are any, are inside an `lm.repeat`, one for each block that it visits, finite and not 0.

    Example:

    ```mlir
    %n = lm.head_norm %q, @q_norm heads 16 epsilon 1.0e-06 : tensor<?x2048xf32>
    %m = lm.head_norm %r heads 9 epsilon 1.0e-05 scale 1.250000e-01 : tensor<?x576xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, OptionalAttr<FlatSymbolRefAttr>:$gain, I64Attr:$heads, F32Attr:$epsilon,
                       DefaultValuedAttr<F32Attr, "1.0f">:$scale, OptionalAttr<DenseF32ArrayAttr>:$block_scales);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = [{
    $input (`,` $gain^)? `heads` $heads `epsilon` $epsilon (`scale` $scale^)? (`scales` $block_scales^)? attr-dict `:` type($input)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getHeadSize() { return getInput().getType().getDimSize(1) / getHeads(); }
    float getScaleOf(int64_t block) { return getBlockScales() ? (*getBlockScales())[block] : getScale().convertToFloat(); }
  }];
}

def Lm_AttentionOp : Lm_Op<"attention", [MemoryEffects<[MemRead<Lm_CacheResource>, MemWrite<Lm_CacheResource>]>]> {
  let summary = "Causal grouped-query attention over all positions so far.";
  let description = [{
    Appends the keys and values of this call's tokens to those of earlier calls, then for each token and query head
    `output = sum_j softmax_j(query . key_j) value_j` over the positions `j` up to the token's own. Query head `h` reads key-value head
    `h / (heads / key_value_heads)`. Scaling is in the queries (`lm.rope`, `lm.head_norm`). `lm-place-cache` makes the cache explicit.

    `windows` gives each block of the enclosing `lm.repeat` the number of positions that a token sees there, its own included: of those
    behind, only the last `window - 1`. A 0 says that it sees all.

    Constraints:
      - (C1) key_value_heads is positive and divides heads.
      - (C2) heads divides the columns of the queries.
      - (C3) keys and values have key_value_heads * head size columns.
      - (C4) the output has the type of the queries.
      - (C5) `windows`, if there are any, are inside an `lm.repeat`, one for each block that it visits, and not negative.

    Example:

    ```mlir
    %a = lm.attention %q, %k, %v heads 9 key_value_heads 3
        : tensor<?x576xf32>, tensor<?x192xf32>, tensor<?x192xf32> -> tensor<?x576xf32>
    %b = lm.attention %q, %k, %v heads 9 key_value_heads 3 windows [512, 512, 512, 0]
        : tensor<?x576xf32>, tensor<?x192xf32>, tensor<?x192xf32> -> tensor<?x576xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$query, Lm_Rows:$key, Lm_Rows:$value, I64Attr:$heads, I64Attr:$key_value_heads,
                       OptionalAttr<DenseI64ArrayAttr>:$block_windows);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = [{
    $query `,` $key `,` $value `heads` $heads `key_value_heads` $key_value_heads (`windows` $block_windows^)? attr-dict
    `:` type($query) `,` type($key) `,` type($value) `->` type($output)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Positions that a token sees in a block of the enclosing lm.repeat; 0: all.
    int64_t getWindowOf(int64_t block) { return getBlockWindows() ? (*getBlockWindows())[block] : 0; }
  }];
}

#endif // LM_ATTENTION_OPS_TD
