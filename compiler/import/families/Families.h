//===- Families.h - The table of families -------------------------*- C++ -*-===//
//
// Tested by tests/unit/compiler/import/FamiliesTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILIES_H
#define WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILIES_H

#include "compiler/import/families/Family.h"

namespace weebill::families {

// A file of this name each, or that of the family whose reading it shares.
extern const Family kMobileLlm, kLlama, kLlama4Text, kMistral, kQwen2, kQwen3, kSmolLM3, kGemma3Text, kOlmo2, kGranite,
    kGraniteMoeHybrid, kMobileLlmPro, kOuro, kLfm2;

/// In the order in which presets are listed.
std::vector<const Family *> families();

/// The family of that name, or nullptr.
const Family *findFamily(std::string_view name);

/// The family whose models have a class of that name of their own, or nullptr.
const Family *findFamilyOfClass(std::string_view name);

/// What GGUF files call a family, and the one that they call so, or nullptr.
std::string_view ggufNameOf(const Family &family);
const Family *findGgufFamily(std::string_view name);

/// Sizes that hold what all models of a family have, and nothing else.
importer::Architecture startedSizes(const Family &family);

/// The family of a model. Throws std::logic_error for a name that is not in the table.
const Family &familyOf(const importer::Architecture &sizes);

/// The tensors of a model.
std::vector<FamilyTensor> tensorsOf(const importer::Architecture &sizes);

/// Calls `visit(tensor, block)` for each tensor of a model, block by block, so that an absurd number of blocks ends at
/// the first one that `visit` refuses. `block` is -1 for a tensor of the whole model.
template <class Visit> void forEachTensor(const importer::Architecture &sizes, const Visit &visit) {
  const std::vector<FamilyTensor> all = tensorsOf(sizes);
  for (const FamilyTensor &tensor : all)
    if (!tensor.perBlock)
      visit(tensor, int64_t{-1});
  for (int64_t block = 0; block < sizes.layers; ++block)
    for (const FamilyTensor &tensor : all)
      if (tensor.perBlock && tensor.isIn(sizes, block))
        visit(tensor, block);
}

/// "'llama', ... and 'qwen3'": the families for which `has` is true, by `nameOf`.
std::string familyNames(bool (*has)(const Family &), std::string_view (*nameOf)(const Family &));

/// Where a file with interleaved rows of query and key heads stores the row that is row `row` in the order of halves.
int64_t interleavedRow(int64_t row, int64_t headSize);

/// Whether a tensor's rows are those of query or key heads, so that a file may interleave them.
bool hasHeadRows(Role role);

/// Whether its elements are, as those of biases.
bool hasHeadElements(Role role);

/// The columns of a file's matrix one behind the other; `readRow(row, numbers)` reads a row of it.
template <class ReadRow> void readByColumns(int64_t rows, int64_t columns, float *out, const ReadRow &readRow) {
  std::vector<float> row(static_cast<size_t>(columns));
  for (int64_t i = 0; i < rows; ++i) {
    readRow(i, row.data());
    for (int64_t column = 0; column < columns; ++column)
      out[column * rows + i] = row[size_t(column)];
  }
}

/// A row of interleaved heads, which becomes a row of heads in halves.
void separateHalves(float *row, int64_t columns, int64_t headSize);

} // namespace weebill::families

#endif // WEEBILL_COMPILER_IMPORT_FAMILIES_FAMILIES_H
