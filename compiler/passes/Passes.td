//===- Passes.td - Every pass of Weebill -----------------------------------===//
//
// Flag `lm-fuse-qkv`, class FuseQKVPass, file FuseQKV.cpp, test tests/lit/passes/fuse-qkv.mlir. Their order, and the
// reason for it, is Pipeline.cpp. docs/passes.md is generated from here.
//
//===----------------------------------------------------------------------===//
#ifndef WEEBILL_PASSES_TD
#define WEEBILL_PASSES_TD

include "mlir/Pass/PassBase.td"

class Lm_Pass<string flag> : Pass<flag, "::mlir::ModuleOp"> {
  let dependentDialects = ["::weebill::lm::LmDialect"];
}

//===----------------------------------------------------------------------===//
// Sharing and fusion
//===----------------------------------------------------------------------===//

def RollRepeatsPass : Lm_Pass<"lm-roll-repeats"> {
  let summary = "Find the schedule of blocks that are written one after another.";
  let description = [{
    A model may be written as a loop over its blocks, as blocks one behind the other, each with weights of its own, or as
    several `lm.repeat` in a row; this pass makes one `lm.repeat` with `per_block` weights of all of them. The function
    is cut wherever one value alone is alive. Two pieces between cuts are equal if they hold the same ops with the same
    attributes and types, and read each other's values in the same way, in whatever order they are written down; only
    their weights may differ, in tensor though not in shape. Pieces that come again right behind themselves, once or
    more often, become the body, those that cover most ops first, and of two that cover as many the shorter one. Copies
    that read the same tensors are one block of the schedule; if all of them read one set of `per_block` weights, it
    stays as it is.

    Left alone, with a remark that says why, is an attention that does not follow in a loop the one before it: because an
    attribute, a type, an op or a value is another, because a second value goes on beside the residual stream, or
    because the cache is placed already, which makes the visits differ.
  }];
}

def ShareEqualWeightsPass : Lm_Pass<"lm-share-equal-weights"> {
  let summary = "Store blocks whose weights are all equal once.";
  let description = [{
    Two blocks are one if each of their `per_block` weights is read from the same tensor, or from tensors that hold the same
    numbers, as `equal` says: the IR holds names, not numbers. The later block goes away, what follows is renumbered, and
    `lm.repeat` visits the earlier one in its place. A checkpoint of a model with layer sharing that stores every visit as a
    layer of its own becomes what it was. Blocks that are equal in part stay: they would have to be stored apart anyway.
  }];
  let options = [
    ListOption<"equal", "equal", "std::string",
               "Tensors that hold the same numbers, as `name=name`, one pair an entry">
  ];
}

def MergeWeightsPass : Lm_Pass<"lm-merge-weights"> {
  let summary = "Make weights that are read from the same tensors one weight.";
  let description = [{
    Two `lm.weight` of the same type and storage that list the same tensors become one; uses of the later one are
    renamed. Tensors of different names that hold the same numbers, such as a head that a checkpoint stores as a copy of
    the embedding, are the same tensor here once `equal` says so: the IR holds names, not numbers. Vectors are told apart by
    name alone.
  }];
  let options = [
    ListOption<"equal", "equal", "std::string",
               "Tensors that hold the same numbers, as `name=name`, one pair an entry">
  ];
}

def FuseQKVPass : Lm_Pass<"lm-fuse-qkv"> {
  let summary = "Fuse the projections to queries, keys and values into lm.qkv.";
  let description = [{
    Matches three `lm.linear` of one input that reach the three operands of one `lm.attention`, directly or through
    `lm.add_bias`, `lm.head_norm` and `lm.rope`, and nothing else. The input is then read once for one matrix. A
    projection with another user stays, because its result would have to be kept apart, and so do projections that
    `tensors` says the file stores in several formats: a kernel reads one.
  }];
  let options = [
    ListOption<"tensors", "tensors", "std::string", "Storage in the model file, which is kept: tensor=storage">
  ];
}

def FuseSwiGLUPass : Lm_Pass<"lm-fuse-swiglu"> {
  let summary = "Fuse silu(linear(x)) * linear(x) into lm.swiglu, and with gelu_tanh into lm.geglu.";
  let description = [{
    Either operand order of the product is accepted. A product whose halves are also used elsewhere is left alone, because
    fusing it would compute them twice, and so are halves that `tensors` says the file stores in two formats in a block.
  }];
  let options = [
    ListOption<"tensors", "tensors", "std::string", "Storage in the model file, which is kept: tensor=storage">
  ];
}

//===----------------------------------------------------------------------===//
// Numbers
//===----------------------------------------------------------------------===//

def QuantizePass : Lm_Pass<"lm-quantize"> {
  let summary = "Store matrices as int8 and hand codes to them, or store them as float16.";
  let description = [{
    With weights and activations of int8 every `lm.weight` of rank 2 is marked `as int8`, and whatever multiplies by
    one reads `lm.quantize` of its input; one quantization serves all readers of a value. Vectors (norms) stay
    float32, and so does everything between matrices (docs/numerics.md). Activations of int8-symmetric make the
    quantizations symmetric. With weights of f16 matrices are marked `as f16` and read float rows; with f32 nothing
    changes. With weights of keep every matrix is marked as what the model file has it as, which `tensors` says of
    each tensor (`blk.0.attn_q.weight=Q4_1`); those whose codes are kept read codes in groups, activations of
    int8-g32. A matrix that blocks have in several formats lists them. A format without a storage is refused, and so
    are blocks that would not multiply the same codes. `store` gives single matrices a storage of their own, by symbol
    (`store=embedding=f16,down=int8`): each reads what its storage multiplies, codes of the kind that activations say,
    or float rows. Codes for no matrix, matrices of codes without codes, and ops that read several storages at once
    are refused: there are no kernels for them.
  }];
  let options = [
    Option<"weights", "weights", "::weebill::options::WeightFormat", "::weebill::options::WeightFormat::Int8",
           "Storage of matrices">,
    Option<"activations", "activations", "::weebill::options::Activations", "::weebill::options::Activations::Int8",
           "Rows that matrices read">,
    ListOption<"store", "store", "std::string", "Storage of single matrices: symbol=storage">,
    ListOption<"tensors", "tensors", "std::string", "Storage in the model file: tensor=storage">
  ];
}

//===----------------------------------------------------------------------===//
// Fusion of what quantization left
//===----------------------------------------------------------------------===//

def FuseNormQuantizePass : Lm_Pass<"lm-fuse-norm-quantize"> {
  let summary = "Fuse lm.quantize of lm.rms_norm into lm.rms_norm_quantize.";
  let description = [{
    The normed row is then never stored as float32. A norm with another user stays: its float32 row is needed anyway.
  }];
}

def FuseResidualPass : Lm_Pass<"lm-fuse-residual"> {
  let summary = "Fuse an addition to a linear's result into lm.linear_residual.";
  let description = [{
    The linear may be on either side, because float addition commutes to the bit; with a linear on both sides the left one
    is the residual. A linear with another user stays, and so does an addition that cannot be made where the residual lies.
  }];
}

//===----------------------------------------------------------------------===//
// Memory and order
//===----------------------------------------------------------------------===//

def PlaceCachePass : Lm_Pass<"lm-place-cache"> {
  let summary = "Make attention's key-value cache explicit.";
  let description = [{
    `lm.attention` becomes `lm.cache_append` and `lm.cached_attention` on one `lm.cache`, which has a part for each visit of
    a block, not for each block: a shared block sees other keys on its second visit. Positions are rounded up to 64, the
    block that attention sums over; the context asked for stays on the cache.
  }];
  let options = [
    Option<"cache", "cache", "::weebill::options::CacheFormat", "::weebill::options::CacheFormat::F16",
           "Element of keys and values">,
    Option<"context", "context", "int64_t", /*default=*/"2048", "Positions that the cache holds">
  ];
}

def PlanPhasesPass : Lm_Pass<"lm-plan-phases"> {
  let summary = "Decide which thread computes what, and where threads must wait for each other.";
  let description = [{
    Sets `lm.step` on every op that has a kernel: where it stands in the model, and its phase and partition when one token
    and when a chunk of tokens goes through. Threads meet at a barrier between two phases. A phase ends where an op touches
    memory that an earlier op of the phase has written, or writes what that op reads, unless the same thread is at both
    ends for every element.

    Matrices and element-wise steps are dealt out by columns: 16 at a time, or a head at a time towards attention. Norms and
    quantization of one token are computed by every thread for itself, of a chunk by tokens. What follows `lm.repeat` runs
    on one token in both routes.
  }];
}

def AssignBuffersPass : Lm_Pass<"lm-assign-buffers"> {
  let summary = "Give every value a place in one arena.";
  let description = [{
    Sets `lm.views` on every step, the columns of buffers that it reads and writes, and `lm.arena` on the module, with the
    offset of each buffer. The residual stream has one buffer, `x`, from the embedding to the last
    block; additions to it, biases, norms of heads and RoPE are in place. Buffers share bytes when no phase of either
    route needs both. A float buffer whose rows are padded to 64 columns shares none: kernels count on zeros there.
  }];
  let options = [
    Option<"chunk", "chunk", "int64_t", /*default=*/"64", "Tokens that one prefill pass takes at most">
  ];
}

def CheckEmittablePass : Lm_Pass<"lm-check-emittable"> {
  let summary = "The last gate: refuse what has no kernel.";
  let description = [{
    After this pass the module is one function around one `lm.repeat`, every op in it has a kernel for its sizes, and every
    step has its phases and buffers. Whatever is not so is an error that names the op and the reason.
  }];
}

#endif // WEEBILL_PASSES_TD
