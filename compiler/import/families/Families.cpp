//===- Families.cpp - The table of families -------------------------------===//
//
// Tested by tests/unit/compiler/import/FamiliesTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/families/Families.h"

#include "compiler/import/Refuse.h"

namespace weebill::families {

std::vector<const Family *> families() {
  return {&kMobileLlm, &kLlama,      &kLlama4Text, &kMobileLlmPro, &kMistral,          &kQwen2, &kQwen3,
          &kSmolLM3,   &kGemma3Text, &kOlmo2,      &kGranite,      &kGraniteMoeHybrid, &kOuro,  &kLfm2};
}

const Family *findFamily(std::string_view name) {
  for (const Family *family : families())
    if (family->name == name)
      return family;
  return nullptr;
}

const Family *findFamilyOfClass(std::string_view name) {
  for (const Family *family : families())
    if (family->config && !family->config->modelClass.empty() && family->config->modelClass == name)
      return family;
  return nullptr;
}

std::string_view ggufNameOf(const Family &family) {
  return family.gguf && !family.gguf->name.empty() ? family.gguf->name : family.name;
}

const Family *findGgufFamily(std::string_view name) {
  for (const Family *family : families())
    if (family->gguf && ggufNameOf(*family) == name)
      return family;
  return nullptr;
}

importer::Architecture startedSizes(const Family &family) {
  importer::Architecture sizes;
  sizes.family = family.name;
  sizes.projectionBias = family.projectionBias;
  sizes.headNorms = family.headNorms;
  sizes.blockNorms = family.blockNorms;
  sizes.activation = family.activation;
  return sizes;
}

const Family &familyOf(const importer::Architecture &sizes) {
  if (const Family *family = findFamily(sizes.family))
    return *family;
  throw std::logic_error("a model of the family " + importer::quoted(sizes.family) + ", which is not in the table");
}

std::vector<FamilyTensor> tensorsOf(const importer::Architecture &sizes) { return familyOf(sizes).tensors(sizes); }

std::string familyNames(bool (*has)(const Family &), std::string_view (*nameOf)(const Family &)) {
  std::vector<std::string_view> names;
  for (const Family *family : families())
    if (has(*family))
      names.push_back(nameOf(*family));
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + importer::quoted(names[i]);
  return text;
}

int64_t interleavedRow(int64_t row, int64_t headSize) {
  const int64_t head = row / headSize, inHead = row % headSize, half = headSize / 2;
  return head * headSize + 2 * (inHead % half) + inHead / half;
}

bool hasHeadRows(Role role) { return role == Role::Query || role == Role::Key; }

bool hasHeadElements(Role role) { return role == Role::QueryBias || role == Role::KeyBias; }

void separateHalves(float *row, int64_t columns, int64_t headSize) {
  const std::vector<float> stored(row, row + columns);
  for (int64_t i = 0; i < columns; ++i)
    row[i] = stored[size_t(interleavedRow(i, headSize))];
}

} // namespace weebill::families
