//===- ReadBlockNumbers.h - Numbers that blocks may differ in ----*- C++ -*-===//
//
// A number for all blocks, or a list with one for each stored block. Tested by
// tests/unit/compiler/import/ReadDescriptionTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_READBLOCKNUMBERS_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_READBLOCKNUMBERS_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/description/FieldReader.h"

namespace weebill::description {

// `sizes` has the number of its blocks already. Each throws InputError with the place of what is wrong.

/// 'rope_theta': 0 in a list is a block without RoPE.
void readRopeTheta(const FieldReader &fields, importer::Architecture &sizes);
/// 'factor' of 'rope_scaling'.
void readRopeFactor(const FieldReader &scaling, importer::Architecture &sizes);

/// 'window': positions that a token sees, its own included; 0: all.
void readWindows(const FieldReader &fields, importer::Architecture &sizes);

/// 'convolution': 1 for each block that convolves in the place of attending; 'convolution_width'.
void readConvolutions(const FieldReader &fields, importer::Architecture &sizes);

/// 'attention_scale': what queries are multiplied by.
void readAttentionScale(const FieldReader &fields, importer::Architecture &sizes);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_READBLOCKNUMBERS_H
