//===- TokenizerData.h - A tokenizer as it was read -------------*- C++ -*-===//
//
// What emitted programs need of a model's tokenizer, whatever file it comes from. Tested by
// tests/unit/compiler/import/GgufTokenizerTest.cpp and HuggingFaceTokenizerTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_TOKENIZERDATA_H
#define WEEBILL_COMPILER_IMPORT_TOKENIZERDATA_H

#include "codegen/weights/TokenizerSource.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::importer {

/// A tokenizer as the emitted program needs it, and what stands around texts. Where `kind` says so, the plain space
/// stands for U+2581 as well. `tokens` have byte-level letters mapped back, special tokens are their text.
struct TokenizerData : weights::TokenizerSource {
  int32_t beginning = -1, end = -1; // ids, -1 if there is none: what templates know as bos_token and eos_token
  std::vector<int32_t> before;      // ids that stand before every text: nothing, `beginning`, or several

  /// What the file puts behind every text, as text; programs put nothing there (TextBehind.h).
  std::string behind;

  /// Whether texts begin with `beginning` and nothing else.
  bool addsBeginning() const { return before.size() == 1 && before.front() == beginning; }
};

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_TOKENIZERDATA_H
