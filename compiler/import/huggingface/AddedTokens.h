//===- AddedTokens.h - Tokens that are matched as whole text -----*- C++ -*-===//
//
// The list `added_tokens` of a tokenizer.json. A flag that emitted programs do not honour is refused by its name.
// Tested by tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_ADDEDTOKENS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_ADDEDTOKENS_H

#include "compiler/import/ImportedModel.h"

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace weebill::huggingface {

struct AddedTokenEntry {
  nlohmann::json id; // as it stands there
  std::string content;
  std::string searched; // what is looked for: the content, or what a normalizer makes of it
  bool special = false, inChangedText = false, takesSpacesBefore = false, takesSpacesAfter = false,
       isSingleWord = false;

  /// It as token `number` of a tokenizer.
  importer::TokenizerData::Added asToken(int32_t number) const {
    return {number, searched, inChangedText, takesSpacesBefore, takesSpacesAfter, isSingleWord};
  }
};

/// Of `tokenizer`, kind and map are right already. Throws InputError for a damaged entry, UnsupportedTokenizer for one
/// that is not supported.
std::vector<AddedTokenEntry> readAddedTokens(const std::string &path, const nlohmann::json &content,
                                             const importer::TokenizerData &tokenizer);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_ADDEDTOKENS_H
