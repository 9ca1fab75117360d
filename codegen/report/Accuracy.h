//===- Accuracy.h - What was measured of a program ---------------*- C++ -*-===//
//
// The section of the report that `weebill eval --report` fills in: a page is made before there is a program that could
// be measured. Tested by tests/unit/codegen/report/AccuracyTest.cpp and tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_REPORT_ACCURACY_H
#define WEEBILL_CODEGEN_REPORT_ACCURACY_H

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace weebill::report {

/// What the matrices of a block add in one visit, or, as visit -1, those of the whole model.
struct VisitErrors {
  int64_t visit = -1;
  std::vector<std::pair<std::string, double>> products; // matrix and relative error
};

struct Accuracy {
  std::string text, reference;    // files
  int64_t tokens = 0, window = 0; // of the text, and at most at once
  double perplexity = 0, referencePerplexity = 0;
  double divergence = 0, highest99 = 0, sameTop = 0; // from the reference: mean, 99th percentile, part of the tokens
  int64_t layerTokens = 0;                           // that the visits have read
  std::vector<VisitErrors> visits;                   // empty: not measured
};

/// The section of a page that nothing was measured for, which says how to.
std::string unmeasuredSection();

/// The page of a program with what was measured in place of that section, or of what was measured before. Throws
/// std::invalid_argument if it has none.
std::string withAccuracy(const std::string &page, const Accuracy &measured);

} // namespace weebill::report

#endif // WEEBILL_CODEGEN_REPORT_ACCURACY_H
