//===- LmTypes.td - Types and type constraints -----------------------------===//
#ifndef LM_TYPES_TD
#define LM_TYPES_TD

include "LmDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Lm_Quantized : TypeDef<Lm_Dialect, "Quantized"> {
  let mnemonic = "quantized";
  let summary = "Rows of 8-bit activation codes, one scale and one zero point for each token.";
  let description = [{
    `!lm.quantized<576>` is what `lm.quantize` makes of `tensor<?x576xf32>`: codes 0..255 that stand for `(code - zero) * scale`
    (docs/numerics.md).

    Constraints:
      - (C1) columns is positive.
  }];
  let parameters = (ins "int64_t":$columns);
  let assemblyFormat = "`<` $columns `>`";
  let genVerifyDecl = 1;
}

// Rows of activations: [tokens][columns], the number of tokens known only when the program runs.
def Lm_Rows : Type<CPred<"::weebill::lm::isRows($_self)">, "rows of float32, tensor<?xNxf32>", "::mlir::RankedTensorType">;
def Lm_RowsOrCodes : AnyTypeOf<[Lm_Rows, Lm_Quantized]>;
def Lm_Tokens : Type<CPred<"::weebill::lm::isTokens($_self)">, "token ids, tensor<?xi32>", "::mlir::RankedTensorType">;

def Lm_Storage : I32EnumAttr<"Storage", "how a weight is stored in the weights file", [
    I32EnumAttrCase<"F32", 0, "f32">,
    I32EnumAttrCase<"Int8", 1, "int8">,
    I32EnumAttrCase<"F16", 2, "f16">,
  ]> {
  let cppNamespace = "::weebill::lm";
}

def Lm_CacheElement : I32EnumAttr<"CacheElement", "element of the key-value cache", [
    I32EnumAttrCase<"F16", 0, "f16">,
    I32EnumAttrCase<"F32", 1, "f32">,
    I32EnumAttrCase<"Int8", 2, "int8">,
  ]> {
  let cppNamespace = "::weebill::lm";
}

#endif // LM_TYPES_TD
