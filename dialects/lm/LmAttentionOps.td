//===- LmAttentionOps.td - Positions and attention -------------------------===//
#ifndef LM_ATTENTION_OPS_TD
#define LM_ATTENTION_OPS_TD

include "LmTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_RopeOp : Lm_Op<"rope", [Pure, SameOperandsAndResultType]> {
  let summary = "Rotary position embedding of each head, half-rotated.";
  let description = [{
    With `d` the head size, `a = x[i]`, `b = x[i + d/2]` and `angle = position * theta^(-2i/d)` (Su et al. 2021, arXiv 2104.09864; pairs as
    in Llama checkpoints on Hugging Face):
    `y[i] = (a cos(angle) - b sin(angle)) * scale`, `y[i + d/2] = (b cos(angle) + a sin(angle)) * scale`.
    Queries carry attention's `1/sqrt(d)` in `scale`.

    Constraints:
      - (C1) heads is positive and divides the columns.
      - (C2) the head size is even.
      - (C3) theta is positive.

    Example:

    ```mlir
    %q = lm.rope %x heads 9 theta 1.0e+05 scale 1.250000e-01 : tensor<?x576xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$input, I64Attr:$heads, F64Attr:$theta, DefaultValuedAttr<F32Attr, "1.0f">:$scale);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$input `heads` $heads `theta` $theta (`scale` $scale^)? attr-dict `:` type($input)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    int64_t getHeadSize() { return getInput().getType().getDimSize(1) / getHeads(); }
  }];
}

def Lm_AttentionOp : Lm_Op<"attention", [MemoryEffects<[MemRead<Lm_CacheResource>, MemWrite<Lm_CacheResource>]>]> {
  let summary = "Causal grouped-query attention over all positions so far.";
  let description = [{
    Appends the keys and values of this call's tokens to those of earlier calls, then for each token and query head
    `output = sum_j softmax_j(query . key_j) value_j` over the positions `j` up to the token's own. Query head `h` reads key-value head
    `h / (heads / key_value_heads)`. Scaling is in the queries (`lm.rope`). `lm-place-cache` makes the cache explicit.

    Constraints:
      - (C1) key_value_heads is positive and divides heads.
      - (C2) heads divides the columns of the queries.
      - (C3) keys and values have key_value_heads * head size columns.
      - (C4) the output has the type of the queries.

    Example:

    ```mlir
    %a = lm.attention %q, %k, %v heads 9 key_value_heads 3
        : tensor<?x576xf32>, tensor<?x192xf32>, tensor<?x192xf32> -> tensor<?x576xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$query, Lm_Rows:$key, Lm_Rows:$value, I64Attr:$heads, I64Attr:$key_value_heads);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = [{
    $query `,` $key `,` $value `heads` $heads `key_value_heads` $key_value_heads attr-dict
    `:` type($query) `,` type($key) `,` type($value) `->` type($output)
  }];
  let hasVerifier = 1;
}

#endif // LM_ATTENTION_OPS_TD
