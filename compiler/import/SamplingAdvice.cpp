//===- SamplingAdvice.cpp - How a model's authors choose tokens -----------===//
//
// Tested by tests/unit/compiler/import/SamplingAdviceTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/SamplingAdvice.h"

#include <charconv>
#include <climits>
#include <cmath>

namespace weebill::importer {

namespace {

struct Row {
  const char *name, *words;
  double least, most; // as the program's options have it
  bool whole, samples;
  void (*set)(SamplingAdvice &advice, double value);
  double (*get)(const SamplingAdvice &advice);
};

const Row kRows[] = {
    {"temperature", "temperature", 0, 100, false, true, [](SamplingAdvice &a, double v) { a.temperature = float(v); },
     [](const SamplingAdvice &a) { return double(a.temperature); }},
    {"top_k", "top-k", 0, INT_MAX, true, true, [](SamplingAdvice &a, double v) { a.topK = int32_t(v); },
     [](const SamplingAdvice &a) { return double(a.topK); }},
    {"top_p", "top-p", 0, 1, false, true, [](SamplingAdvice &a, double v) { a.topP = float(v); },
     [](const SamplingAdvice &a) { return double(a.topP); }},
    {"min_p", "min-p", 0, 1, false, true, [](SamplingAdvice &a, double v) { a.minP = float(v); },
     [](const SamplingAdvice &a) { return double(a.minP); }},
    {"repetition_penalty", "repetition penalty", 0.01, 100, false, false,
     [](SamplingAdvice &a, double v) { a.repeatPenalty = float(v); },
     [](const SamplingAdvice &a) { return double(a.repeatPenalty); }},
};

std::string shortest(double value) {
  char text[64];
  return {text, std::to_chars(text, text + sizeof text, float(value)).ptr};
}

} // namespace

void readSamplingAdvice(ImportedModel &model, bool samples, const std::string &source, const SamplingNumbers &numbers) {
  if (samples)
    model.sampling.temperature = 1; // what files mean that do not name it
  for (const Row &row : kRows) {
    const std::optional<double> value = row.samples && !samples ? std::nullopt : numbers(row.name);
    if (!value)
      continue;
    if (*value >= row.least && *value <= row.most && (!row.whole || *value == std::floor(*value)))
      row.set(model.sampling, *value);
    else
      model.notes.push_back(source + " recommends a " + row.words + " of " + shortest(*value) +
                            ", which cannot be: it is left out");
  }
}

std::string samplingText(const SamplingAdvice &advice) {
  std::string text;
  for (const Row &row : kRows)
    if (const double value = row.get(advice); value != row.get({}))
      text += (text.empty() ? "" : ", ") + std::string(row.words) + " " + shortest(value);
  return text;
}

} // namespace weebill::importer
