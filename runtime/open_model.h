//===- open_model.h - Weights that are there ---------------------*- C++ -*-===//
//
// The weights file and what is read in place of it; instances that branched share it. Tested by
// tests/emitted/test_c_api.py.
//
//===----------------------------------------------------------------------===//

#pragma once

#include "runtime/fail.h"
#include "runtime/platform/platform.h"
#include "runtime/tokenizer.h"
#include "runtime/types.h"
#include "runtime/weights_file.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

class OpenModel {
public:
  /// `path` nullptr: weights inside, or beside the program that runs. Throws Failure.
  OpenModel(const char *given_path, WeightsAccess access)
      : path(given_path != nullptr ? given_path : platform::program_folder("") + "/" + kWeightsFile),
        content(open_weights(given_path == nullptr, access)) {
    if (kHasTokenizer)
      tables.emplace(content + kTokenizerOffset, kTokenizerBytes);
  }

  const u8 *weights() const { return content; }

  /// nullptr: the model has no tokenizer.
  const TokenizerTables *tables_or_null() const { return tables.has_value() ? &*tables : nullptr; }

  /// Fails if there are none.
  const TokenizerTables &tokenizer() const {
    if (!tables.has_value())
      fail("this model has no tokenizer");
    return *tables;
  }

  /// `special`: whether texts of special tokens stand for those tokens. Texts from outside should not.
  void tokenize(std::string_view text, bool special, i32 *ids, std::size_t capacity, std::size_t &count) const {
    count = 0;
    Tokenizer tokenizer(this->tokenizer(), text.size());
    const auto add = [&](i32 id) {
      if (count < capacity)
        ids[count] = id;
      ++count;
    };
    tokenizer.encode(text, add, special ? LiteralRange{} : LiteralRange{0, text.size()});
  }

  void detokenize(const i32 *ids, std::size_t ids_count, char *text, std::size_t capacity, std::size_t &bytes) const {
    bytes = 0;
    const TokenizerTables &tokens = tokenizer();
    for (std::size_t index = 0; index < ids_count; ++index) {
      const std::string_view token = tokens.is_printed(ids[index]) ? tokens.token_text(ids[index]) : std::string_view();
      if (bytes < capacity)
        token.copy(text + bytes, capacity - bytes); // not memcpy, which takes no null pointer for an empty text
      bytes += token.size();
    }
  }

private:
  const u8 *open_weights(bool inside_if_there, WeightsAccess access) {
    const u8 *inside = inside_if_there ? embedded_weights() : nullptr;
    return inside != nullptr ? inside : file.emplace(path.c_str(), access).content();
  }

  std::string path;
  std::optional<WeightsFile> file;
  const u8 *content;
  std::optional<TokenizerTables> tables;
};
