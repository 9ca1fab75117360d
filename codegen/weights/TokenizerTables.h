//===- TokenizerTables.h - The tokenizer's section of the weights file -*- C++ -*-===//
//
// Turns vocabulary and merges into the array of bytes that the emitted program reads in place
// (runtime/tokenizer_tables.h is the format). Tested by tests/unit/runtime/TokenizerTest.cpp and, against
// the reference, by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_WEIGHTS_TOKENIZERTABLES_H
#define WEEBILL_CODEGEN_WEIGHTS_TOKENIZERTABLES_H

#include "codegen/weights/TokenizerSource.h"

#include <cstdint>
#include <string>
#include <vector>

namespace weebill::weights {

/// The section. Throws std::runtime_error with one sentence if an id is out of range or the tables would pass 4 GiB.
std::vector<uint8_t> buildTokenizerTables(const TokenizerSource &source);

} // namespace weebill::weights

#endif // WEEBILL_CODEGEN_WEIGHTS_TOKENIZERTABLES_H
