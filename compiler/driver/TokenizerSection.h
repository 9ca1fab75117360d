//===- TokenizerSection.h - The imported tokenizer as a section --*- C++ -*-===//
//
// The border between the importer's tokenizer and the tables of the weights file. Tested by
// tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_DRIVER_TOKENIZERSECTION_H
#define WEEBILL_COMPILER_DRIVER_TOKENIZERSECTION_H

#include "compiler/import/ImportedModel.h"

namespace weebill::driver {

std::vector<uint8_t> tokenizerSection(const importer::TokenizerData &data);

} // namespace weebill::driver

#endif // WEEBILL_COMPILER_DRIVER_TOKENIZERSECTION_H
