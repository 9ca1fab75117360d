//===- tokenizer_probe.cpp - tokenizer.json as the emitted program reads it -----===//
//
//     tokenizer_probe FILE VOCABULARY encode < texts      FILE: tokenizer.json, tekken*.json, tokenizer.model, a GGUF
//     file, tokenizer_probe FILE VOCABULARY decode < ids          which may have no tensors, or a model folder
//
// VOCABULARY: rows of the model's matrix. The importer, the tables of the weights file and the runtime's headers in one
// program. Texts: length (u32, little endian) and bytes of each; ids: count and ids of each. Prints ids the same way,
// and texts, token by token as a stream. A tokenizer that is not supported: exit code 3 and the reason on stderr. Used
// by tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/GgufTokenizer.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/HuggingFaceTokenizer.h"
#include "compiler/import/huggingface/ReadJson.h"
#include "compiler/import/huggingface/TekkenFile.h"
#include "compiler/import/sentencepiece/ModelFile.h"
#include "tests/unit/runtime/FakeConstants.h"

#include "codegen/text/AnyTokenizer.h"
#include "codegen/weights/TokenizerTables.h"
#include "runtime/whole_characters.h"

#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

namespace {

bool read(u32 &value) { return bool(std::cin.read(reinterpret_cast<char *>(&value), sizeof value)); }

void write(const void *data, std::size_t count, std::size_t size) {
  const u32 length = static_cast<u32>(count);
  std::cout.write(reinterpret_cast<const char *>(&length), sizeof length);
  std::cout.write(static_cast<const char *>(data), static_cast<std::streamsize>(count * size));
}

template <class Tokenizer> void encode(const TokenizerTables &tables) {
  for (u32 length; read(length);) {
    std::string text(length, '\0');
    std::cin.read(text.data(), length);
    std::vector<i32> ids;
    Tokenizer(tables, Tokenizer::room_for(tables, text)).encode(text, [&](i32 id) { ids.push_back(id); });
    write(ids.data(), ids.size(), sizeof(i32));
  }
}

template <class Tokenizer> void decode(const TokenizerTables &tables) {
  for (u32 count; read(count);) {
    std::string text;
    const auto add = [&](std::string_view part) { text.append(part); };
    WholeCharacters characters(Tokenizer::kReplacesEachByte);
    bool begins = true;
    for (u32 left = count; left > 0; --left) {
      u32 id = 0;
      read(id);
      if (tables.is_printed(static_cast<i32>(id)))
        characters.take(Tokenizer::printed_text(tables.token_text(static_cast<i32>(id)), begins), add);
    }
    characters.finish(add);
    write(text.data(), text.size(), 1);
  }
}

std::optional<weebill::importer::TokenizerData> readTokenizer(const std::string &path, i64 vocabulary,
                                                              std::string &problem) {
  if (const auto name = path.substr(path.rfind('/') + 1); name.starts_with("tekken") && name.ends_with(".json"))
    return weebill::huggingface::readTekkenFile(path, weebill::huggingface::readJsonFile(path), vocabulary, {});
  if (path.ends_with(".json"))
    return weebill::huggingface::readHuggingFaceTokenizer(path, weebill::huggingface::readJsonFile(path), vocabulary,
                                                          problem);
  if (path.ends_with(".model"))
    return weebill::sentencepiece::readSentencePieceModel(path, weebill::gguf::MappedFile(path).bytes(), vocabulary, {},
                                                          problem);
  if (path.ends_with(".gguf")) {
    weebill::importer::ImportedModel model;
    model.architecture.vocabulary = vocabulary;
    weebill::gguf::readGgufTokenizer(weebill::gguf::GgufFile(path), model);
    problem = model.tokenizerProblem;
    return model.tokenizer;
  }
  const weebill::importer::ImportedModel model = weebill::importer::importModel(path);
  problem = model.tokenizerProblem;
  return model.tokenizer;
}

} // namespace

int main(int, char **argv) {
  std::string problem;
  const auto data = readTokenizer(argv[1], std::atoll(argv[2]), problem);
  if (!data) {
    std::cerr << problem << '\n';
    return 3;
  }
  const std::vector<uint8_t> blob = weebill::weights::buildTokenizerTables(*data);
  const TokenizerTables tables(blob.data(), blob.size());
  with_tokenizer(data->kind, [&]<class Tokenizer>() {
    if (std::string(argv[3]) == "encode")
      encode<Tokenizer>(tables);
    else
      decode<Tokenizer>(tables);
  });
}
