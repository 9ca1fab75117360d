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
  }];
  let useDefaultTypePrinterParser = 1;
  let extraClassDeclaration = [{
    void registerTypes();
  }];
}

// The key-value cache as memory: keeps passes from dropping, merging or reordering what reads and writes it.
def Lm_CacheResource : Resource<"::weebill::lm::CacheResource">;

class Lm_Op<string mnemonic, list<Trait> traits = []> : Op<Lm_Dialect, mnemonic, traits>;

#endif // LM_DIALECT_TD
