//===- Describe.h - Models that are only described ---------------*- C++ -*-===//
//
// For programs that make up shapes: a description's text is checked, counted and compiled without a file. Tested by
// tests/unit/compiler/api/DescribeTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_DESCRIBE_H
#define WEEBILL_COMPILER_API_DESCRIBE_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/description/ReadBlockForm.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace weebill::api {

/// The model of a description (docs/description.md), with random weights. `path` is what complaints call the text.
/// Throws InputError "path:line:column: what".
importer::ImportedModel describedModel(const std::string &path, std::string_view text);

/// What a description calls norms and activations.
using description::wordOf;

/// Numbers that a model of these sizes stores, each once.
int64_t parametersOf(const importer::Architecture &architecture);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_DESCRIBE_H
