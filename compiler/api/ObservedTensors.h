//===- ObservedTensors.h - Tensors whose reading can be stopped --*- C++ -*-===//
//
// Every long loop over a model reads tensors piece by piece, so this is where a cancel is seen. Tested by
// tests/unit/compiler/api/CancelTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_OBSERVEDTENSORS_H
#define WEEBILL_COMPILER_API_OBSERVEDTENSORS_H

#include "compiler/api/Observer.h"
#include "compiler/import/ImportedModel.h"

namespace weebill::api {

/// The model with a source that throws Cancelled once the observer says so, and rotated if `rotates`. Neither may
/// outlive the observer.
importer::ImportedModel observedModel(const importer::ImportedModel &model, bool rotates, Observer &observer);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_OBSERVEDTENSORS_H
