//===- SpecialTokens.cpp - Tokens that a GGUF file names ------------------===//

#include "compiler/import/gguf/SpecialTokens.h"

#include "compiler/import/sentencepiece/PieceVocabulary.h"

namespace weebill::gguf {

namespace {

struct UsualToken {
  std::string_view model, key;
  int64_t token;
};
constexpr UsualToken kUsual[] = {{"llama", kBeginningKey, 1}, {"llama", kEndKey, 2}, {"t5", kEndKey, 1}};

/// Whether the file says that a token is one of control.
bool isControl(const Metadata &metadata, int64_t token) {
  const auto types = metadata.integers("tokenizer.ggml.token_type");
  return types && token < int64_t(types->size()) &&
         sentencepiece::PieceType((*types)[size_t(token)]) == sentencepiece::PieceType::Control;
}

} // namespace

std::optional<int64_t> usualToken(const Metadata &metadata, std::string_view key) {
  if (metadata.find(key))
    return std::nullopt;
  for (const UsualToken &usual : kUsual)
    if (usual.key == key && metadata.text("tokenizer.ggml.model") == usual.model && isControl(metadata, usual.token))
      return usual.token;
  return std::nullopt;
}

std::optional<int64_t> specialToken(const Metadata &metadata, std::string_view key) {
  const std::optional<int64_t> named = metadata.token(key);
  return named ? named : usualToken(metadata, key);
}

} // namespace weebill::gguf
