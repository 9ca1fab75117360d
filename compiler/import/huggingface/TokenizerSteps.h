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

/// The steps of the member `part`, a sequence of which has them in `inside`; none if it is not there.
inline nlohmann::json tokenizerSteps(const nlohmann::json &content, const char *part, const char *inside) {
  const nlohmann::json *value = findMember(content, part);
  if (!value)
    return nlohmann::json::array();
  if (textMember(*value, "type") == "Sequence")
    if (const nlohmann::json *list = findMember(*value, inside); list && list->is_array())
      return *list;
  return nlohmann::json::array({*value});
}

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_TOKENIZERSTEPS_H
