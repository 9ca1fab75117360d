//===- AccuracySection.cpp - How well the program predicts ----------------===//
//
// Tested by tests/unit/codegen/report/AccuracyTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/report/Accuracy.h"
#include "codegen/report/Html.h"

#include <algorithm>
#include <stdexcept>

namespace weebill::report {

namespace {

constexpr const char *kId = "accuracy", *kTitle = "Accuracy";

std::string predictions(const Accuracy &measured) {
  Table table({"", ">Perplexity", ">Mean KL", ">99 %", ">Same top-1"});
  table.add({"float32", ">" + fixed(measured.referencePerplexity, 2), ">", ">", ">"});
  table.add({"this program", ">" + fixed(measured.perplexity, 2), ">" + fixed(measured.divergence, 4),
             ">" + fixed(measured.highest99, 3), ">" + fixed(100 * measured.sameTop, 1) + " %"});
  return note("Measured by <code>weebill eval</code> on " + grouped(measured.tokens) + " tokens of <code>" +
              escaped(measured.text) + "</code>, " + grouped(measured.window) +
              " at once, beside the model in float32, <code>" + escaped(measured.reference) +
              "</code>. Perplexity is how many tokens the model hesitates between, on average. KL is the "
              "Kullback-Leibler divergence of the program's distribution of the next token from float32's, in nats, 0 "
              "where they are the same: its mean over all tokens, and what 99 % of them stay below. Same top-1: where "
              "both have the same likeliest token.") +
         table.html();
}

/// The matrices of blocks are columns.
std::string visitsTable(const Accuracy &measured) {
  std::vector<std::string> matrices, heads = {">Visit"};
  for (const VisitErrors &visit : measured.visits)
    for (const auto &[matrix, error] : visit.products)
      if (visit.visit >= 0 && std::find(matrices.begin(), matrices.end(), matrix) == matrices.end()) {
        matrices.push_back(matrix);
        heads.push_back(">" + escaped(matrix));
      }
  std::vector<double> most(matrices.size(), 0);
  const auto cellsOf = [&](const VisitErrors &visit, auto eachError) {
    for (const auto &[matrix, error] : visit.products)
      eachError(size_t(std::find(matrices.begin(), matrices.end(), matrix) - matrices.begin()), error);
  };
  for (const VisitErrors &visit : measured.visits)
    if (visit.visit >= 0)
      cellsOf(visit, [&](size_t at, double error) { most[at] = std::max(most[at], error); });

  Table table(heads);
  for (const VisitErrors &visit : measured.visits)
    if (visit.visit >= 0) {
      std::vector<std::string> cells(heads.size(), ">");
      cells[0] = ">" + std::to_string(visit.visit);
      cellsOf(visit, [&](size_t at, double error) {
        const std::string number = fixed(error, 4);
        cells[at + 1] = error == most[at] && error > 0 ? "><b>" + number + "</b>" : ">" + number;
      });
      table.add(cells);
    }
  return table.html();
}

std::string layers(const Accuracy &measured) {
  if (measured.visits.empty())
    return note("What each matrix adds is measured with <code>--layers</code> besides.");
  std::string whole;
  for (const VisitErrors &visit : measured.visits)
    for (const auto &[matrix, error] : visit.products)
      if (visit.visit < 0)
        whole += (whole.empty() ? "" : ", ") + escaped(matrix) + " " + fixed(error, 4);
  return "<h3>What each matrix adds</h3>\n" +
         note("How far each product is from that of the same rows before they became codes and the matrix of the "
              "file, as a part of its size (the root of the ratio of sums of squares), over the first " +
              grouped(measured.layerTokens) + " tokens. The greatest of each matrix is bold." +
              (whole.empty() ? "" : " Outside the blocks: " + whole + ".")) +
         visitsTable(measured);
}

} // namespace

std::string unmeasuredSection() {
  return section(kId, kTitle,
                 note("Not measured. <code>weebill eval PROGRAM --text FILE --reference MODEL --report</code> runs the "
                      "program and the model in float32 over a text and puts here how far their predictions are from "
                      "each other; with <code>--layers</code> also what each matrix adds."));
}

std::string withAccuracy(const std::string &page, const Accuracy &measured) {
  // Our own section, whatever else the page says: names are escaped, and sections do not nest.
  const std::string beginning = section(kId, kTitle, "").substr(0, section(kId, kTitle, "").find("<h2>")),
                    end = "</section>\n";
  const size_t at = page.find(beginning), behind = page.find(end, at);
  if (at == std::string::npos || behind == std::string::npos)
    throw std::invalid_argument("has no section for it");
  return page.substr(0, at) + section(kId, kTitle, predictions(measured) + layers(measured)) +
         page.substr(behind + end.size());
}

} // namespace weebill::report
