//===- OptionWords.h - What may be chosen, and its words ---------*- C++ -*-===//
//
// The numbers of a compiled model, as those choose them who call the compiler, and as its passes take them. Each enum
// has one table, in the order in which help and errors list the words. Tested by
// tests/unit/compiler/api/CompileOptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_OPTIONS_OPTIONWORDS_H
#define WEEBILL_COMPILER_OPTIONS_OPTIONWORDS_H

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace weebill::options {

template <class E> struct OptionWord {
  E value;
  const char *word;
};

/// The table of an enum; what has none is no choice.
template <class E> std::span<const OptionWord<E>> optionWords() = delete;
template <class E>
concept Choice = requires { optionWords<E>(); };

//===----------------------------------------------------------------------===//
// The tables
//===----------------------------------------------------------------------===//

enum class WeightFormat { Int8, F16, F32, Keep, Compact, Int4, Int5, Int6, Mixed }; // of matrices
inline constexpr OptionWord<WeightFormat> kWeightWords[] = {
    {WeightFormat::Int8, "int8"}, {WeightFormat::F16, "f16"},         {WeightFormat::F32, "f32"},
    {WeightFormat::Keep, "keep"}, {WeightFormat::Compact, "compact"}, {WeightFormat::Int4, "int4"},
    {WeightFormat::Int5, "int5"}, {WeightFormat::Int6, "int6"},       {WeightFormat::Mixed, "mixed"}};
template <> inline std::span<const OptionWord<WeightFormat>> optionWords() { return kWeightWords; }

/// Whether floats become codes in groups of 32, which are kept like those of a file from there on.
constexpr bool roundsToGroups(WeightFormat weights) { return weights >= WeightFormat::Int4; }

/// Whether a text tells which errors matter.
constexpr bool takesText(WeightFormat weights) { return weights == WeightFormat::Compact || roundsToGroups(weights); }

/// What the passes are told: such codes are kept.
constexpr WeightFormat asPassesKnowIt(WeightFormat weights) {
  return takesText(weights) ? WeightFormat::Keep : weights;
}

enum class Activations { Int8, Int8Symmetric, Int8Groups, F32 }; // what matrices multiply
inline constexpr OptionWord<Activations> kActivationWords[] = {{Activations::Int8, "int8"},
                                                               {Activations::Int8Symmetric, "int8-symmetric"},
                                                               {Activations::Int8Groups, "int8-g32"},
                                                               {Activations::F32, "f32"}};
template <> inline std::span<const OptionWord<Activations>> optionWords() { return kActivationWords; }

enum class CacheFormat { F16, Int8, F32 }; // of keys and values
inline constexpr OptionWord<CacheFormat> kCacheWords[] = {
    {CacheFormat::F16, "f16"}, {CacheFormat::Int8, "int8"}, {CacheFormat::F32, "f32"}};
template <> inline std::span<const OptionWord<CacheFormat>> optionWords() { return kCacheWords; }

enum class Rotation { Online, Folded, None };
inline constexpr OptionWord<Rotation> kRotationWords[] = {
    {Rotation::Online, "online"}, {Rotation::Folded, "folded"}, {Rotation::None, "none"}};
template <> inline std::span<const OptionWord<Rotation>> optionWords() { return kRotationWords; }

/// Whether the residual stream is rotated, inside the weights.
constexpr bool turnsStream(Rotation rotation) { return rotation != Rotation::None; }

/// Whether what `down` multiplies is mixed, by the program.
constexpr bool mixesHidden(Rotation rotation) { return rotation == Rotation::Online; }

//===----------------------------------------------------------------------===//
// Reading them
//===----------------------------------------------------------------------===//

template <Choice E> std::string wordOf(E value) {
  for (const OptionWord<E> &row : optionWords<E>())
    if (row.value == value)
      return row.word;
  return "?"; // a number that was cast into the enum
}

/// The value of a word, none for a word that is not in the table.
template <Choice E> std::optional<E> fromWord(std::string_view word) {
  for (const OptionWord<E> &row : optionWords<E>())
    if (row.word == word)
      return row.value;
  return std::nullopt;
}

template <Choice E> std::vector<std::string> allWords() {
  std::vector<std::string> words;
  for (const OptionWord<E> &row : optionWords<E>())
    words.push_back(row.word);
  return words;
}

/// Weights of which that is so, as a sentence lists them: "int4, int5, int6 or mixed".
inline std::string wordsOfWeights(bool (*isSo)(WeightFormat), std::string_view last) {
  std::vector<std::string_view> words;
  for (const OptionWord<WeightFormat> &row : kWeightWords)
    if (isSo(row.value))
      words.push_back(row.word);
  std::string list(words.front());
  for (size_t i = 1; i + 1 < words.size(); ++i)
    list.append(", ").append(words[i]);
  return list.append(" ").append(last).append(" ").append(words.back());
}

/// All words as one text: "int8|f16|f32".
template <Choice E> std::string wordList(std::string_view separator) {
  std::string list;
  for (const OptionWord<E> &row : optionWords<E>())
    list.append(list.empty() ? "" : separator).append(row.word);
  return list;
}

} // namespace weebill::options

#endif // WEEBILL_COMPILER_OPTIONS_OPTIONWORDS_H
