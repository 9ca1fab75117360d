//===- ImportGguf.cpp - A GGUF file as a model ----------------------------===//
//
// Tested by tests/unit/compiler/import/ImportGgufTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/ImportGguf.h"

#include "compiler/import/ModelSource.h"
#include "compiler/import/SamplingAdvice.h"
#include "compiler/import/StopTokens.h"
#include "compiler/import/chat/DeriveChatFormat.h"
#include "compiler/import/chat/TemplateValues.h"
#include "compiler/import/gguf/GgufArchitecture.h"
#include "compiler/import/gguf/GgufStopTokens.h"
#include "compiler/import/gguf/GgufTensors.h"
#include "compiler/import/gguf/GgufTokenizer.h"

namespace weebill::gguf {

static void readChat(const GgufFile &file, const importer::TemplateInput &input, importer::ImportedModel &model) {
  const std::optional<std::string_view> source = file.metadata().text("tokenizer.chat_template");
  if (!source) {
    chat::noteUnused(input, model);
    return;
  }
  if (!model.tokenizer) {
    model.chatProblem = importer::kChatNeedsTokenizer;
    return;
  }
  chat::DerivedChat derived = chat::deriveChatFormat(std::string(*source), *model.tokenizer, {}, input);
  model.chat = std::move(derived.format);
  model.chatProblem = std::move(derived.problem);
  chat::noteThoughts(model);
  if (model.chat)
    importer::addStopTokens(model, {model.chat->stopTokens.begin(), model.chat->stopTokens.end()}, "the chat template");
}

/// As llama.cpp's converter writes what a model's generation_config.json says.
static void readSampling(const GgufFile &file, importer::ImportedModel &model) {
  const auto number = [&](const std::string &name) {
    const std::string key = "general.sampling." + (name == "temperature"          ? "temp"
                                                   : name == "repetition_penalty" ? "penalty_repeat"
                                                                                  : name);
    if (const std::optional<int64_t> whole = name == "top_k" ? file.metadata().integer(key) : std::nullopt)
      return std::optional(double(*whole));
    return name == "top_k" ? std::nullopt : file.metadata().real(key);
  };
  const bool samples = number("temperature") || number("top_k") || number("top_p") || number("min_p");
  importer::readSamplingAdvice(model, samples, "'general.sampling'", number);
}

importer::ImportedModel importGguf(const std::string &path, const importer::ImportOptions &options) {
  const auto file = std::make_shared<const GgufFile>(path);
  importer::ImportedModel model;
  model.path = path;
  model.title = importer::singleLine(file->metadata().text("general.name").value_or(""));
  model.name = importer::nameOfFile(path, model.title);
  model.license = importer::singleLine(file->metadata().text("general.license").value_or(""));
  const importer::IgnoredFields ignored(options.ignoredFields);
  model.architecture = readGgufArchitecture(*file, ignored);
  ignored.tell(path, model);
  model.source = makeGgufTensorSource(file, model.architecture);
  if (options.withoutTokenizer)
    model.tokenizerProblem = importer::kTokenizerLeftOut;
  else
    readGgufTokenizer(*file, model, options.askToEnd);
  readChat(*file, options.chat, model);
  readGgufStopTokens(*file, model);
  readSampling(*file, model);
  return model;
}

} // namespace weebill::gguf
