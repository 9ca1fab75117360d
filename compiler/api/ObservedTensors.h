//===- ObservedTensors.h - Tensors whose reading can be stopped --*- C++ -*-===//
//
// Every long loop over a model reads tensors piece by piece, so this is where a cancel is seen. Tested by
// tests/unit/compiler/api/CancelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_OBSERVEDTENSORS_H
#define WEEBILL_COMPILER_API_OBSERVEDTENSORS_H

#include "compiler/api/CompileOptions.h"
#include "compiler/api/Observer.h"
#include "compiler/import/ImportedModel.h"

namespace weebill::api {

/// The model as a program has it, rotated as far as it can be and padded, with a source that throws Cancelled once the
/// observer says so. Neither may outlive the observer.
importer::ImportedModel observedModel(const importer::ImportedModel &model, Rotation rotation, Observer &observer);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_OBSERVEDTENSORS_H
