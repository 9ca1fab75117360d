//===- LmCacheOps.td - Attention with the cache made explicit --------------===//
#ifndef LM_CACHE_OPS_TD
#define LM_CACHE_OPS_TD

include "LmTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_CacheAppendOp : Lm_Op<"cache_append", [
    MemoryEffects<[MemWrite<Lm_CacheResource>]>, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Writes the keys and values of this call's tokens into the cache of this visit.";
  let description = [{
    Both are rounded to the cache's element type; int8 is codes with one scale for each token and key-value head, which attention
    multiplies as codes (docs/numerics.md). The positions follow those of earlier calls.

    Constraints:
      - (C1) `cache` names an `lm.cache`.
      - (C2) keys and values have key_value_heads * head_size columns of the cache.

    Example:

    ```mlir
    lm.cache_append %k, %v, @cache : tensor<?x192xf32>, tensor<?x192xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$key, Lm_Rows:$value, FlatSymbolRefAttr:$cache);
  let assemblyFormat = "$key `,` $value `,` $cache attr-dict `:` type($key) `,` type($value)";
}

def Lm_CachedAttentionOp : Lm_Op<"cached_attention", [
    MemoryEffects<[MemRead<Lm_CacheResource>]>, DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "Causal grouped-query attention over the cache of this visit.";
  let description = [{
    As lm.attention, keys and values read from the cache, where an earlier lm.cache_append of the same visit has put this call's own.

    Constraints:
      - (C1) `cache` names an `lm.cache`.
      - (C2) heads is positive and the cache's key_value_heads divide it.
      - (C3) the queries have heads * head_size columns.
      - (C4) the output has the type of the queries.
      - (C5) `windows`, if there are any, are inside an `lm.repeat`, one for each block that it visits, and not negative.

    Example:

    ```mlir
    %a = lm.cached_attention %q, @cache heads 9 : tensor<?x576xf32> -> tensor<?x576xf32>
    ```
  }];
  let arguments = (ins Lm_Rows:$query, FlatSymbolRefAttr:$cache, I64Attr:$heads, OptionalAttr<DenseI64ArrayAttr>:$block_windows);
  let results = (outs Lm_Rows:$output);
  let assemblyFormat = "$query `,` $cache `heads` $heads (`windows` $block_windows^)? attr-dict `:` type($query) `->` type($output)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Positions that a token sees in a block of the enclosing lm.repeat; 0: all.
    int64_t getWindowOf(int64_t block) { return getBlockWindows() ? (*getBlockWindows())[block] : 0; }
  }];
}

#endif // LM_CACHE_OPS_TD
