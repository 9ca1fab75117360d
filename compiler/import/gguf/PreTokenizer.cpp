//===- PreTokenizer.cpp - How a GGUF file's text is cut -------------------===//
//
// Tested by tests/unit/compiler/import/PreTokenizerTest.cpp and tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/PreTokenizer.h"

#include <algorithm>

namespace weebill::gguf {

namespace {

using Kind = weights::TokenizerKind;

enum class Settings {
  Gpt2,
  Smollm,
  CommandR,
  Llama3,
  Llama3Merging,
  Qwen,
  Gpt4o,
  Tekken,
  DeepSeek3,
  DeepSeekCoder,
  DeepSeekLlm,
  SeedCoder,
  Falcon,
  Bloom,
  Viking,
  Llama3Words,
  QwenAsItIs,
  Qwen35,
  MiniCpm5,
  TinyAya,
  SuperBpe,
  ExaoneMoe,
  Youtu,
  Afmoe,
  Chameleon,
  Kimi
};

struct Name {
  std::string_view name;
  Settings settings;
};

/// llama.cpp's names (src/llama-vocab.cpp) for expressions that emitted programs know. Several models share one.
constexpr Name kNames[] = {
    {"llama-bpe", Settings::Llama3},
    {"llama3", Settings::Llama3},
    {"llama-v3", Settings::Llama3},
    {"falcon3", Settings::Llama3},
    {"falcon-h1", Settings::Llama3},
    {"pixtral", Settings::Llama3},
    {"midm-2.0", Settings::Llama3},
    {"lfm2", Settings::Llama3},
    {"smaug-bpe", Settings::Llama3Merging},
    {"dbrx", Settings::Llama3Merging},
    {"glm4", Settings::Llama3Words},
    {"glm5", Settings::Llama3Words},
    {"chatglm-bpe", Settings::Llama3Merging},
    {"qwen2", Settings::Qwen},
    {"deepseek-r1-qwen", Settings::Qwen},
    {"stablelm2", Settings::Qwen},
    {"hunyuan", Settings::Qwen},
    {"megrez", Settings::Qwen},
    {"kormo", Settings::Qwen},
    {"f2llmv2", Settings::Qwen},
    {"grok-2", Settings::QwenAsItIs},
    {"solar-open", Settings::QwenAsItIs},
    {"bailingmoe", Settings::QwenAsItIs},
    {"bailingmoe2", Settings::QwenAsItIs},
    {"llada-moe", Settings::QwenAsItIs},
    {"qwen35", Settings::Qwen35},
    {"minicpm5", Settings::MiniCpm5},
    {"tiny_aya", Settings::TinyAya},
    {"cohere2moe", Settings::TinyAya},
    {"superbpe", Settings::SuperBpe},
    {"exaone-moe", Settings::ExaoneMoe},
    {"youtu", Settings::Youtu},
    {"afmoe", Settings::Afmoe},
    {"chameleon", Settings::Chameleon},
    {"kimi-k2", Settings::Kimi},
    {"gpt-4o", Settings::Gpt4o},
    {"llama4", Settings::Gpt4o},
    {"kanana2", Settings::Gpt4o},
    {"minimax-m2", Settings::Gpt4o},
    {"talkie", Settings::Gpt4o},
    {"tekken", Settings::Tekken},
    {"deepseek-v3", Settings::DeepSeek3},
    {"deepseek-coder", Settings::DeepSeekCoder},
    {"deepseek-llm", Settings::DeepSeekLlm},
    {"hunyuan-dense", Settings::DeepSeek3},
    {"joyai-llm", Settings::DeepSeek3},
    {"hy_v4", Settings::DeepSeek3},
    {"seed-coder", Settings::SeedCoder},
    {"falcon", Settings::Falcon},
    {"bloom", Settings::Bloom},
    {"poro-chat", Settings::Bloom},
    {"gpt3-finnish", Settings::Bloom},
    {"viking", Settings::Viking},
    {"smollm", Settings::Smollm},
    {"starcoder", Settings::Smollm},
    {"refact", Settings::Smollm},
    {"codeshell", Settings::Smollm},
    {"exaone", Settings::Smollm},
    {"minerva-7b", Settings::Smollm},
    {"mellum2", Settings::Smollm},
    {"command-r", Settings::CommandR},
    {"gpt-2", Settings::Gpt2},
    {"phi-2", Settings::Gpt2},
    {"olmo", Settings::Gpt2},
    {"mpt", Settings::Gpt2},
    {"jais", Settings::Gpt2},
    {"gigachat", Settings::Gpt2},
    {"a.x-4.0", Settings::Gpt2},
    {"mellum", Settings::Gpt2},
    {"exaone4", Settings::Gpt2},
    {"trillion", Settings::Gpt2},
    {"granite-docling", Settings::Gpt2},
};

PreTokenizer makePreTokenizer(Settings settings) {
  PreTokenizer made;
  switch (settings) {
  case Settings::Gpt2:
    break;
  case Settings::Smollm:
    made.kind.pieces = Kind::Pieces::Smollm;
    break;
  case Settings::CommandR:
    made.kind.pieces = Kind::Pieces::Smollm;
    made.kind.form = Kind::Form::C;
    break;
  case Settings::Llama3:
    made.kind.wholeWords = true;
    made.begins = true;
    [[fallthrough]];
  case Settings::Llama3Merging:
  case Settings::Llama3Words:
    made.kind.wholeWords |= settings == Settings::Llama3Words;
    made.kind.pieces = Kind::Pieces::Llama3;
    break;
  case Settings::Qwen:
    made.kind.pieces = Kind::Pieces::Qwen;
    made.kind.form = Kind::Form::C;
    break;
  case Settings::Gpt4o:
    made.kind.pieces = Kind::Pieces::Gpt4o;
    break;
  case Settings::Tekken:
    made.kind.wholeWords = true;
    made.begins = true;
    made.kind.pieces = Kind::Pieces::Tekken;
    break;
  case Settings::DeepSeek3:
    made.kind.pieces = Kind::Pieces::DeepSeek3;
    break;
  case Settings::DeepSeekCoder:
    made.kind.pieces = Kind::Pieces::DeepSeekCoder;
    break;
  case Settings::DeepSeekLlm:
    made.kind.pieces = Kind::Pieces::DeepSeekLlm;
    break;
  case Settings::SeedCoder:
    made.kind.pieces = Kind::Pieces::SeedCoder;
    break;
  case Settings::Falcon:
    made.kind.pieces = Kind::Pieces::Falcon;
    break;
  case Settings::Bloom:
    made.kind.pieces = Kind::Pieces::Bloom;
    break;
  case Settings::Viking:
    made.kind.pieces = Kind::Pieces::Viking;
    break;
  case Settings::QwenAsItIs:
    made.kind.pieces = Kind::Pieces::Qwen;
    break;
  case Settings::Qwen35:
    made.kind.pieces = Kind::Pieces::Qwen35;
    made.kind.form = Kind::Form::C;
    break;
  case Settings::MiniCpm5:
    made.kind.pieces = Kind::Pieces::MiniCpm5;
    made.kind.wholeWords = true;
    break;
  case Settings::TinyAya:
    made.kind.pieces = Kind::Pieces::TinyAya;
    break;
  case Settings::SuperBpe:
    made.kind.pieces = Kind::Pieces::SuperBpe;
    break;
  case Settings::ExaoneMoe:
    made.kind.pieces = Kind::Pieces::Phrases;
    break;
  case Settings::Youtu:
    made.kind.pieces = Kind::Pieces::Youtu;
    made.kind.wholeWords = true;
    break;
  case Settings::Afmoe:
    made.kind.pieces = Kind::Pieces::Afmoe;
    break;
  case Settings::Chameleon:
    made.kind.pieces = Kind::Pieces::Chameleon;
    made.begins = true;
    break;
  case Settings::Kimi:
    made.kind.pieces = Kind::Pieces::Kimi;
    break;
  }
  return made;
}

/// Vocabularies that are known by a token that no other has.
struct Sign {
  std::string_view token;
  Settings settings;
  const char *model;
};
constexpr Sign kSigns[] = {
    {"<|begin_of_text|>", Settings::Llama3, "Llama 3"}, {"<|eot_id|>", Settings::Llama3, "Llama 3"},
    {"<|object_ref_start|>", Settings::Qwen, "Qwen"},   {"<|fim_prefix|>", Settings::Qwen, "Qwen"},
    {"<gh_stars>", Settings::Smollm, "SmolLM"},
};

/// What the file leaves, if it does not name an expression, as a sentence.
PreTokenizer guess(const Metadata &metadata, const std::string &reason) {
  const std::string architecture(metadata.text("general.architecture").value_or(""));
  const auto taken = [&](Settings settings, const char *model, const std::string &because) {
    PreTokenizer made = makePreTokenizer(settings);
    made.note = reason + ": text is cut as " + model + "'s, because " + because;
    return made;
  };
  if (architecture.starts_with("qwen"))
    return taken(Settings::Qwen, "Qwen", "the architecture is " + importer::quoted(architecture));
  const std::vector<std::string_view> tokens =
      metadata.texts("tokenizer.ggml.tokens").value_or(std::vector<std::string_view>());
  for (const Sign &sign : kSigns)
    if (std::find(tokens.begin(), tokens.end(), sign.token) != tokens.end())
      return taken(sign.settings, sign.model, "the vocabulary has " + importer::quoted(sign.token));
  PreTokenizer made = makePreTokenizer(Settings::Gpt2);
  made.note = reason + ", and nothing else tells how the model's text is cut: it is cut as GPT-2's, and if that is "
                       "wrong the model reads other tokens than it was trained with; a file that a newer converter "
                       "makes names it";
  return made;
}

} // namespace

std::optional<PreTokenizer> findPreTokenizer(const Metadata &metadata) {
  const std::optional<std::string_view> name = metadata.text("tokenizer.ggml.pre");
  if (!name || name->empty())
    return guess(metadata, "'tokenizer.ggml.pre' is missing");
  if (*name == "default")
    return guess(metadata, "'tokenizer.ggml.pre' is 'default'");
  const auto found =
      std::find_if(std::begin(kNames), std::end(kNames), [&](const Name &known) { return known.name == *name; });
  return found == std::end(kNames) ? std::nullopt : std::optional(makePreTokenizer(found->settings));
}

std::vector<std::string> preTokenizerNames() {
  std::vector<std::string> names;
  for (const Name &known : kNames)
    names.emplace_back(known.name);
  return names;
}

} // namespace weebill::gguf
