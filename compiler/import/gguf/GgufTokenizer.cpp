//===- GgufTokenizer.cpp - The tokenizer inside a GGUF file ---------------===//
//
// Tested by tests/unit/compiler/import/GgufTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/GgufTokenizer.h"

#include "compiler/import/gguf/ByteLetters.h"
#include "compiler/import/sentencepiece/PieceVocabulary.h"

#include <unordered_set>

namespace weebill::gguf {

namespace {

using Pieces = weights::TokenizerKind::Pieces;

/// Reads one tokenizer; holds the vocabulary as the file spells it while merges are looked up in it.
class TokenizerReader {
public:
  TokenizerReader(const GgufFile &file, int64_t vocabulary) : file(file), vocabulary(vocabulary) {}

  importer::TokenizerData read(const weights::TokenizerKind &kind) {
    data.kind = kind;
    readTokens();
    readMerges();
    readEnds(kind.pieces == Pieces::Llama3);
    return std::move(data);
  }

  /// A vocabulary with scores instead of merges ("llama").
  std::optional<importer::TokenizerData> readPieces(std::string &problem) {
    const Metadata &metadata = file.metadata();
    const auto texts = requireTokens();
    const auto types = tokenTypes(texts.size());
    const auto scores = metadata.reals("tokenizer.ggml.scores");
    if (!scores || scores->size() != texts.size())
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.scores'",
                       "has " + std::to_string(scores ? scores->size() : 0) + " scores for " +
                           std::to_string(texts.size()) + " tokens");
    std::vector<sentencepiece::Piece> pieces;
    for (size_t id = 0; id < texts.size(); ++id)
      pieces.push_back({std::string(texts[id]), (*scores)[id],
                        types ? sentencepiece::PieceType((*types)[id]) : sentencepiece::PieceType::Normal});
    const bool spaceBefore = metadata.flag("tokenizer.ggml.add_space_prefix").value_or(true);
    auto found = sentencepiece::tokenizerOfPieces(file.path(), pieces, vocabulary,
                                                  sentencepiece::kindOfPieces(spaceBefore), problem);
    if (!found)
      return std::nullopt;
    data = std::move(*found);
    readEnds(true);
    return std::move(data);
  }

private:
  /// `begins`: who leaves the flag out means what llama.cpp does.
  void readEnds(bool begins) {
    data.beginning = specialId("tokenizer.ggml.bos_token_id");
    data.end = specialId("tokenizer.ggml.eos_token_id");
    data.addBeginning = file.metadata().flag("tokenizer.ggml.add_bos_token").value_or(begins && data.beginning >= 0);
    if (data.addBeginning && data.beginning < 0)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.add_bos_token'",
                       "is true, but there is no 'tokenizer.ggml.bos_token_id'");
  }

  static std::string tokenPlace(size_t id) { return "token " + std::to_string(id); }

  std::vector<std::string_view> requireTokens() const {
    const auto texts = file.metadata().texts("tokenizer.ggml.tokens");
    if (!texts)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.tokens'", "is missing");
    if (int64_t(texts->size()) != vocabulary)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.tokens'",
                       "has " + std::to_string(texts->size()) + " tokens, but the embedding matrix has " +
                           std::to_string(vocabulary) + " rows");
    return *texts;
  }

  std::optional<std::vector<int32_t>> tokenTypes(size_t count) const {
    const auto types = file.metadata().integers("tokenizer.ggml.token_type");
    if (types && types->size() != count)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.token_type'",
                       "has " + std::to_string(types->size()) + " types for " + std::to_string(count) + " tokens");
    return types;
  }

  void readTokens() {
    const std::vector<std::string_view> texts = requireTokens();
    const auto types = tokenTypes(texts.size());
    for (size_t id = 0; id < texts.size(); ++id) {
      const std::string_view text = texts[id];
      if (const auto [first, isNew] = idOf.emplace(text, int32_t(id)); !isNew)
        importer::refuse(file.path(), tokenPlace(id),
                         importer::quoted(text) + " is token " + std::to_string(first->second) + " already");
      addToken(id, text, types ? sentencepiece::PieceType((*types)[id]) : sentencepiece::PieceType::Normal);
    }
  }

  void addToken(size_t id, std::string_view text, sentencepiece::PieceType type) {
    std::optional<std::string> bytes(text);
    if (type == sentencepiece::PieceType::Normal) {
      bytes = bytesOfLetters(text);
      if (!bytes)
        importer::refuse(file.path(), tokenPlace(id), importer::quoted(text) + " has a letter that stands for no byte");
    } else if (type < sentencepiece::PieceType::Normal || type >= sentencepiece::PieceType::Byte) {
      importer::refuse(file.path(), tokenPlace(id),
                       "has type " + std::to_string(int32_t(type)) + ", a byte-level tokenizer has types 1 to 5");
    } else if (text.empty() &&
               (type == sentencepiece::PieceType::Control || type == sentencepiece::PieceType::UserDefined)) {
      importer::refuse(file.path(), tokenPlace(id), "is matched as text, but its text is empty");
    }
    data.tokens.push_back(std::move(*bytes));
    data.special.push_back(type == sentencepiece::PieceType::Control || type == sentencepiece::PieceType::Unknown);
    if (type == sentencepiece::PieceType::Control || type == sentencepiece::PieceType::Unknown ||
        type == sentencepiece::PieceType::UserDefined)
      data.added.push_back({int32_t(id), data.tokens.back()});
    else if (data.tokens.back().size() == 1)
      data.bytes[uint8_t(data.tokens.back()[0])] = int32_t(id);
    if (type == sentencepiece::PieceType::Normal && data.kind.wholeWords)
      data.words.push_back({data.tokens.back(), int32_t(id)});
  }

  int32_t idOfPart(std::string_view text, const std::string &place) const {
    const auto found = idOf.find(text);
    if (found == idOf.end())
      importer::refuse(file.path(), place, importer::quoted(text) + " is not a token");
    return found->second;
  }

  void readMerges() {
    const auto texts = file.metadata().texts("tokenizer.ggml.merges");
    if (!texts)
      importer::refuse(file.path(), "metadata 'tokenizer.ggml.merges'", "is missing");
    std::unordered_set<uint64_t> pairs;
    std::string joined;
    for (size_t rank = 0; rank < texts->size(); ++rank) {
      const std::string place = "merge " + std::to_string(rank);
      const std::string_view text = (*texts)[rank];
      const size_t space = text.find(' '); // no letter is a space, so there is exactly one
      if (space == std::string_view::npos || space == 0 || space + 1 == text.size() ||
          text.find(' ', space + 1) != std::string_view::npos)
        importer::refuse(file.path(), place, importer::quoted(text) + " is not two tokens with one space between them");
      const std::string_view left = text.substr(0, space), right = text.substr(space + 1);
      joined.assign(left).append(right);
      const importer::TokenizerData::Merge merge{idOfPart(left, place), idOfPart(right, place), idOfPart(joined, place),
                                                 uint32_t(rank)};
      if (!pairs.insert(uint64_t(merge.left) << 32 | uint64_t(merge.right)).second)
        importer::refuse(file.path(), place, importer::quoted(text) + " occurs twice");
      data.merges.push_back(merge);
    }
  }

  int32_t specialId(std::string_view key) const {
    const auto id = file.metadata().integer(key);
    if (id && *id >= vocabulary)
      importer::refuse(file.path(), "metadata " + importer::quoted(key),
                       "token " + std::to_string(*id) + " is outside the vocabulary of " + std::to_string(vocabulary));
    return int32_t(id.value_or(-1));
  }

  const GgufFile &file;
  int64_t vocabulary;
  importer::TokenizerData data;
  std::unordered_map<std::string_view, int32_t> idOf;
};

/// "default" is what files say whose maker did not know; byte-level BPE without more information is GPT-2's.
std::optional<weights::TokenizerKind> findKind(std::string_view preTokenizer) {
  weights::TokenizerKind kind;
  if (preTokenizer == "smollm") {
    kind.pieces = Pieces::Smollm;
  } else if (preTokenizer == "llama-bpe") {
    kind.pieces = Pieces::Llama3;
    kind.wholeWords = true;
  } else if (preTokenizer == "qwen2") {
    kind.pieces = Pieces::Qwen;
    kind.change = weights::TokenizerKind::Change::FormC;
  } else if (preTokenizer != "gpt-2" && preTokenizer != "default") {
    return std::nullopt;
  }
  return kind;
}

} // namespace

std::optional<importer::TokenizerData> readGgufTokenizer(const GgufFile &file, int64_t vocabulary,
                                                         std::string &problem) {
  const Metadata &metadata = file.metadata();
  problem.clear();
  const std::optional<std::string_view> model = metadata.text("tokenizer.ggml.model");
  if (!model)
    return std::nullopt;
  const std::string_view name = metadata.text("tokenizer.ggml.pre").value_or("default");
  const std::optional<weights::TokenizerKind> kind = findKind(name);
  const bool pieces = *model == "llama"; // its 'pre' says nothing
  if (*model != "gpt2" && !pieces)
    problem = "the tokenizer is of kind " + importer::quoted(*model) +
              ", supported are 'gpt2' (byte-level BPE) and 'llama' (SentencePiece's BPE)";
  else if (pieces && (metadata.find("tokenizer.ggml.precompiled_charsmap") ||
                      metadata.flag("tokenizer.ggml.remove_extra_whitespaces").value_or(false)))
    problem = "the tokenizer changes text before it cuts it ('tokenizer.ggml.precompiled_charsmap' or "
              "'.remove_extra_whitespaces'), which is not supported";
  else if (!pieces && !kind)
    problem = "the pre-tokenizer is " + importer::quoted(name) +
              ", supported are 'llama-bpe', 'qwen2', 'smollm', 'gpt-2' and 'default'";
  else if (!pieces && metadata.flag("tokenizer.ggml.add_space_prefix").value_or(false))
    problem =
        "the tokenizer puts a space before every text ('tokenizer.ggml.add_space_prefix'), which is not supported";
  else if (metadata.flag("tokenizer.ggml.add_eos_token").value_or(false))
    problem = "the tokenizer puts a token after every text ('tokenizer.ggml.add_eos_token'), which is not supported";
  if (!problem.empty())
    return std::nullopt;
  if (pieces)
    return TokenizerReader(file, vocabulary).readPieces(problem);
  return TokenizerReader(file, vocabulary).read(*kind);
}

} // namespace weebill::gguf
