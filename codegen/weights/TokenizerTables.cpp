//===- TokenizerTables.cpp - The tokenizer's section of the weights file --------===//
//
// Tested by tests/unit/runtime/TokenizerTest.cpp and tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/TokenizerTables.h"

#include "codegen/weights/NormalForms.h"
#include "codegen/weights/TokenizerBlob.h"
#include "runtime/tokenizer_tables.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <stdexcept>

namespace weebill::weights {

namespace {

std::string outOfRange(const std::string &what, int32_t id, size_t count) {
  return what + " of the tokenizer names token " + std::to_string(id) + ", but there are " + std::to_string(count);
}

void checkSizes(const TokenizerSource &source) {
  const size_t count = source.tokens.size();
  if (source.special.size() != count || source.bytes.size() != 256)
    throw std::runtime_error("the tokenizer has " + std::to_string(count) + " tokens but " +
                             std::to_string(source.special.size()) + " marks of special ones, and " +
                             std::to_string(source.bytes.size()) + " tokens for the 256 bytes");
  if (count > size_t(std::numeric_limits<int32_t>::max()))
    throw std::runtime_error("the tokenizer has more tokens than an id can count");
  const auto check = [&](const std::string &what, int32_t id) {
    if (id < 0 || size_t(id) >= count)
      throw std::runtime_error(outOfRange(what, id, count));
  };
  for (size_t rank = 0; rank < source.merges.size(); ++rank)
    for (int32_t id : {source.merges[rank].left, source.merges[rank].right, source.merges[rank].result})
      check("merge " + std::to_string(rank), id);
  for (const TokenizerSource::Added &added : source.added)
    check("an added token", added.id);
  for (const TokenizerSource::Word &word : source.words)
    check("a word", word.id);
  for (const TokenizerSource::Score &scored : source.scores)
    check("a score", scored.id);
  if (!source.scores.empty())
    check("the unknown token", source.unknown);
  for (size_t byte = 0; byte < source.bytes.size(); ++byte)
    if (source.bytes[byte] != -1)
      check("byte " + std::to_string(byte), source.bytes[byte]);
}

/// The bytes of all tokens, and then other texts; whoever asks for one that is there already gets that.
class Texts {
public:
  explicit Texts(const std::vector<std::string> &tokens) {
    for (const std::string &token : tokens) {
      text.insert(text.end(), token.begin(), token.end());
      offsets.push_back(static_cast<uint32_t>(text.size())); // text beyond 4 GiB is refused by append
    }
  }

  /// Where `wanted` stands: as the text of token `id`, or behind all tokens.
  uint32_t find(const std::string &wanted, int32_t id) {
    const size_t first = offsets[size_t(id)], last = offsets[size_t(id) + 1];
    if (std::string_view(text.data() + first, last - first) == wanted)
      return static_cast<uint32_t>(first);
    return add(wanted);
  }

  /// Where a text stands that is put behind all others.
  uint32_t add(const std::string &added) {
    text.insert(text.end(), added.begin(), added.end());
    return static_cast<uint32_t>(text.size() - added.size());
  }

  std::vector<uint32_t> offsets = {0};
  std::vector<char> text;
};

std::vector<TokenKind> tokenKinds(const TokenizerSource &source) {
  std::vector<TokenKind> kinds(source.tokens.size(), TokenKind::Plain);
  for (const TokenizerSource::Added &added : source.added)
    kinds[size_t(added.id)] = TokenKind::Defined;
  for (size_t id = 0; id < kinds.size(); ++id)
    if (source.special[id])
      kinds[id] = TokenKind::Control;
  return kinds;
}

/// The longest first: whoever matches first is the longest match.
std::vector<AddedToken> addedTokens(const TokenizerSource &source, Texts &texts) {
  std::vector<AddedToken> all;
  for (const TokenizerSource::Added &added : source.added) {
    const uint32_t flags = (added.inChangedText ? kMatchesChangedText : 0) |
                           (added.takesSpacesBefore ? kTakesSpacesBefore : 0) |
                           (added.takesSpacesAfter ? kTakesSpacesAfter : 0) | (added.isSingleWord ? kIsSingleWord : 0);
    if (!added.text.empty())
      all.push_back({added.id, texts.find(added.text, added.id), static_cast<uint32_t>(added.text.size()), flags});
  }
  std::sort(all.begin(), all.end(), [](const AddedToken &a, const AddedToken &b) {
    return a.bytes != b.bytes ? a.bytes > b.bytes : a.id < b.id;
  });
  return all;
}

/// At most half full: a text that is not there is known after 1.5 looks. Without words there is one empty slot, which
/// nobody asks for.
std::vector<WordSlot> wordTable(const TokenizerSource &source, Texts &texts) {
  if (source.words.size() > size_t{1} << 26)
    throw std::runtime_error("the tokenizer has " + std::to_string(source.words.size()) + " words, more than 67108864");
  const uint32_t slots = std::bit_ceil(static_cast<uint32_t>(source.words.size()) * 2 + 1);
  std::vector<WordSlot> table(slots, WordSlot{0, 0, -1});
  for (const TokenizerSource::Word &word : source.words) {
    uint32_t at = word_slot(word.text, slots);
    while (table[at].id >= 0)
      at = (at + 1) & (slots - 1);
    table[at] = {texts.find(word.text, word.id), static_cast<uint32_t>(word.text.size()), word.id};
  }
  return table;
}

/// At most half full: a pair that is not there, the common case, is known after 1.5 looks.
std::vector<MergeSlot> mergeTable(const std::vector<TokenizerSource::Merge> &merges) {
  if (merges.size() > size_t{1} << 26) // 2 GiB of table; below, the doubling and the u32 cannot overflow
    throw std::runtime_error("the tokenizer has " + std::to_string(merges.size()) + " merges, more than 67108864");
  const uint32_t slots = std::bit_ceil(static_cast<uint32_t>(merges.size()) * 2 + 1);
  std::vector<MergeSlot> table(slots, MergeSlot{kNoMerge, kNoMerge, 0, 0});
  for (const TokenizerSource::Merge &merge : merges) {
    const uint32_t left = static_cast<uint32_t>(merge.left), right = static_cast<uint32_t>(merge.right);
    uint32_t at = merge_slot(left, right, slots);
    while (table[at].left != kNoMerge)
      at = (at + 1) & (slots - 1);
    table[at] = {left, right, merge.rank, static_cast<uint32_t>(merge.result)};
  }
  return table;
}

/// In the order of their bytes.
std::vector<ScoredPiece> scoredPieces(const TokenizerSource &source, Texts &texts) {
  std::vector<const TokenizerSource::Score *> inOrder;
  for (const TokenizerSource::Score &scored : source.scores)
    inOrder.push_back(&scored);
  std::sort(inOrder.begin(), inOrder.end(),
            [](const TokenizerSource::Score *a, const TokenizerSource::Score *b) { return a->text < b->text; });
  std::vector<ScoredPiece> pieces;
  for (const TokenizerSource::Score *scored : inOrder)
    pieces.push_back({scored->score, texts.find(scored->text, scored->id), static_cast<uint32_t>(scored->text.size()),
                      scored->id, 0});
  return pieces;
}

} // namespace

std::vector<uint8_t> buildTokenizerTables(const TokenizerSource &source) {
  checkSizes(source);
  Texts texts(source.tokens);
  const std::vector<AddedToken> added = addedTokens(source, texts);
  const std::vector<WordSlot> words = wordTable(source, texts);
  const std::vector<MergeSlot> merges = mergeTable(source.merges);
  const std::vector<ScoredPiece> scored = scoredPieces(source, texts);
  const uint32_t mapTexts = texts.add(source.map.texts);

  TokenizerBlob blob;
  TokenizerHeader header{};
  header.magic = kTokenizerMagic;
  header.vocabulary = static_cast<uint32_t>(source.tokens.size());
  header.added_count = static_cast<uint32_t>(added.size());
  header.merge_slots = static_cast<uint32_t>(merges.size());
  header.word_slots = static_cast<uint32_t>(words.size());
  header.byte_tokens = blob.append(source.bytes);
  header.merges = blob.append(merges);
  header.words = blob.append(words);
  header.token_offsets = blob.append(texts.offsets);
  header.token_kinds = blob.append(tokenKinds(source));
  header.added = blob.append(added);
  header.token_text = blob.append(texts.text);
  header.text_bytes = static_cast<uint32_t>(texts.text.size());
  if (!scored.empty()) {
    header.scored_count = static_cast<uint32_t>(scored.size());
    header.scored = blob.append(scored);
    header.unknown = source.unknown;
    header.unknown_score = source.unknownScore;
  }
  if (!source.map.units.empty()) {
    if (source.map.growth > kMostMapGrowth)
      throw std::runtime_error("the tokenizer's map of characters makes a byte " + std::to_string(source.map.growth) +
                               " bytes, more than " + std::to_string(kMostMapGrowth));
    header.map_count = static_cast<uint32_t>(source.map.units.size());
    header.map_units = blob.append(source.map.units);
    header.map_texts = mapTexts;
    header.map_growth = source.map.growth;
  }
  if (const std::optional<bool> compatible = formOf(source.kind))
    addNormalForm(*compatible, blob, header);
  blob.bytes.resize((blob.bytes.size() + 63) / 64 * 64);
  header.blob_bytes = static_cast<uint32_t>(blob.bytes.size());
  std::memcpy(blob.bytes.data(), &header, sizeof header);
  return std::move(blob.bytes);
}

} // namespace weebill::weights
