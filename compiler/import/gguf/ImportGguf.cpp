//===- ImportGguf.cpp - A GGUF file as a model ----------------------------===//
//
// Tested by tests/unit/compiler/import/ImportGgufTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/ImportGguf.h"

#include "compiler/import/chat/DeriveChatFormat.h"
#include "compiler/import/gguf/GgufTokenizer.h"
#include "compiler/import/gguf/LlamaArchitecture.h"
#include "compiler/import/gguf/LlamaTensors.h"

#include <algorithm>
#include <filesystem>

namespace weebill::gguf {

static void readChat(const GgufFile &file, importer::ImportedModel &model) {
  const std::optional<std::string_view> source = file.metadata().text("tokenizer.chat_template");
  if (!source)
    return;
  if (!model.tokenizer) {
    model.chatProblem = "the chat template needs the tokenizer, and there is none that is supported";
    return;
  }
  chat::DerivedChat derived = chat::deriveChatFormat(std::string(*source), *model.tokenizer);
  model.chat = std::move(derived.format);
  model.chatProblem = std::move(derived.problem);
  const std::optional<int64_t> endOfTurn = file.metadata().integer("tokenizer.ggml.eot_token_id");
  if (!model.chat || !endOfTurn)
    return;
  if (*endOfTurn >= model.architecture.vocabulary)
    importer::refuse(file.path(), "metadata 'tokenizer.ggml.eot_token_id'",
                     "token " + std::to_string(*endOfTurn) + " is outside the vocabulary of " +
                         std::to_string(model.architecture.vocabulary));
  std::vector<int32_t> &stops = model.chat->stopTokens;
  if (std::find(stops.begin(), stops.end(), int32_t(*endOfTurn)) == stops.end())
    stops.push_back(int32_t(*endOfTurn));
}

importer::ImportedModel importGguf(const std::string &path) {
  const auto file = std::make_shared<const GgufFile>(path);
  importer::ImportedModel model;
  model.path = path;
  model.name = std::filesystem::path(path).stem().string();
  model.title = importer::singleLine(file->metadata().text("general.name").value_or(""));
  model.license = importer::singleLine(file->metadata().text("general.license").value_or(""));
  model.architecture = readLlamaArchitecture(*file);
  model.source = makeLlamaTensorSource(file, model.architecture);
  model.tokenizer = readGgufTokenizer(*file, model.architecture.vocabulary, model.tokenizerProblem);
  readChat(*file, model);
  return model;
}

} // namespace weebill::gguf
