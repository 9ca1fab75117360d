//===- ReadDescription.h - description.json ----------------------*- C++ -*-===//
//
// The format is docs/description.md. Tested by tests/unit/compiler/import/ReadDescriptionTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_DESCRIPTION_READDESCRIPTION_H
#define WEEBILL_COMPILER_IMPORT_DESCRIPTION_READDESCRIPTION_H

#include "compiler/import/description/Description.h"

#include <string_view>

namespace weebill::description {

/// Limits that keep every product of sizes far from overflow; docs/description.md states them.
namespace limits {
constexpr int64_t kBlocks = 1024, kVisits = 4096, kModel = 1 << 16, kHidden = 1 << 18, kHeads = 1024, kHeadSize = 1024,
                  kVocabulary = 1 << 20, kContext = 1 << 20, kLeastConvolution = 2, kConvolution = 64,
                  kSeed = (int64_t(1) << 53) - 1;
constexpr double kRopeFactor = 1e6, kRopeTheta = 1e9, kLeastAttentionScale = 1e-6, kAttentionScale = 1e6;
} // namespace limits

/// Reads the text of a description. Throws InputError "path:line:column: what" with the place of the value.
Description parseDescription(const std::string &path, std::string_view text);

/// Reads a description from a file.
Description readDescription(const std::string &path);

} // namespace weebill::description

#endif // WEEBILL_COMPILER_IMPORT_DESCRIPTION_READDESCRIPTION_H
