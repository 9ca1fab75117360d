//===- GgufStopTokens.cpp - What a GGUF file's texts end with -------------===//
//
// Tested by tests/unit/compiler/import/StopTokensTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/GgufStopTokens.h"

#include "compiler/import/StopTokens.h"
#include "compiler/import/gguf/SpecialTokens.h"

#include <algorithm>

namespace weebill::gguf {

namespace {

/// Texts that end a turn in the models that people have. Files often name only one of a model's several, so llama.cpp
/// stops at all of these (src/llama-vocab.cpp), and people expect the same of a file made for it.
constexpr std::string_view kMarks[] = {
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|flush|>",
    "<|calls|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "<|end_of_text|>",
    "<|eom_id|>",
    "<EOT>",
    "_<EOT>",
    "\u2581<EOT>",
    "[EOT]",
    "[EOS]",
    "<\uff5cend\u2581of\u2581sentence\uff5c>", // DeepSeek
    "<end_of_utterance>",
};

/// Borders of files in code models, which are no part of a text either. A key decides over the texts.
struct Border {
  std::string_view key;
  std::vector<std::string_view> texts;
};
const Border kBorders[] = {
    {"tokenizer.ggml.fim_pad_token_id", {"<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>"}},
    {"tokenizer.ggml.fim_rep_token_id", {"<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"}},
    {"tokenizer.ggml.fim_sep_token_id", {"<|file_sep|>"}},
};

class MarkFinder {
public:
  explicit MarkFinder(std::vector<std::string_view> texts) : texts(std::move(texts)) {}

  bool has(std::string_view mark) const { return std::find(texts.begin(), texts.end(), mark) != texts.end(); }

  /// Tokens whose text is one of `marks`, in the order of their ids; of several with one text the last.
  std::vector<int64_t> find(const std::vector<std::string_view> &marks) const {
    std::vector<int64_t> last(marks.size(), -1);
    for (size_t id = 0; id < texts.size(); ++id)
      if (const auto mark = std::find(marks.begin(), marks.end(), texts[id]); mark != marks.end())
        last[size_t(mark - marks.begin())] = int64_t(id);
    std::erase(last, -1);
    std::sort(last.begin(), last.end());
    return last;
  }

  std::vector<int64_t> endings() const {
    std::vector<std::string_view> marks(std::begin(kMarks), std::end(kMarks));
    // In Harmony's format <|end|> closes one of several messages of an answer.
    if (has("<|return|>") && has("<|call|>"))
      std::erase(marks, "<|end|>");
    return find(marks);
  }

private:
  std::vector<std::string_view> texts;
};

} // namespace

void readGgufStopTokens(const GgufFile &file, importer::ImportedModel &model) {
  const Metadata &metadata = file.metadata();
  const auto addKey = [&](std::string_view key) {
    const std::optional<int64_t> id = metadata.token(key);
    if (id)
      importer::addStopTokens(model, {*id}, importer::quoted(key));
    return id.has_value();
  };
  for (const char *key : {kEndKey, "tokenizer.ggml.eot_token_id", "tokenizer.ggml.eom_token_id"})
    addKey(key);
  if (const std::optional<int64_t> usual = usualToken(metadata, kEndKey)) {
    importer::addStopTokens(model, {*usual}, "");
    model.notes.push_back(importer::quoted(kEndKey) + " is left out, so token " + std::to_string(*usual) +
                          " ends a text, as llama.cpp takes it");
  }
  const char *kList = "tokenizer.ggml.eos_token_ids"; // as ollama writes several
  if (const MetadataValue *value = metadata.find(kList); value && value->type == ValueType::Array) {
    const std::vector<int32_t> listed = metadata.integers(kList).value_or(std::vector<int32_t>());
    importer::addStopTokens(model, {listed.begin(), listed.end()}, importer::quoted(kList));
  } else
    addKey(kList);
  const MarkFinder marks(metadata.texts("tokenizer.ggml.tokens").value_or(std::vector<std::string_view>()));
  importer::addStopTokens(model, marks.endings(), "'tokenizer.ggml.tokens'");
  for (const Border &border : kBorders)
    if (!addKey(border.key))
      importer::addStopTokens(model, marks.find(border.texts), "'tokenizer.ggml.tokens'");
}

} // namespace weebill::gguf
