//===- OptionWords.h - What a user may choose, and its words -----*- C++ -*-===//
//
// Each enum has one table, in the order in which help and errors list the words. Tested by
// tests/unit/compiler/api/CompileOptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_OPTIONWORDS_H
#define WEEBILL_COMPILER_API_OPTIONWORDS_H

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::api {

enum class WeightFormat { Int8, F16, F32, Keep };                // of matrices
enum class Activations { Int8, Int8Symmetric, Int8Groups, F32 }; // what matrices multiply
enum class CacheFormat { F16, Int8, F32 };                       // of keys and values
enum class Rotation { Folded, None };                            // of the residual stream

template <class E> struct OptionWord {
  E value;
  const char *word;
};

/// The table of an enum.
template <class E> std::span<const OptionWord<E>> optionWords();
template <> std::span<const OptionWord<WeightFormat>> optionWords();
template <> std::span<const OptionWord<Activations>> optionWords();
template <> std::span<const OptionWord<CacheFormat>> optionWords();
template <> std::span<const OptionWord<Rotation>> optionWords();

template <class E> std::string wordOf(E value) {
  for (const OptionWord<E> &row : optionWords<E>())
    if (row.value == value)
      return row.word;
  return "?"; // a number that was cast into the enum
}

/// The value of a word, none for a word that is not in the table.
template <class E> std::optional<E> fromWord(std::string_view word) {
  for (const OptionWord<E> &row : optionWords<E>())
    if (row.word == word)
      return row.value;
  return std::nullopt;
}

template <class E> std::vector<std::string> allWords() {
  std::vector<std::string> words;
  for (const OptionWord<E> &row : optionWords<E>())
    words.push_back(row.word);
  return words;
}

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_OPTIONWORDS_H
