//===- EncodeText.cpp - Text as a model's tokens --------------------------===//
//
// Tested by tests/unit/compiler/tokenize/EncodeTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/tokenize/EncodeText.h"

#include "compiler/tokenize/AnyTokenizer.h"

#include <mutex>
#include <stdexcept>

namespace weebill::tokenize {

std::vector<int32_t> encodeText(const weights::TokenizerKind &kind, const std::vector<uint8_t> &section,
                                std::string_view text) {
  static std::mutex mutex; // the flags of a kind are globals
  const std::lock_guard<std::mutex> lock(mutex);
  std::vector<int32_t> ids;
  try {
    const TokenizerTables tables(section.data(), section.size());
    withTokenizer(kind, [&]<class Tokenizer>() {
      Tokenizer tokenizer(tables, Tokenizer::room_for(tables, text));
      tokenizer.encode(text, [&](i32 id) { ids.push_back(id); });
    });
  } catch (const Failure &failure) {
    throw std::runtime_error(failure.sentence);
  }
  return ids;
}

} // namespace weebill::tokenize
