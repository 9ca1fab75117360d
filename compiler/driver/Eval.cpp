//===- Eval.cpp - weebill eval --------------------------------------------===//
//
// Tested by tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Eval.h"

#include "compiler/api/AccuracyReport.h"
#include "compiler/api/Numbers.h"
#include "compiler/driver/Progress.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstdio>

namespace weebill::driver {

namespace {

void printJson(const api::EvaluationResult &result, std::ostream &out) {
  llvm::json::Array programs;
  for (const api::Evaluation &program : result.programs) {
    llvm::json::Object row{{"program", program.program.string()},
                           {"weights_file_bytes", program.weightsBytes},
                           {"perplexity", program.perplexity}};
    if (program.distance) {
      row["mean_kl"] = program.distance->mean;
      row["kl_percentile_99"] = program.distance->highest99;
      row["same_top1"] = program.distance->sameTop;
    }
    programs.push_back(std::move(row));
  }
  llvm::json::Object object{{"programs", std::move(programs)}};
  if (!result.layers.empty()) {
    llvm::json::Array layers;
    for (const api::LayerDistances &layer : result.layers) {
      llvm::json::Object products;
      for (const api::ProductDistance &product : layer.products)
        products[product.weight] = product.relative;
      layers.push_back(llvm::json::Object{{"visit", layer.visit}, {"errors", std::move(products)}});
    }
    object["layers"] = std::move(layers);
    object["layer_tokens"] = result.layerTokens;
  }
  if (result.referencePerplexity) {
    object["tokens"] = result.tokens;
    object["window"] = result.window;
    object["reference_perplexity"] = *result.referencePerplexity;
  }
  std::string text;
  llvm::raw_string_ostream stream(text);
  stream << llvm::formatv("{0:2}", llvm::json::Value(std::move(object)));
  out << text << "\n";
}

std::string decimals(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

using Row = std::vector<std::string>;

Row rowOf(const api::Evaluation &program) {
  Row row = {program.program.string(), decimals(program.perplexity, 2)};
  if (const auto &distance = program.distance)
    row.insert(row.end(), {decimals(distance->mean, 4), decimals(distance->highest99, 3),
                           decimals(100 * distance->sameTop, 1) + " %"});
  row.push_back(api::bytesText(program.weightsBytes));
  return row;
}

/// Columns as wide as need be; all but the first stand at their right.
void printRows(const std::vector<Row> &rows, std::ostream &out) {
  std::vector<size_t> widths(rows.front().size());
  for (const Row &row : rows)
    for (size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], row[i].size());
  for (const Row &row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string space(widths[i] - row[i].size(), ' ');
      line += i == 0 ? row[i] + space : "  " + space + row[i];
    }
    out << line.substr(0, line.find_last_not_of(' ') + 1) << "\n";
  }
}

/// A line for each visit; the columns are the matrices of blocks, and those of the whole model stand below.
void printLayers(const api::EvaluationResult &result, std::ostream &out) {
  out << "\nError that each product adds, relative, over the first " << result.layerTokens << " tokens\n\n";
  std::vector<Row> rows = {{"visit"}};
  const auto column = [&](const std::string &weight) {
    const auto found = std::find(rows.front().begin() + 1, rows.front().end(), weight);
    if (found != rows.front().end())
      return size_t(found - rows.front().begin());
    rows.front().push_back(weight);
    return rows.front().size() - 1;
  };
  for (const api::LayerDistances &layer : result.layers)
    if (layer.visit >= 0) {
      Row row = {std::to_string(layer.visit)};
      for (const api::ProductDistance &product : layer.products) {
        const size_t at = column(product.weight);
        row.resize(std::max(row.size(), at + 1));
        row[at] = decimals(product.relative, 4);
      }
      rows.push_back(std::move(row));
    }
  for (Row &row : rows)
    row.resize(rows.front().size());
  printRows(rows, out);
  for (const api::LayerDistances &layer : result.layers)
    for (const api::ProductDistance &product : layer.products)
      if (layer.visit < 0)
        out << product.weight << "  " << decimals(product.relative, 4) << "\n";
}

void printTable(const EvalOptions &options, const api::EvaluationResult &result, std::ostream &out) {
  std::vector<Row> rows;
  if (result.referencePerplexity) {
    out << api::groupedText(result.tokens) << " tokens of " << options.evaluate.text.string() << ", "
        << api::groupedText(result.window) << " at once, against float32 of " << options.evaluate.reference << "\n\n";
    rows.push_back({"", "perplexity", "mean KL", "99 %", "same top-1", "weights"});
    rows.push_back({"float32", decimals(*result.referencePerplexity, 2), "", "", "", ""});
  } else {
    rows.push_back({"", "perplexity", "weights"});
  }
  for (const api::Evaluation &program : result.programs)
    rows.push_back(rowOf(program));
  printRows(rows, out);
  if (!result.layers.empty())
    printLayers(result, out);
}

} // namespace

void runEval(const EvalOptions &options, std::ostream &out, std::ostream &errors) {
  const bool compiles = !options.evaluate.reference.empty();
  Progress progress(errors, errorsGoToTerminal(),
                    (compiles ? stepsOf({}) + 3 : 1) + (options.evaluate.layers ? stepsOf({}) + 1 : 0));
  const api::EvaluationResult result = api::evaluate(options.evaluate, progress);
  progress.finish();
  if (options.json)
    printJson(result, out);
  else
    printTable(options, result, out);
  if (options.report) // what was measured is told even if there is no page for it
    api::reportAccuracy(options.evaluate, result);
}

} // namespace weebill::driver
