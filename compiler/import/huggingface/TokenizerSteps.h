//===- TokenizerSteps.h - Steps of a part of tokenizer.json ------*- C++ -*-===//
//
// A normalizer, pre-tokenizer or decoder is one step, or a sequence of them. Tested by
// tests/unit/compiler/import/HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERSTEPS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERSTEPS_H

#include "compiler/import/huggingface/ReadJson.h"

namespace weebill::huggingface {

/// The steps of the member `part`, a sequence of which has them in `inside`, sequences among them; none if
/// it is not there.
inline nlohmann::json tokenizerSteps(const nlohmann::json &content, const char *part, const char *inside) {
  const nlohmann::json *value = findMember(content, part);
  if (!value)
    return nlohmann::json::array();
  nlohmann::json steps = nlohmann::json::array();
  const auto add = [&](auto &&self, const nlohmann::json &step) -> void {
    const nlohmann::json *list = textMember(step, "type") == "Sequence" ? findMember(step, inside) : nullptr;
    if (!list || !list->is_array())
      return steps.push_back(step);
    for (const nlohmann::json &one : *list)
      self(self, one);
  };
  add(add, *value);
  return steps;
}

/// What a step looks for, if it is a text: as such, or as a regular expression of nothing but letters and the like.
inline std::string patternText(const nlohmann::json &step) {
  const nlohmann::json *pattern = findMember(step, "pattern");
  if (!pattern)
    return "";
  const std::string expression = textMember(*pattern, "Regex");
  const bool isPlain = expression.find_first_of("\\^$.|?*+()[]{}#") == std::string::npos;
  return textMember(*pattern, "String", isPlain ? expression : "");
}

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERSTEPS_H
