//===- Evaluate.h - How well emitted programs predict a text -----*- C++ -*-===//
//
// Runs programs that weebill made, and compares the distributions that they give for each next token with those of
// float32, of a program that is built for it. Tested by tests/emitted/test_eval.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_API_EVALUATE_H
#define WEEBILL_COMPILER_API_EVALUATE_H

#include "compiler/api/Observer.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace weebill::api {

struct EvaluateOptions {
  std::vector<std::filesystem::path> programs; // or their folders
  std::filesystem::path text;
  std::string reference = {}; // the model that they were made from; empty: perplexity alone, of the whole text
  int64_t tokens = 1024;      // of the text that are compared, at most
  bool layers = false;        // of one program: what each product adds, on the first tokens
};

/// How far the distributions of a program are from the reference's, over all tokens.
struct Distance {
  double mean = 0;      // Kullback-Leibler divergence, in nats
  double highest99 = 0; // its 99th percentile
  double sameTop = 0;   // part of the tokens behind which both have the same likeliest one
};

/// How far a product is from that of the same rows without codes and the matrix of the file: the roots of the sums of
/// squares, of the difference by the latter.
struct ProductDistance {
  std::string weight; // its matrix
  double relative = 0;
};

/// Of one visit of a block, in the order in which they are computed; of the whole model's matrices, visit -1.
struct LayerDistances {
  int64_t visit = -1;
  std::vector<ProductDistance> products;
};

struct Evaluation {
  std::filesystem::path program;
  int64_t weightsBytes = 0;
  double perplexity = 0;
  std::optional<Distance> distance; // with a reference
};

struct EvaluationResult {
  int64_t tokens = 0, window = 0;            // of the text, and at most at once; 0 without a reference
  std::optional<double> referencePerplexity; // of the same tokens
  std::vector<Evaluation> programs;
  int64_t layerTokens = 0;            // that the layers have read
  std::vector<LayerDistances> layers; // if they were asked for
};

/// Throws InputError, with a program's own sentence if it cannot be run, UsageError and Cancelled. Files stand in a
/// temporary folder while it runs.
EvaluationResult evaluate(const EvaluateOptions &options, Observer &observer);

} // namespace weebill::api

#endif // WEEBILL_COMPILER_API_EVALUATE_H
