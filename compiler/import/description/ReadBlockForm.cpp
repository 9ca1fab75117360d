//===- ReadBlockForm.cpp - What blocks compute, in words ------------------===//

#include "compiler/import/description/ReadBlockForm.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/description/ReadDescription.h"

#include <iterator>

namespace weebill::description {

namespace {

template <class Value> struct Word {
  Value value;
  const char *text;
};

constexpr Word<importer::HeadNorms> kHeadNorms[] = {
    {importer::HeadNorms::None, "none"},
    {importer::HeadNorms::BeforeRope, "before_rope"},
    {importer::HeadNorms::AfterRope, "after_rope"},
    {importer::HeadNorms::AllHeads, "all_heads"},
};

constexpr Word<importer::BlockNorms> kBlockNorms[] = {
    {importer::BlockNorms::Before, "before"},
    {importer::BlockNorms::Around, "around"},
    {importer::BlockNorms::After, "after"},
};

constexpr Word<importer::Activation> kActivations[] = {
    {importer::Activation::Silu, "silu"},
    {importer::Activation::GeluTanh, "gelu_tanh"},
};

/// The value of a word, the first one if the field is left out.
template <class Value, size_t N>
Value readWord(const FieldReader &fields, const char *name, const Word<Value> (&words)[N]) {
  const std::string stated = fields.text(name, 16, words[0].text);
  std::string all;
  for (size_t i = 0; i < N; ++i) {
    if (words[i].text == stated)
      return words[i].value;
    all += (i == 0 ? "" : i + 1 == N ? " or " : ", ") + importer::quoted(words[i].text);
  }
  fields.refuse(fields.required(name).value.place,
                importer::quoted(name) + " is " + importer::quoted(stated) + ", but must be " + all);
}

template <class Value, size_t N> std::string textOf(Value value, const Word<Value> (&words)[N]) {
  for (const Word<Value> &word : words)
    if (word.value == value)
      return word.text;
  throw std::logic_error("a value without a word");
}

float readScale(const FieldReader &fields, const char *name) {
  return float(fields.real(name, limits::kLeastAttentionScale, limits::kAttentionScale, 1));
}

} // namespace

void readBlockForm(const FieldReader &fields, importer::Architecture &sizes) {
  sizes.headNorms = readWord(fields, "qk_norm", kHeadNorms);
  sizes.blockNorms = readWord(fields, "norms", kBlockNorms);
  sizes.activation = readWord(fields, "activation", kActivations);
  sizes.embeddingScale = readScale(fields, "embedding_scale");
  sizes.residualScale = readScale(fields, "residual_scale");
  sizes.headScale = readScale(fields, "logit_scale");
  sizes.repetitionNorm = fields.boolean("repetition_norm", false);
  if (sizes.repetitionNorm && !sizes.schedule.empty() && sizes.schedule.back() != sizes.layers - 1)
    fields.refuse(fields.required("repetition_norm").value.place,
                  "'repetition_norm' is true, but the last visit is of block " + std::to_string(sizes.schedule.back()) +
                      " and not of the last one, " + std::to_string(sizes.layers - 1));
}

std::string wordOf(importer::HeadNorms norms) { return textOf(norms, kHeadNorms); }
std::string wordOf(importer::BlockNorms norms) { return textOf(norms, kBlockNorms); }
std::string wordOf(importer::Activation activation) { return textOf(activation, kActivations); }

} // namespace weebill::description
