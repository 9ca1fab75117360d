//===- TokenizerClass.cpp - Classes of transformers' tokenizers -----------===//
//
// Tested by tests/unit/compiler/import/AddedTokenFilesTest.cpp and tests/emitted/test_added_tokens.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/TokenizerClass.h"

namespace weebill::huggingface {

namespace {

const std::vector<TokenizerClass> &classes() {
  constexpr std::string_view kEndOfText = "<|endoftext|>";
  static const std::vector<TokenizerClass> all = {
      {"Llama", AroundText::SettingsBefore, "<s>", "</s>", "<unk>"},
      {"CodeLlama",
       AroundText::SettingsBefore,
       "<s>",
       "</s>",
       "<unk>",
       "",
       {{"prefix_token", "\u2581<PRE>"},
        {"middle_token", "\u2581<MID>"},
        {"suffix_token", "\u2581<SUF>"},
        {"eot_token", "\u2581<EOT>"}}},
      {"Gemma", AroundText::SettingsBefore, "<bos>", "<eos>", "<unk>", "<pad>"},
      {"Cohere", AroundText::SettingsBefore, "<BOS_TOKEN>", "<|END_OF_TURN_TOKEN|>", "<UNK>"},
      {"GPTNeoX", AroundText::SettingsNone, kEndOfText, kEndOfText, kEndOfText},
      {"GPT2", AroundText::File, kEndOfText, kEndOfText, kEndOfText},
      {"Qwen2", AroundText::File, "", kEndOfText, kEndOfText, kEndOfText},
  };
  return all;
}

} // namespace

std::string_view TokenizerClass::specialToken(std::string_view setting) const {
  return setting == "bos_token"   ? beginning
         : setting == "eos_token" ? end
         : setting == "unk_token" ? unknown
         : setting == "pad_token" ? padding
                                  : std::string_view();
}

const TokenizerClass *findTokenizerClass(std::string_view name) {
  constexpr std::string_view kFast = "Fast", kTokenizer = "Tokenizer";
  if (name.ends_with(kFast))
    name.remove_suffix(kFast.size());
  if (!name.ends_with(kTokenizer))
    return nullptr;
  name.remove_suffix(kTokenizer.size());
  for (const TokenizerClass &row : classes())
    if (row.name == name)
      return &row;
  return nullptr;
}

} // namespace weebill::huggingface
