//===- LmPlanAttrs.td - The plan, as passes write it on ops ----------------===//
//
// lm-plan-phases sets `lm.step`, lm-assign-buffers `lm.views` and the module's `lm.arena`.
//
//===----------------------------------------------------------------------===//
#ifndef LM_PLAN_ATTRS_TD
#define LM_PLAN_ATTRS_TD

include "LmDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

class Lm_Attr<string name, string attrMnemonic> : AttrDef<Lm_Dialect, name> {
  let mnemonic = attrMnemonic;
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Lm_Share : I32Enum<"Share", "who computes what of a step", [
    I32EnumCase<"Columns", 0, "columns">, // of the result, in units
    I32EnumCase<"Heads", 1, "heads">,     // a key-value head and its query heads
    I32EnumCase<"Tokens", 2, "tokens">,
    I32EnumCase<"Every", 3, "every">,     // every thread computes all of it for itself
  ]> {
  let cppNamespace = "::weebill::lm";
}

def Lm_Element : I32Enum<"Element", "element of a buffer", [
    I32EnumCase<"F32", 0, "f32">,
    I32EnumCase<"F16", 1, "f16">,
    I32EnumCase<"I8", 2, "i8">,
    I32EnumCase<"U8", 3, "u8">,
    I32EnumCase<"I32", 4, "i32">,
  ]> {
  let cppNamespace = "::weebill::lm";
}

//===----------------------------------------------------------------------===//
// Steps
//===----------------------------------------------------------------------===//

def Lm_PlaceAttr : Lm_Attr<"Place", "place"> {
  let summary = "Where a step stands in one of the two routes, and which thread computes what of it.";
  let description = [{
    Threads meet at a barrier between two phases. `phase` is counted from 0 in the part of the function that the step is in: before, in or
    behind `lm.repeat`. All steps of a phase have its `name`, which becomes a function of the emitted program. What is dealt out by `columns`
    of the result or by `heads` comes in `units` of `unit_columns` columns, the first of them `first_unit`, which is not 0 for a slice of
    a wider matrix.

    Constraints:
      - (C1) phase is not negative.
      - (C2) name is an identifier.
      - (C3) columns and heads have units and columns of a unit, both positive; tokens and every have neither.
      - (C4) first_unit is one of the units.

    Example: `#lm.place<phase = 0, name = "project_qkv", share = columns, units = 8, unit_columns = 32, first_unit = 4>`
  }];
  let parameters = (ins "int64_t":$phase, StringRefParameter<"of the phase">:$name, EnumParameter<Lm_Share>:$share,
                        DefaultValuedParameter<"int64_t", "0">:$units,
                        DefaultValuedParameter<"int64_t", "0">:$unit_columns,
                        DefaultValuedParameter<"int64_t", "0">:$first_unit);
}

def Lm_StepAttr : Lm_Attr<"Step", "step"> {
  let summary = "What lm-plan-phases has decided about an op that has a kernel.";
  let description = [{
    `lm.step` of the op: where in the model it stands, and its place when one token and when a chunk of tokens goes through.

    Constraints:
      - (C1) role is an identifier.
      - (C2) what is dealt out in units is dealt out alike in both routes.

    Example: `#lm.step<role = "ffn_norm", decode = <phase = 3, name = "gate_up", share = every>, prefill = <phase = 5, name = "ffn_norm", share = tokens>>`
  }];
  let parameters = (ins StringRefParameter<"where in the model">:$role, "::weebill::lm::PlaceAttr":$decode,
                        "::weebill::lm::PlaceAttr":$prefill);
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

def Lm_BufferAttr : Lm_Attr<"Buffer", "buffer"> {
  let summary = "Memory of one shape at an offset in the arena.";
  let description = [{
    `columns` elements for each token of a chunk, or for one token alone. Codes of a row, u8, are followed by a scale
    and a zero point a token; codes in groups of 32, i8, by a scale and two sums a group.
    `private_in_decode`: when one token goes through, every thread computes a copy of its own.

    Constraints:
      - (C1) name is an identifier.
      - (C2) element is f32, i8 or u8: kernels hand each other no others.
      - (C3) columns is a positive multiple of 64, to which rows are padded.
      - (C4) offset is a multiple of 64 bytes, a cache line, and not negative.

    Example: `#lm.buffer<name = "x", element = f32, columns = 576, offset = 65536>`
  }];
  let parameters = (ins StringRefParameter<"of the emitted pointer">:$name, EnumParameter<Lm_Element>:$element, "int64_t":$columns,
                        "int64_t":$offset, DefaultValuedParameter<"bool", "true">:$per_token,
                        DefaultValuedParameter<"bool", "false">:$private_in_decode);
}

def Lm_ArenaAttr : Lm_Attr<"Arena", "arena"> {
  let summary = "The memory of all activations, and who lies where in it.";
  let description = [{
    `lm.arena` of the module. Buffers share bytes when no phase needs both.

    Constraints:
      - (C1) chunk, the tokens that one prefill pass takes at most, is between 1 and 4096.
      - (C2) no two buffers have one name.
      - (C3) every buffer of a chunk ends within `bytes`.

    Example: `#lm.arena<chunk = 64, bytes = 147456, buffers = [<name = "x", element = f32, columns = 576, offset = 0>]>`
  }];
  let parameters = (ins "int64_t":$chunk, "int64_t":$bytes, OptionalArrayRefParameter<"::weebill::lm::BufferAttr">:$buffers);
  let assemblyFormat = "`<` struct($chunk, $bytes, custom<List>($buffers)) `>`";
  let extraClassDeclaration = [{
    static constexpr int64_t kMaximumChunk = 4096; // offsets stay far from overflow

    /// The buffer of that name, or null.
    ::weebill::lm::BufferAttr find(::llvm::StringRef name) const;
  }];
}

def Lm_ViewAttr : Lm_Attr<"View", "view"> {
  let summary = "Columns of a buffer.";
  let description = [{
    Constraints:
      - (C1) the first column is not negative and their number is positive.

    Example: `#lm.view<"qkv", 576, 192>`
  }];
  let parameters = (ins StringRefParameter<"of the arena">:$buffer, "int64_t":$first, "int64_t":$columns);
  let assemblyFormat = "`<` $buffer `,` $first `,` $columns `>`";
}

def Lm_ViewsAttr : Lm_Attr<"Views", "views"> {
  let summary = "What a step reads and writes.";
  let description = [{
    `lm.views` of the step. Token ids lie in no buffer.

    Constraints:
      - (C1) `in` has a view for each operand that is rows or codes, as wide as the operand.
      - (C2) `out` is there if the op has results, as wide as all of them side by side.
      - (C3) every view lies in a buffer of the module's `lm.arena`.

    Example: `#lm.views<in = [<"codes", 0, 576>, <"x", 0, 576>], out = <"x", 0, 576>>`
  }];
  let parameters = (ins OptionalArrayRefParameter<"::weebill::lm::ViewAttr">:$in, OptionalParameter<"::weebill::lm::ViewAttr">:$out);
  let assemblyFormat = "`<` struct(custom<List>($in), $out) `>`";
  let genVerifyDecl = 0;
  let extraClassDeclaration = [{
    /// All constraints, for the op that carries it.
    ::llvm::LogicalResult verifyOn(::mlir::Operation *op) const;
  }];
}

#endif // LM_PLAN_ATTRS_TD
