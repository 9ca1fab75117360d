//===- EncodeText.cpp - A text's tokens, at build time --------------------===//
//
// Tested by tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/text/EncodeText.h"

#include "codegen/text/AnyTokenizer.h"

#include "runtime/strip_spaces.h"

#include <stdexcept>

namespace weebill::text {

std::vector<int32_t> encodeText(const weights::TokenizerKind &kind, const std::vector<uint8_t> &tables,
                                std::string_view text) {
  std::vector<int32_t> ids;
  try {
    const TokenizerTables found(tables.data(), tables.size());
    with_tokenizer(kind, [&]<class Tokenizer>() {
      Tokenizer(found, Tokenizer::room_for(found, text)).encode(text, [&](i32 id) { ids.push_back(id); });
    });
  } catch (const Failure &failure) {
    throw std::invalid_argument(failure.sentence);
  }
  return ids;
}

std::string stripped(std::string_view text) { return std::string(strip_spaces(text)); }

} // namespace weebill::text
