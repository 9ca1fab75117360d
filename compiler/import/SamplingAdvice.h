//===- SamplingAdvice.h - How a model's authors choose tokens ----*- C++ -*-===//
//
// Files recommend a temperature and more; programs begin with that. Tested by
// tests/unit/compiler/import/SamplingAdviceTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_SAMPLINGADVICE_H
#define WEEBILL_COMPILER_IMPORT_SAMPLINGADVICE_H

#include "compiler/import/ImportedModel.h"

#include <functional>
#include <optional>
#include <string>

namespace weebill::importer {

/// What a file says under a name; nothing if it says nothing or no number.
using SamplingNumbers = std::function<std::optional<double>(const std::string &name)>;

/// Takes the numbers "temperature", "top_k", "top_p", "min_p" and "repetition_penalty", the first four only if
/// `samples`. A number that cannot be is left out, with a note that names `source`.
void readSamplingAdvice(ImportedModel &model, bool samples, const std::string &source, const SamplingNumbers &numbers);

/// "temperature 0.7, top-k 20, top-p 0.8"; empty if it is the plain choice of the likeliest token.
std::string samplingText(const SamplingAdvice &advice);

} // namespace weebill::importer

#endif // WEEBILL_COMPILER_IMPORT_SAMPLINGADVICE_H
