//===- Windows.h - Windows of attention in configurations --------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/ReadConfigTest.cpp and tests/emitted/test_families.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_FAMILIES_WINDOWS_H
#define WEEBILL_COMPILER_IMPORT_FAMILIES_WINDOWS_H

#include "compiler/import/ImportedModel.h"
#include "compiler/import/description/FieldReader.h"

#include <functional>
#include <optional>

namespace weebill::families {

/// 'sliding_window': none if it is null, or where it is left out and `otherwise` is 0.
std::optional<int64_t> readWindow(const description::FieldReader &fields, int64_t otherwise);

/// For a family with 'use_sliding_window': if that is true, the window of each layer whose type is
/// "sliding_attention"; of a configuration without 'layer_types' each for which `slides` is true.
void readWindows(const description::FieldReader &fields, importer::Architecture &sizes, int64_t otherwise,
                 const std::function<bool(int64_t layer)> &slides);

/// For a family that always has them: `window` in each layer whose type is "sliding_attention"; without 'layer_types'
/// in each for which `slides` is true.
void readLayerWindows(const description::FieldReader &fields, importer::Architecture &sizes, int64_t window,
                      const std::function<bool(int64_t layer)> &slides);

/// Qwen 2 and 3: layers from 'max_window_layers' on.
void readQwenWindows(const description::FieldReader &fields, importer::Architecture &sizes);

} // namespace weebill::families

#endif // WEEBILL_COMPILER_IMPORT_FAMILIES_WINDOWS_H
