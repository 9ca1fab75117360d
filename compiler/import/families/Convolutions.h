//===- Convolutions.h - Blocks that convolve ----------------------*- C++ -*-===//
//
// In a convolving block two gates and a short convolution over the tokens stand in the place of attention. Tested by
// tests/unit/compiler/import/Lfm2ConfigTest.cpp, Lfm2TensorsTest.cpp and ReadDescriptionTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_FAMILIES_CONVOLUTIONS_H
#define WEEBILL_COMPILER_IMPORT_FAMILIES_CONVOLUTIONS_H

#include "compiler/import/ImportedModel.h"

namespace weebill::families {

/// Sets the kinds of blocks, 1 for each stored one that convolves, over `width` tokens. Where none does, the sizes are
/// those of a model without convolutions. Returns why such a model is not supported; empty if it is.
std::string setConvolutions(const std::vector<int64_t> &convolves, int64_t width, importer::Architecture &sizes);

} // namespace weebill::families

#endif // WEEBILL_COMPILER_IMPORT_FAMILIES_CONVOLUTIONS_H
