//===- AccuracyReport.h - What was measured, in the report -------*- C++ -*-===//
//
// Puts the result of an evaluation into the page that the build has written beside a program. Tested by
// tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_ACCURACYREPORT_H
#define WEEBILL_COMPILER_API_ACCURACYREPORT_H

#include "compiler/api/Evaluate.h"

namespace weebill::api {

/// The page of a program.
std::filesystem::path reportOf(const std::filesystem::path &program);

/// Of every program that was compared with a reference. Throws InputError for a program without such a page, or with
/// one that has no place for it, and weights::OutputError; pages are whole or as they were.
void reportAccuracy(const EvaluateOptions &options, const EvaluationResult &result);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_ACCURACYREPORT_H
