//===- Sections.h - The sections of an emitted file --------------*- C++ -*-===//
//
// One function a section; each returns its text without the ruler. EmitFile.cpp puts them together.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_EMIT_SECTIONS_H
#define WEEBILL_CODEGEN_EMIT_SECTIONS_H

#include "codegen/emit/EmitFile.h"
#include "codegen/emit/KernelSection.h"
#include "codegen/emit/MemorySizes.h"
#include "codegen/emit/Pasted.h"
#include "codegen/plan/Elements.h"

#include <set>

namespace weebill::emit {

/// The comment that opens the file.
std::string headerComment(const plan::ModelPlan &plan, const std::vector<const targets::Target *> &targets,
                          const weights::WeightsLayout &layout, const ProgramSettings &settings);
/// What a compiler must be and do.
struct Requirements {
  std::string checks;     // before the includes: one #error for each that will not do
  std::string arithmetic; // after them: pragmas
  std::string end;        // of the file
};
Requirements requirements();
/// Constants.
std::string sizesSection(const plan::ModelPlan &plan, const std::vector<const targets::Target *> &targets,
                         const weights::WeightsLayout &layout, const ProgramSettings &settings);
/// Structs of the weights and where they lie in the file.
std::string weightsSection(const plan::ModelPlan &plan, const weights::WeightsLayout &layout);
/// The cache, the buffers of a chunk and a thread's own.
std::string stateSection(const plan::ModelPlan &plan, Pasted &pasted);
/// Phases and the layer, in both routes; fills the kernels that they need.
std::string layerSection(const plan::ModelPlan &plan, KernelSection &kernels);
/// Vectors, kernels and layers of a target and the system headers that they need.
struct TargetText {
  std::set<std::string> includes;
  std::string body;
  std::vector<KernelNote> kernels;
};
TargetText targetSection(const plan::ModelPlan &plan, const targets::Target &target);
/// "x86_64_v3": the emitted namespace of a target.
std::string targetNamespace(const targets::Target &target);
/// The schedule of visits, the choice of a target, and class Model.
std::string modelSection(const plan::ModelPlan &plan, const std::vector<const targets::Target *> &targets,
                         Pasted &pasted);
/// The runtime's headers for a kind of tokenizer, in order, and the type that names it.
std::vector<const char *> tokenizerHeaders(const weights::TokenizerKind &kind);
std::string tokenizerKind(const weights::TokenizerKind &kind);
/// embedded_weights(): in the binary, by the assembler, or nowhere.
std::string weightsPlace(const plan::ModelPlan &plan, const ProgramSettings &settings, Pasted &pasted);
/// How the model reaches its layers, namespace `forward`: the target's with one target, through a table with several.
std::string targetChoice(const std::vector<const targets::Target *> &targets, Pasted &pasted);
/// "x86-64-v3, x86-64-avx512vnni".
std::string targetNames(const std::vector<const targets::Target *> &targets);

/// Declaration of a private buffer's place: bytes of a thread's Scratch, in order, 64-byte aligned.
struct ScratchField {
  std::string name;
  plan::Element element = plan::Element::F32;
  int64_t elements = 0;
  int64_t offset = 0;
};
std::vector<ScratchField> scratchFields(const plan::ModelPlan &plan);

} // namespace weebill::emit

#endif // WEEBILL_CODEGEN_EMIT_SECTIONS_H
