//===- ImportGguf.cpp - A GGUF file as a model ----------------------------===//
//
// Tested by tests/unit/compiler/import/ImportGgufTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/ImportGguf.h"

#include "compiler/import/gguf/GgufTokenizer.h"
#include "compiler/import/gguf/LlamaArchitecture.h"
#include "compiler/import/gguf/LlamaTensors.h"

#include <filesystem>

namespace weebill {

ImportedModel importGguf(const std::string &path) {
  const auto file = std::make_shared<const GgufFile>(path);
  ImportedModel model;
  model.path = path;
  model.name = std::filesystem::path(path).stem().string();
  model.title = std::string(file->metadata().text("general.name").value_or(""));
  model.license = std::string(file->metadata().text("general.license").value_or(""));
  model.architecture = readLlamaArchitecture(*file);
  model.source = makeLlamaTensorSource(file, model.architecture);
  model.tokenizer = readGgufTokenizer(*file, model.architecture.vocabulary, model.tokenizerProblem);
  return model;
}

} // namespace weebill
