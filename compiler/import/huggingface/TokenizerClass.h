//===- TokenizerClass.h - Classes of transformers' tokenizers ----*- C++ -*-===//
//
// What a `tokenizer_class` means beyond the files of a folder: special tokens that its settings leave out, and who says
// what comes around a text. From transformers 4.57, because models were trained with it. Tested by
// tests/unit/compiler/import/AddedTokenFilesTest.cpp, and against transformers by tests/emitted/test_added_tokens.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERCLASS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERCLASS_H

#include <string_view>
#include <utility>
#include <vector>

namespace weebill::huggingface {

/// Where a class is told what comes around a text.
enum class AroundText {
  File,           // by tokenizer.json
  SettingsNone,   // by `add_bos_token` and `add_eos_token`, both false if they are left out
  SettingsBefore, // by the same, but `add_bos_token` is true
};

struct TokenizerClass {
  std::string_view name; // without "Tokenizer" and "TokenizerFast"
  AroundText around = AroundText::File;
  // Special tokens that the settings leave out; empty: none.
  std::string_view beginning = {}, end = {}, unknown = {}, padding = {};
  /// More of them, with the settings that change each: they stand behind 'additional_special_tokens'.
  std::vector<std::pair<std::string_view, std::string_view>> more = {};

  /// What `bos_token` or another of the settings' names is if it is left out; empty: none.
  std::string_view specialToken(std::string_view setting) const;
};

/// The class of that name, with or without "Fast", or nullptr: one that has no opinion of its own.
const TokenizerClass *findTokenizerClass(std::string_view name);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERCLASS_H
