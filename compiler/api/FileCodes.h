//===- FileCodes.h - Codes that a model file has already ---------*- C++ -*-===//
//
// Whether a model's matrices are quantized in its file: what weights are where nobody says. Tested by
// tests/unit/compiler/api/FileCodesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_FILECODES_H
#define WEEBILL_COMPILER_API_FILECODES_H

#include "compiler/import/ImportedModel.h"

#include <string>

namespace weebill::api {

/// "Q4_1 and Q8_0": the formats of the matrices that are stored as codes, in the file's order. Empty: all are numbers.
std::string codesOfMatrices(const importer::ImportedModel &model);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_FILECODES_H
