//===- TokenizerTables.cpp - The tokenizer's section of the weights file --------===//
//
// Tested by tests/unit/runtime/TokenizerTest.cpp and tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/TokenizerTables.h"

#include "runtime/tokenizer_tables.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace weebill {

namespace {

/// The section as it grows: every array starts at a multiple of 64.
class Blob {
public:
  template <class T> uint32_t append(const std::vector<T> &values) {
    bytes.resize((bytes.size() + 63) / 64 * 64);
    const size_t offset = bytes.size();
    const size_t added = values.size() * sizeof(T);
    if (offset + added > std::numeric_limits<uint32_t>::max() - 64)
      throw std::runtime_error("the tokenizer's tables would be larger than 4 GiB");
    bytes.resize(offset + added);
    if (added > 0)
      std::memcpy(bytes.data() + offset, values.data(), added);
    return static_cast<uint32_t>(offset);
  }

  std::vector<uint8_t> bytes = std::vector<uint8_t>(sizeof(TokenizerHeader));
};

void checkSizes(const TokenizerSource &source) {
  const size_t count = source.tokens.size();
  if (source.special.size() != count || source.userDefined.size() != count)
    throw std::runtime_error("the tokenizer has " + std::to_string(count) + " tokens but " +
                             std::to_string(source.special.size()) + " and " +
                             std::to_string(source.userDefined.size()) + " marks of special and user-defined tokens");
  if (count > size_t(std::numeric_limits<int32_t>::max()))
    throw std::runtime_error("the tokenizer has more tokens than an id can count");
  for (size_t rank = 0; rank < source.merges.size(); ++rank)
    for (int32_t id : {source.merges[rank].left, source.merges[rank].right, source.merges[rank].result})
      if (id < 0 || size_t(id) >= count)
        throw std::runtime_error("merge " + std::to_string(rank) + " of the tokenizer names token " +
                                 std::to_string(id) + ", but there are " + std::to_string(count));
}

TokenKind kindOf(const TokenizerSource &source, size_t id) {
  return source.special[id] ? TokenKind::Control : source.userDefined[id] ? TokenKind::Defined : TokenKind::Plain;
}

/// The token of each single byte: the last one of that text, as in a dictionary that is filled in order.
std::vector<int32_t> byteTokens(const TokenizerSource &source) {
  std::vector<int32_t> found(256, -1);
  for (size_t id = 0; id < source.tokens.size(); ++id)
    if (source.tokens[id].size() == 1 && kindOf(source, id) == TokenKind::Plain)
      found[static_cast<uint8_t>(source.tokens[id][0])] = static_cast<int32_t>(id);
  return found;
}

/// Ids that are matched as whole text, the longest first: whoever matches first is the longest match.
std::vector<int32_t> wholeTexts(const TokenizerSource &source) {
  std::vector<int32_t> ids;
  for (size_t id = 0; id < source.tokens.size(); ++id)
    if (kindOf(source, id) != TokenKind::Plain && !source.tokens[id].empty())
      ids.push_back(static_cast<int32_t>(id));
  std::sort(ids.begin(), ids.end(), [&](int32_t a, int32_t b) {
    const size_t bytesOfA = source.tokens[a].size(), bytesOfB = source.tokens[b].size();
    return bytesOfA != bytesOfB ? bytesOfA > bytesOfB : a < b;
  });
  return ids;
}

/// At most half full: a pair that is not there, the common case, is known after 1.5 looks.
std::vector<MergeSlot> mergeTable(const std::vector<TokenizerMerge> &merges) {
  if (merges.size() > size_t{1} << 26) // 2 GiB of table; below, the doubling and the u32 cannot overflow
    throw std::runtime_error("the tokenizer has " + std::to_string(merges.size()) + " merges, more than 67108864");
  const uint32_t slots = std::bit_ceil(static_cast<uint32_t>(merges.size()) * 2 + 1);
  std::vector<MergeSlot> table(slots, MergeSlot{kNoMerge, kNoMerge, 0, 0});
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    const uint32_t left = static_cast<uint32_t>(merges[rank].left), right = static_cast<uint32_t>(merges[rank].right);
    uint32_t at = merge_slot(left, right, slots);
    while (table[at].left != kNoMerge && (table[at].left != left || table[at].right != right))
      at = (at + 1) & (slots - 1);
    // A pair that is listed twice has the later rank, as in a dictionary that is filled in order.
    table[at] = {left, right, static_cast<uint32_t>(rank), static_cast<uint32_t>(merges[rank].result)};
  }
  return table;
}

} // namespace

std::vector<uint8_t> buildTokenizerTables(const TokenizerSource &source) {
  checkSizes(source);
  std::vector<uint32_t> offsets = {0};
  std::vector<char> text;
  std::vector<TokenKind> kinds;
  for (size_t id = 0; id < source.tokens.size(); ++id) {
    text.insert(text.end(), source.tokens[id].begin(), source.tokens[id].end());
    offsets.push_back(static_cast<uint32_t>(text.size())); // text beyond 4 GiB is refused by append
    kinds.push_back(kindOf(source, id));
  }
  const std::vector<int32_t> specials = wholeTexts(source);
  const std::vector<MergeSlot> merges = mergeTable(source.merges);

  Blob blob;
  TokenizerHeader header{};
  header.magic = kTokenizerMagic;
  header.split_digits = source.splitDigits;
  header.vocabulary = static_cast<uint32_t>(source.tokens.size());
  header.special_count = static_cast<uint32_t>(specials.size());
  header.merge_slots = static_cast<uint32_t>(merges.size());
  header.byte_tokens = blob.append(byteTokens(source));
  header.merges = blob.append(merges);
  header.token_offsets = blob.append(offsets);
  header.token_kinds = blob.append(kinds);
  header.specials = blob.append(specials);
  header.token_text = blob.append(text);
  blob.bytes.resize((blob.bytes.size() + 63) / 64 * 64);
  header.blob_bytes = static_cast<uint32_t>(blob.bytes.size());
  std::memcpy(blob.bytes.data(), &header, sizeof header);
  return std::move(blob.bytes);
}

} // namespace weebill
