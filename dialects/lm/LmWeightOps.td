//===- LmWeightOps.td - Weights, cache, blocks: the module's frame ---------===//
#ifndef LM_WEIGHT_OPS_TD
#define LM_WEIGHT_OPS_TD

include "LmTypes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_WeightOp : Lm_Op<"weight", [Symbol]> {
  let summary = "A weight of the model and where to read it.";
  let description = [{
    Names a vector (`tensor<NxF32>`) or a matrix (`tensor<RxCxf32>`, one row an output) by its logical type. `per_block` weights exist once for
    each block: inside `lm.repeat` the symbol means the one of the block that is being visited. `from` lists the tensors of the model file.
    `as int8` and `as f16` are set by `lm-quantize`: symmetric per row, or rounded to float16; so are the formats of GGUF files, `as q4_1`,
    whose codes are kept as they are (docs/numerics.md). A `per_block` matrix that a file has in several formats lists them behind its
    sources, `stored ["q4_k", "q6_k"]`, one for each; `as` is the first of them. A source that is empty text stands for a block that has no such
    weight.

    Constraints:
      - (C1) the type has rank 1 or 2, static positive sizes and element type f32.
      - (C2) without `per_block` there is exactly one source; with it at least one; one of them is not empty.
      - (C3) a vector is stored as f32.
      - (C4) a `per_block` weight is used only inside `lm.repeat`.
      - (C5) `stored` belongs to a `per_block` matrix, has a storage for each source, of which the first is the one that `as` names, and all
        of them multiply the same codes.

    Example:

    ```mlir
    lm.weight @q : tensor<576x576xf32> per_block from ["blk.0.attn_q.weight", "blk.1.attn_q.weight"]
    lm.weight @embedding : tensor<49152x576xf32> as int8 from ["token_embd.weight"]
    lm.weight @v : tensor<192x576xf32> as q8_0 per_block from ["blk.0.attn_v.weight", "blk.1.attn_v.weight"] stored ["q8_0", "q4_0"]
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<AnyRankedTensor>:$type, DefaultValuedAttr<Lm_Storage, "::weebill::lm::Storage::F32">:$storage,
                       UnitAttr:$per_block, StrArrayAttr:$sources, OptionalAttr<StrArrayAttr>:$block_storages);
  let assemblyFormat = [{
    $sym_name `:` $type (`as` $storage^)? (`per_block` $per_block^)? `from` $sources (`stored` $block_storages^)? attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::mlir::RankedTensorType getTensorType() { return ::llvm::cast<::mlir::RankedTensorType>(getType()); }
    int64_t getRows() { return getTensorType().getRank() == 2 ? getTensorType().getDimSize(0) : 1; }
    int64_t getColumns() { return getTensorType().getShape().back(); }
    /// Whether a block has it: its source is not empty.
    bool isIn(int64_t block);
    /// How source `index` is stored.
    Storage getStorageOf(int64_t index);
    /// Sets `storage`, or, where sources differ, the list.
    void setStorages(::llvm::ArrayRef<Storage> ofSources);
    /// Every storage that a source has, once, in the order of sources.
    ::llvm::SmallVector<Storage> getDistinctStorages();
  }];
}

def Lm_CacheOp : Lm_Op<"cache", [Symbol]> {
  let summary = "The key-value cache: one for each visit of a block.";
  let description = [{
    Ops inside `lm.repeat` use the part of the visit that is under way; outside they use the first. `context` is what was asked for, where that
    is less than the positions that there are.

    Constraints:
      - (C1) visits, key_value_heads, head_size and positions are positive.
      - (C2) positions is a multiple of 64, the block that attention sums over.
      - (C3) `context`, if there is one, is positive and not more than positions.

    Example:

    ```mlir
    lm.cache @cache : f16 visits 30 key_value_heads 3 head_size 64 positions 2048 context 2000
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, Lm_CacheElement:$element, I64Attr:$visits, I64Attr:$key_value_heads, I64Attr:$head_size,
                       I64Attr:$positions, OptionalAttr<I64Attr>:$context);
  let assemblyFormat = [{
    $sym_name `:` $element `visits` $visits `key_value_heads` $key_value_heads `head_size` $head_size `positions` $positions (`context` $context^)? attr-dict
  }];
  let hasVerifier = 1;
}

def Lm_RepeatOp : Lm_Op<"repeat", [
    SingleBlock, RecursiveMemoryEffects, IsolatedFromAbove, AllTypesMatch<["input", "output"]>,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "The blocks of the model, visited in the order of the schedule.";
  let description = [{
    Runs its region once for each entry of `schedule`, handing the yielded rows to the next visit. An entry is the index of a block: it selects
    the `per_block` weights. The same index may stand in the schedule more than once (layer sharing): weights are then stored once, the cache
    exists once for each visit.

    Constraints:
      - (C1) the schedule is not empty and has no negative entry.
      - (C2) every entry is below the number of sources of every `per_block` weight used inside.
      - (C3) the region's argument, what it yields, the input and the output have the same type.
      - (C4) only `per_block` weights are used inside, and a block that is visited has all that its ops use.
      - (C5) it is not inside another lm.repeat.

    Example:

    ```mlir
    %y = lm.repeat [0, 0, 1, 1] %x : tensor<?x576xf32> {
    ^bb0(%h: tensor<?x576xf32>):
      %n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x576xf32>
      lm.yield %n : tensor<?x576xf32>
    }
    ```
  }];
  let arguments = (ins DenseI64ArrayAttr:$schedule, Lm_Rows:$input);
  let results = (outs Lm_Rows:$output);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$schedule $input `:` type($input) attr-dict-with-keyword $body";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def Lm_EitherOp : Lm_Op<"either", [
    SingleBlock, RecursiveMemoryEffects, IsolatedFromAbove, AllTypesMatch<["input", "output"]>]> {
  let summary = "One of two regions, by the block that is visited.";
  let description = [{
    What blocks of two kinds do otherwise: `arms` says of each block which region its visits run, 0 or 1. Weights that only one region uses are in
    the blocks that run it.

    Constraints:
      - (C1) it is inside an `lm.repeat`, and `arms` has a number, 0 or 1, for each block that it visits.
      - (C2) the arguments of the regions, what they yield, the input and the output have the same type.

    Example:

    ```mlir
    %y = lm.either [1, 0] %x : tensor<?x576xf32> {
    ^bb0(%h: tensor<?x576xf32>):
      %n = lm.rms_norm %h, @norm epsilon 1.0e-05 : tensor<?x576xf32>
      lm.yield %n : tensor<?x576xf32>
    }, {
    ^bb0(%h: tensor<?x576xf32>):
      lm.yield %h : tensor<?x576xf32>
    }
    ```
  }];
  let arguments = (ins DenseI64ArrayAttr:$block_arms, Lm_Rows:$input);
  let results = (outs Lm_Rows:$output);
  let regions = (region SizedRegion<1>:$first, SizedRegion<1>:$second);
  let assemblyFormat = "$block_arms $input `:` type($input) attr-dict-with-keyword $first `,` $second";
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    static constexpr int64_t kArms = 2;
    /// The region that visits of a block run.
    ::mlir::Block &getArmOf(int64_t block) { return getArm(getBlockArms()[block]); }
    ::mlir::Block &getArm(int64_t arm) { return (*this)->getRegion(arm).front(); }
    /// The lm.either that an op is in, and the number of its region there; null and -1 where it is in none.
    static std::pair<EitherOp, int64_t> around(::mlir::Operation *op);
  }];
}

def Lm_YieldOp : Lm_Op<"yield", [Terminator, ParentOneOf<["RepeatOp", "EitherOp"]>, Pure]> {
  let summary = "What a visit of a block, or one of its regions, hands on.";
  let description = [{
    Example: `lm.yield %h : tensor<?x576xf32>`
  }];
  let arguments = (ins Lm_Rows:$value);
  let assemblyFormat = "$value `:` type($value) attr-dict";
}

#endif // LM_WEIGHT_OPS_TD
