//===- LmDialect.td - The dialect ------------------------------------------===//
#ifndef LM_DIALECT_TD
#define LM_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Lm_Dialect : Dialect {
  let name = "lm";
  let cppNamespace = "::weebill::lm";
  let summary = "Whole-tensor operations of decoder-only language models.";
  let description = [{
    A module holds the weights as symbols (`lm.weight`), the key-value cache (`lm.cache`) and one function, the forward pass from token ids to
    logits. Activations are `tensor<?xNxf32>`, one row a token, or `!lm.quantized<N>`, rows of 8-bit codes. The blocks of the model are one
    region, `lm.repeat`, with the list of block indices that the token visits. Why the ops are these: docs/dialects/lm-rationale.md.

    Beside what belongs to its ops the dialect has these attributes, and refuses others that begin with `lm.`:

    | attribute | on | says |
    | --- | --- | --- |
    | `lm.name` | the module | the model's name |
    | `lm.source` | the module | the model file's name without its folder |
    | `lm.arena` | the module | `#lm.arena`, set by `lm-assign-buffers` |
    | `lm.step` | a step | `#lm.step`, set by `lm-plan-phases` |
    | `lm.views` | a step | `#lm.views`, set by `lm-assign-buffers` |
    | `lm.keep_float` | a linear | its matrix stays float unless a recipe names it |
    | `lm.not_fused` | an op that a fusion left alone | the reason |
  }];
  let useDefaultTypePrinterParser = 1;
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let discardableAttrs = (ins
    "::mlir::StringAttr":$name,
    "::mlir::StringAttr":$source,
    "::weebill::lm::ArenaAttr":$arena,
    "::weebill::lm::StepAttr":$step,
    "::weebill::lm::ViewsAttr":$views,
    "::mlir::UnitAttr":$keep_float,
    "::mlir::StringAttr":$not_fused
  );
  let extraClassDeclaration = [{
    void registerTypes();
    void registerAttributes();
  }];
}

// The key-value cache as memory: keeps passes from dropping, merging or reordering what reads and writes it.
def Lm_CacheResource : Resource<"::weebill::lm::CacheResource">;

class Lm_Op<string mnemonic, list<Trait> traits = []> : Op<Lm_Dialect, mnemonic, traits>;

#endif // LM_DIALECT_TD
