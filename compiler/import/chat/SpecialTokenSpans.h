//===- SpecialTokenSpans.h - Special tokens inside a text --------*- C++ -*-===//
//
// Pieces of a chat format are tokenized one by one, so none may end inside the text of a special token. Tested by
// tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_CHAT_SPECIALTOKENSPANS_H
#define WEEBILL_COMPILER_IMPORT_CHAT_SPECIALTOKENSPANS_H

#include "compiler/import/ImportedModel.h"

#include <string_view>

namespace weebill::chat {

class SpecialTokenSpans {
public:
  explicit SpecialTokenSpans(const importer::TokenizerData &tokenizer);

  size_t count() const { return ids.size(); }
  /// The special token that `text` starts with, the longest if there are several, or -1.
  int32_t tokenAtStart(std::string_view text) const;
  /// `position`, or where the token around it begins.
  size_t boundaryBefore(std::string_view text, size_t position) const { return boundary(text, position, false); }
  /// `position`, or where the token around it ends.
  size_t boundaryAfter(std::string_view text, size_t position) const { return boundary(text, position, true); }
  /// Where the last of them in `text` ends; 0 if there is none.
  size_t lastEnd(std::string_view text) const;

private:
  size_t sizeAtStart(std::string_view text) const;
  size_t boundary(std::string_view text, size_t position, bool after) const;

  const importer::TokenizerData &tokenizer;
  std::vector<int32_t> ids; // tokens that are matched as whole text
};

} // namespace weebill::chat

#endif // WEEBILL_COMPILER_IMPORT_CHAT_SPECIALTOKENSPANS_H
