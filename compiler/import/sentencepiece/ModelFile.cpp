//===- ModelFile.cpp - tokenizer.model ------------------------------------===//
//
// Tested by tests/unit/compiler/import/PieceVocabularyTest.cpp and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/sentencepiece/ModelFile.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/sentencepiece/CharacterMap.h"
#include "compiler/import/sentencepiece/ScoredVocabulary.h"

#include <algorithm>
#include <bit>

namespace weebill::sentencepiece {

namespace {

/// One field of a message: a number, or bytes.
struct Field {
  uint64_t number = 0, value = 0;
  std::string_view bytes;
};

/// Reads the fields of a message one after the other.
class MessageReader {
public:
  MessageReader(const std::string &path, std::string_view rest) : path(path), rest(rest) {}

  bool next(Field &field) {
    if (rest.empty())
      return false;
    const uint64_t key = varint();
    field = {key >> 3, 0, {}};
    switch (key & 7) {
    case 0:
      field.value = varint();
      return true;
    case 1:
      field.value = fixed(8);
      return true;
    case 2:
      field.bytes = take(varint());
      return true;
    case 5:
      field.value = fixed(4);
      return true;
    }
    importer::refuse(path, "the file", "is no SentencePiece model: a field has the type " + std::to_string(key & 7));
  }

private:
  std::string_view take(uint64_t count) {
    if (count > rest.size())
      importer::refuse(path, "the file",
                       "ends inside a field: " + std::to_string(count) + " bytes of it are to come, " +
                           std::to_string(rest.size()) + " are there");
    const std::string_view bytes = rest.substr(0, count);
    rest.remove_prefix(count);
    return bytes;
  }

  uint64_t fixed(uint64_t count) {
    uint64_t value = 0;
    const std::string_view bytes = take(count);
    for (size_t i = bytes.size(); i > 0; --i)
      value = value << 8 | uint8_t(bytes[i - 1]);
    return value;
  }

  uint64_t varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      const uint8_t byte = uint8_t(take(1)[0]);
      value |= uint64_t(byte & 0x7f) << shift;
      if (byte < 0x80)
        return value;
    }
    importer::refuse(path, "the file", "is no SentencePiece model: a number has more than ten bytes");
  }

  const std::string &path;
  std::string_view rest;
};

constexpr uint64_t kUnigram = 1, kBpe = 2;

/// What the file says of itself, with the values that a field has if it is left out.
struct ModelSettings {
  uint64_t modelType = kUnigram;
  bool byteFallback = false, spacesBehindWords = false;
  bool spaceBefore = true, dropsSpaces = true, marksSpaces = true;
  std::string_view map; // of characters
};

Piece readPiece(const std::string &path, std::string_view bytes) {
  MessageReader reader(path, bytes);
  Piece piece;
  for (Field field; reader.next(field);)
    if (field.number == 1)
      piece.text = field.bytes;
    else if (field.number == 2)
      piece.score = std::bit_cast<float>(uint32_t(field.value));
    else if (field.number == 3)
      piece.type = PieceType(int32_t(std::min<uint64_t>(field.value, 99)));
  return piece;
}

void readTrainer(const std::string &path, std::string_view bytes, ModelSettings &settings) {
  MessageReader reader(path, bytes);
  for (Field field; reader.next(field);)
    if (field.number == 3)
      settings.modelType = field.value;
    else if (field.number == 24)
      settings.spacesBehindWords = field.value != 0;
    else if (field.number == 35)
      settings.byteFallback = field.value != 0;
}

void readNormalizer(const std::string &path, std::string_view bytes, ModelSettings &settings) {
  MessageReader reader(path, bytes);
  for (Field field; reader.next(field);)
    if (field.number == 2)
      settings.map = field.bytes;
    else if (field.number == 3)
      settings.spaceBefore = field.value != 0;
    else if (field.number == 4)
      settings.dropsSpaces = field.value != 0;
    else if (field.number == 5)
      settings.marksSpaces = field.value != 0;
}

std::string problemOf(const ModelSettings &settings) {
  if (settings.modelType != kBpe && settings.modelType != kUnigram)
    return "the SentencePiece model is neither BPE nor unigram (model_type " + std::to_string(settings.modelType) +
           "), which is not supported";
  if (settings.modelType == kBpe && !settings.byteFallback)
    return "the SentencePiece model does not fall back to bytes ('byte_fallback'), which is not supported";
  if (settings.spacesBehindWords || !settings.marksSpaces)
    return "the SentencePiece model does not put spaces before words ('treat_whitespace_as_suffix' or no "
           "'escape_whitespaces'), which is not supported";
  return "";
}

} // namespace

std::optional<importer::TokenizerData> readSentencePieceModel(const std::string &path, std::string_view bytes,
                                                              int64_t vocabulary, const ModelFileOptions &options,
                                                              std::string &problem, std::vector<Piece> *allPieces,
                                                              const importer::AskToEnd &ask) {
  MessageReader reader(path, bytes);
  std::vector<Piece> pieces;
  ModelSettings settings;
  importer::LongLoop loop(ask);
  bool hasTrainer = false, hasNormalizer = false;
  for (Field field; reader.next(field);) {
    loop.turn();
    hasTrainer |= field.number == 2;
    hasNormalizer |= field.number == 3;
    if (field.number == 1)
      pieces.push_back(readPiece(path, field.bytes));
    else if (field.number == 2)
      readTrainer(path, field.bytes, settings);
    else if (field.number == 3)
      readNormalizer(path, field.bytes, settings);
  }
  if (!hasTrainer || !hasNormalizer)
    importer::refuse(path, "the file", "ends before its settings ('trainer_spec', 'normalizer_spec')");
  problem = problemOf(settings);
  if (!problem.empty())
    return std::nullopt;
  const bool spaceBefore = options.spaceBefore.value_or(settings.spaceBefore);
  weights::TokenizerKind kind = kindOfPieces(spaceBefore);
  if (!options.legacy) {
    if (spaceBefore)
      kind.spaceBefore = weights::TokenizerKind::SpaceBefore::TextWithout;
    kind.marksFirst = false;
  }
  const bool byScores = settings.modelType == kUnigram;
  setTextChanges(byScores || !settings.map.empty(), settings.dropsSpaces, kind);
  std::optional<importer::TokenizerData> data = byScores
                                                    ? tokenizerOfScores(path, pieces, vocabulary, kind, problem, ask)
                                                    : tokenizerOfPieces(path, pieces, vocabulary, kind, problem, ask);
  if (data && !settings.byteFallback)
    data->bytes.assign(data->bytes.size(), -1);
  if (data && !settings.map.empty())
    data->map = readCharacterMap(path, "'precompiled_charsmap'", settings.map);
  if (allPieces)
    *allPieces = std::move(pieces);
  return data;
}

} // namespace weebill::sentencepiece
