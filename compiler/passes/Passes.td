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

def TieEmbeddingsPass : Lm_Pass<"lm-tie-embeddings"> {
  let summary = "Make weights that are read from the same tensors one weight.";
  let description = [{
    Two `lm.weight` of the same type and storage that list the same tensors become one; uses of the later one are
    renamed. Tensors of different names that hold the same numbers, such as a head that a checkpoint stores as a copy of
    the embedding, are the same tensor here once `equal` says so: the IR holds names, not numbers.
  }];
  let options = [
    ListOption<"equal", "equal", "std::string",
               "Tensors that hold the same numbers, as `name=name`, one pair an entry">
  ];
}

def FuseQKVPass : Lm_Pass<"lm-fuse-qkv"> {
  let summary = "Fuse the projections to queries, keys and values into lm.qkv.";
  let description = [{
    Matches three `lm.linear` of one input that reach the three operands of one `lm.attention`, through `lm.rope` or
    directly, and nothing else. The input is then read once for one matrix. A projection with another user stays, because
    its result would have to be kept apart.
  }];
}

def FuseSwiGLUPass : Lm_Pass<"lm-fuse-swiglu"> {
  let summary = "Fuse silu(linear(x)) * linear(x) into lm.swiglu.";
  let description = [{
    Either operand order of the product is accepted. A product whose halves are also used elsewhere is left alone, because
    fusing it would compute them twice.
  }];
}

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
    is the residual. A linear with another user stays.
  }];
}

#endif // WEEBILL_PASSES_TD
