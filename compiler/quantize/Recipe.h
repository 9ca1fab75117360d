//===- Recipe.h - Which matrix becomes what ----------------------*- C++ -*-===//
//
// Formats for the matrices of a model: the same for all of one role, or layer by layer. As a JSON file that can be
// written and read: `{"ffn_down": "q5_0", "attn_v": ["q8_0", "q5_0"], "token_embd": "q8_0"}`, roles by what GGUF calls
// their tensors. Tested by tests/unit/compiler/quantize/RecipeTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_QUANTIZE_RECIPE_H
#define WEEBILL_COMPILER_QUANTIZE_RECIPE_H

#include "compiler/quantize/QuantizedTensors.h"

namespace weebill::quantize {

/// Matrices of blocks as `blocks` says, embedding and head in 8 bits: a row of the head is a token's logit, and an
/// error of it meets every answer.
Formats uniformFormats(const importer::TensorSource &source, const GroupFormat &blocks);

/// Bits of a weight of the blocks' matrices, on average, scales included.
double bitsOfBlocks(const importer::TensorSource &source, const Formats &formats);

/// The text of a recipe file.
std::string recipeText(const importer::TensorSource &source, const Formats &formats);

/// Reads such a text. Throws InputError "path: what" for what is no recipe of this model.
Formats parseRecipe(const std::string &path, const std::string &text, const importer::TensorSource &source);

} // namespace weebill::quantize

#endif // WEEBILL_COMPILER_QUANTIZE_RECIPE_H
