//===- NormalForms.cpp - Tables of Unicode's normalization forms ----------===//
//
// Form KC has the decompositions of form C, those of its own in the place of some, and more of what may change the
// character before. Tested by tests/emitted/test_tokenizer_families.py against the `tokenizers` package.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/NormalForms.h"

#include "codegen/weights/CompatibilityTable.h"
#include "codegen/weights/NormalFormTable.h"

#include <algorithm>
#include <iterator>

namespace weebill::weights {

namespace {

template <class T, size_t Count> std::vector<T> list(const T (&values)[Count]) { return {values, values + Count}; }

std::vector<CombiningClass> allClasses() {
  std::vector<CombiningClass> all = list(kClasses);
  all.insert(all.end(), std::begin(kCompatibleClasses), std::end(kCompatibleClasses));
  std::sort(all.begin(), all.end(), [](const CombiningClass &a, const CombiningClass &b) { return a.first < b.first; });
  return all;
}

/// Both tables as one, in order: the second one's places count behind the first one's code points.
std::vector<Decomposition> allDecompositions() {
  std::vector<Decomposition> all = list(kCompatibleDecompositions);
  for (Decomposition &entry : all)
    entry.first += uint32_t(std::size(kDecomposed));
  all.insert(all.end(), std::begin(kDecompositions), std::end(kDecompositions));
  const auto before = [](const Decomposition &a, const Decomposition &b) { return a.code < b.code; };
  const auto same = [](const Decomposition &a, const Decomposition &b) { return a.code == b.code; };
  std::stable_sort(all.begin(), all.end(), before);
  all.erase(std::unique(all.begin(), all.end(), same), all.end()); // the first: the compatible one
  return all;
}

std::vector<u32> allDecomposed() {
  std::vector<u32> all = list(kDecomposed);
  all.insert(all.end(), std::begin(kCompatibleDecomposed), std::end(kCompatibleDecomposed));
  return all;
}

} // namespace

std::optional<bool> formOf(const TokenizerKind &kind) {
  using What = TextChange::What;
  for (const TextChange &change : kind.changes) {
    if (change.what == What::FormKC || change.what == What::FormKD)
      return true;
    if (change.what == What::FormC || change.what == What::FormD)
      return false;
  }
  return kind.form == TokenizerKind::Form::KC  ? std::optional(true)
         : kind.form == TokenizerKind::Form::C ? std::optional(false)
                                               : std::nullopt;
}

void addNormalForm(bool compatible, TokenizerBlob &blob, TokenizerHeader &header) {
  const std::vector<CombiningClass> classes = compatible ? allClasses() : list(kClasses);
  const std::vector<Decomposition> decompositions = compatible ? allDecompositions() : list(kDecompositions);
  const std::vector<u32> decomposed = compatible ? allDecomposed() : list(kDecomposed);
  header.is_compatible = compatible ? 1 : 0;
  header.class_count = u32(classes.size());
  header.classes = blob.append(classes);
  header.decomposition_count = u32(decompositions.size());
  header.decompositions = blob.append(decompositions);
  header.decomposed_count = u32(decomposed.size());
  header.decomposed = blob.append(decomposed);
  header.composition_count = std::size(kCompositions);
  header.compositions = blob.append(list(kCompositions));
}

} // namespace weebill::weights
