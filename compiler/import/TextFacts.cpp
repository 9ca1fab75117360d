//===- TextFacts.cpp - What a model has for text, for people --------------===//
//
// Tested by tests/unit/compiler/import/TextFactsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/TextFacts.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/SamplingAdvice.h"

#include <algorithm>

namespace weebill::importer {

namespace {

using Kind = weights::TokenizerKind;

std::string piecesName(Kind::Pieces pieces) {
  switch (pieces) {
  case Kind::Pieces::Gpt2:
    return "GPT-2";
  case Kind::Pieces::Smollm:
    return "SmolLM";
  case Kind::Pieces::Llama3:
    return "Llama 3";
  case Kind::Pieces::Qwen:
    return "Qwen";
  case Kind::Pieces::Gpt4o:
    return "GPT-4o";
  case Kind::Pieces::Tekken:
    return "Mistral Tekken";
  case Kind::Pieces::DeepSeek3:
    return "DeepSeek 3";
  case Kind::Pieces::DeepSeekCoder:
    return "DeepSeek Coder";
  case Kind::Pieces::DeepSeekLlm:
    return "DeepSeek LLM";
  case Kind::Pieces::SeedCoder:
    return "Seed-Coder";
  case Kind::Pieces::Falcon:
    return "Falcon";
  case Kind::Pieces::Bloom:
    return "BLOOM";
  case Kind::Pieces::Viking:
    return "Viking";
  case Kind::Pieces::MiniCpm5:
    return "MiniCPM 5";
  case Kind::Pieces::Qwen35:
    return "Qwen 3.5";
  case Kind::Pieces::TinyAya:
    return "Tiny Aya";
  case Kind::Pieces::SuperBpe:
    return "SuperBPE";
  case Kind::Pieces::Phrases:
    return "K-EXAONE";
  case Kind::Pieces::Youtu:
    return "Youtu";
  case Kind::Pieces::Afmoe:
    return "AFMoE";
  case Kind::Pieces::Chameleon:
  case Kind::Pieces::ChameleonSteps:
    return "Chameleon";
  case Kind::Pieces::Kimi:
    return "Kimi K2";
  case Kind::Pieces::Whole:
  case Kind::Pieces::Words:
  case Kind::Pieces::SpaceRuns:
    break;
  }
  return "";
}

/// "2 '</s>'", or the number alone where the model has no text for it.
std::string tokenName(const ImportedModel &model, int32_t id) {
  const std::string text = model.tokenizer ? model.tokenizer->tokens[size_t(id)] : "";
  return std::to_string(id) + (text.empty() ? "" : " " + quoted(text));
}

std::string missing(const std::string &problem) {
  return problem.empty() ? "none: the model file has none" : "none: " + problem;
}

/// "0 '<s>', 2 '</s>' and 30 more", or nothing.
std::string tokenNames(const ImportedModel &model, const std::vector<int32_t> &ids) {
  constexpr size_t kMost = 20;
  std::string text;
  for (size_t i = 0; i < ids.size() && i < kMost; ++i)
    text += (i ? ", " : "") + tokenName(model, ids[i]);
  if (ids.size() > kMost)
    text += " and " + std::to_string(ids.size() - kMost) + " more";
  return text;
}

TextFact beginningFact(const ImportedModel &model) {
  if (model.tokenizer && !model.tokenizer->before.empty())
    return {model.tokenizer->before.size() == 1 ? "beginning token" : "beginning tokens",
            tokenNames(model, model.tokenizer->before) + ", before every text"};
  const int32_t beginning = model.tokenizer ? model.tokenizer->beginning : -1;
  return {"beginning token", beginning < 0 ? "none" : tokenName(model, beginning) + ", in chats that have it only"};
}

} // namespace

std::string tokenizerName(const ImportedModel &model) {
  if (!model.tokenizer)
    return "";
  const Kind &kind = model.tokenizer->kind;
  using What = weights::TextChange::What;
  const auto isDone = [&](What what) {
    return std::any_of(kind.changes.begin(), kind.changes.end(),
                       [&](const weights::TextChange &change) { return change.what == what; });
  };
  const std::string letters = std::string(isDone(What::SmallLetters) ? ", in small letters" : "") +
                              (isDone(What::NoAccents) ? ", without accents" : "");
  const std::string form = kind.form == Kind::Form::KC           ? ", text in form NFKC"
                           : !model.tokenizer->map.units.empty() ? ", text by its map of characters"
                                                                 : "";
  const std::string changes = form + letters;
  if (kind.byScores)
    return "SentencePiece's unigram vocabulary" + changes;
  return (kind.symbols == Kind::Symbols::Bytes ? "byte-level BPE, text cut as " + piecesName(kind.pieces) + "'s"
                                               : "SentencePiece's BPE with bytes to fall back to") +
         changes;
}

std::vector<TextFact> textFacts(const ImportedModel &model) {
  std::vector<TextFact> facts;
  facts.push_back({"tokenizer", model.tokenizer ? tokenizerName(model) : missing(model.tokenizerProblem)});
  const bool systemless = model.chat && !model.chat->systemProblem.empty();
  facts.push_back({"chat", !model.chat  ? missing(model.chatProblem)
                           : systemless ? "yes, but no system message: " + model.chat->systemProblem
                                        : "yes"});
  if (model.chat)
    facts.push_back(
        {"answers of tools", model.chat->tools.problem.empty() ? "yes" : missing(model.chat->tools.problem)});
  facts.push_back(beginningFact(model));
  const std::string stops = tokenNames(model, model.stopTokens);
  facts.push_back({"stop tokens", stops.empty() ? "none" : stops});
  if (const std::string sampling = samplingText(model.sampling); !sampling.empty())
    facts.push_back({"sampling", sampling + ", as the model file recommends"});
  for (const std::string &note : model.notes)
    facts.push_back({"note", note});
  return facts;
}

} // namespace weebill::importer
