//===- SpecialTokenSpans.cpp - Special tokens inside a text ---------------===//
//
// Tested by tests/unit/compiler/import/DeriveChatFormatTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/chat/SpecialTokenSpans.h"

#include <algorithm>

namespace weebill::chat {

SpecialTokenSpans::SpecialTokenSpans(const importer::TokenizerData &tokenizer) : tokenizer(tokenizer) {
  for (const importer::TokenizerData::Added &added : tokenizer.added)
    if (!tokenizer.tokens[size_t(added.id)].empty())
      ids.push_back(added.id);
}

int32_t SpecialTokenSpans::tokenAtStart(std::string_view text) const {
  int32_t longest = -1;
  for (int32_t id : ids) {
    const std::string &token = tokenizer.tokens[size_t(id)];
    if (text.starts_with(token) && (longest < 0 || token.size() > tokenizer.tokens[size_t(longest)].size()))
      longest = id;
  }
  return longest;
}

/// Bytes of such a token, or 0.
size_t SpecialTokenSpans::sizeAtStart(std::string_view text) const {
  const int32_t id = tokenAtStart(text);
  return id < 0 ? 0 : tokenizer.tokens[size_t(id)].size();
}

size_t SpecialTokenSpans::lastEnd(std::string_view text) const {
  size_t last = 0;
  for (size_t at = 0; at < text.size();) {
    const size_t size = sizeAtStart(text.substr(at));
    at += std::max<size_t>(size, 1);
    last = size > 0 ? at : last;
  }
  return last;
}

size_t SpecialTokenSpans::boundary(std::string_view text, size_t position, bool after) const {
  for (size_t at = 0; at < position;) {
    const size_t end = at + std::max<size_t>(sizeAtStart(text.substr(at)), 1);
    if (end > position)
      return after ? end : at;
    at = end;
  }
  return position;
}

} // namespace weebill::chat
