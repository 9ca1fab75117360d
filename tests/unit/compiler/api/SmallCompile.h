//===- SmallCompile.h - Models that compile in a moment ----------*- C++ -*-===//
//
// Used by the tests of compiler/api.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_TESTS_UNIT_COMPILER_API_SMALLCOMPILE_H
#define WEEBILL_TESTS_UNIT_COMPILER_API_SMALLCOMPILE_H

#include "compiler/api/Compile.h"
#include "compiler/import/description/ReadDescription.h"

namespace weebill::tests {

/// A description's model, without a file. Its weights are random but count as a file's, so that equal tensors are
/// looked for.
inline importer::ImportedModel smallModel(const std::string &text) {
  importer::ImportedModel model =
      description::importDescription(description::parseDescription("small.json", text), "small.json");
  model.randomSeed.reset();
  return model;
}

inline constexpr const char *kTied = R"({"layers":2,"model":64,"hidden":96,"heads":2,"vocabulary":80})";
inline constexpr const char *kUntied =
    R"({"layers":1,"model":96,"hidden":64,"heads":3,"vocabulary":64,"tied_embeddings":false,"qkv_bias":true})";

struct Texts {
  std::string source, header, report, weights;
  bool operator==(const Texts &) const = default;
};

inline Texts textsOf(const api::CompiledModel &model) {
  Texts texts;
  model.writeWeights(
      [&](const void *data, size_t bytes) { texts.weights.append(static_cast<const char *>(data), bytes); });
  texts.source = model.source();
  texts.header = model.header();
  texts.report = model.report();
  return texts;
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_API_SMALLCOMPILE_H
