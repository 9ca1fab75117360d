//===- MissingTensor.h - What a file has in a tensor's place -----*- C++ -*-===//
//
// Files of models that are almost one of the families' have the same numbers under another name, or fused into one
// matrix: their names say which. Tested by tests/unit/compiler/import/MissingTensorTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_MISSINGTENSOR_H
#define WEEBILL_COMPILER_IMPORT_MISSINGTENSOR_H

#include "compiler/import/families/Families.h"

#include <string>
#include <vector>

namespace weebill::importer {

/// "is missing", and if there are any, which tensors of the file no model of this shape has, at most three of them:
/// those whose names agree longest with the missing one. `nameOf` says what the file would call a tensor.
std::string missingTensor(const std::string &missing, const Architecture &sizes, int64_t block,
                          const std::vector<std::string> &inFile,
                          const std::function<std::string(const families::FamilyTensor &, int64_t)> &nameOf);

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_MISSINGTENSOR_H
