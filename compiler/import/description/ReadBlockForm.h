//===- ReadBlockForm.h - What blocks compute, in words ------------*- C++ -*-===//
//
// Fields of a description that say which norms and activation there are, and what is multiplied by a number. Tested by
// tests/unit/compiler/import/ReadDescriptionTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_READBLOCKFORM_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_READBLOCKFORM_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/description/FieldReader.h"

namespace weebill::description {

/// 'qk_norm', 'norms', 'activation' and the scales.
void readBlockForm(const FieldReader &fields, importer::Architecture &sizes);

// The words of a description for them.
std::string wordOf(importer::HeadNorms norms);
std::string wordOf(importer::BlockNorms norms);
std::string wordOf(importer::Activation activation);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_READBLOCKFORM_H
