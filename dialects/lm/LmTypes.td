//===- LmTypes.td - Types and type constraints -----------------------------===//
#ifndef LM_TYPES_TD
#define LM_TYPES_TD

include "LmDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

def Lm_Quantized : TypeDef<Lm_Dialect, "Quantized"> {
  let mnemonic = "quantized";
  let summary = "Rows of 8-bit activation codes, with scales for each token or for groups of its columns.";
  let description = [{
    `!lm.quantized<576>` is what `lm.quantize` makes of `tensor<?x576xf32>`: codes 0..255 that stand for `(code - zero) * scale`
    (docs/numerics.md). `!lm.quantized<576, 32>` are signed codes with a scale for each 32 columns.

    Constraints:
      - (C1) columns is positive.
      - (C2) a group has 32 columns, and columns is a multiple of it.
  }];
  let parameters = (ins "int64_t":$columns, DefaultValuedParameter<"int64_t", "0">:$group);
  let assemblyFormat = "`<` $columns (`,` $group^)? `>`";
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
    I32EnumAttrCase<"Q4_0", 3, "q4_0">,
    I32EnumAttrCase<"Q4_1", 4, "q4_1">,
    I32EnumAttrCase<"Q8_0", 5, "q8_0">,
    I32EnumAttrCase<"Q5_0", 6, "q5_0">,
    I32EnumAttrCase<"Q5_1", 7, "q5_1">,
    I32EnumAttrCase<"Q4_K", 8, "q4_k">,
    I32EnumAttrCase<"Q5_K", 9, "q5_k">,
    I32EnumAttrCase<"Q6_K", 10, "q6_k">,
    I32EnumAttrCase<"IQ4_NL", 11, "iq4_nl">,
    I32EnumAttrCase<"IQ4_XS", 12, "iq4_xs">,
    I32EnumAttrCase<"MXFP4", 13, "mxfp4">,
    I32EnumAttrCase<"TQ1_0", 14, "tq1_0">,
    I32EnumAttrCase<"TQ2_0", 15, "tq2_0">,
    I32EnumAttrCase<"Q2_0", 16, "q2_0">,
    I32EnumAttrCase<"Q6_0", 17, "q6_0">,
    I32EnumAttrCase<"Q4_C", 18, "q4_c">,
    I32EnumAttrCase<"Q6_C", 19, "q6_c">,
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
