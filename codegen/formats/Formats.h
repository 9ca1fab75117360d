//===- Formats.h - THE table of weight formats -------------------*- C++ -*-===//
//
// Tested by tests/unit/codegen/formats/FormatsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_FORMATS_FORMATS_H
#define WEEBILL_CODEGEN_FORMATS_FORMATS_H

#include "codegen/formats/WeightFormat.h"

namespace weebill::formats {

extern const WeightFormat kMatrixInt8, kMatrixF32, kMatrixF16;
// Codes of GGUF files, kept.
extern const WeightFormat kMatrixQ4_0, kMatrixQ4_1, kMatrixQ5_0, kMatrixQ5_1, kMatrixQ6_0, kMatrixQ8_0;
extern const WeightFormat kMatrixQ4_K, kMatrixQ5_K, kMatrixQ6_K, kMatrixIQ4_NL, kMatrixIQ4_XS;
extern const WeightFormat kMatrixMXFP4, kMatrixTQ1_0, kMatrixTQ2_0, kMatrixQ2_0;
// What `--weights compact` makes of some of them.
extern const WeightFormat kMatrixQ4_C, kMatrixQ6_C;

/// In the order in which an emitted file declares their structs.
inline constexpr const WeightFormat *kFormats[] = {
    &kVector,      &kMatrixInt8,  &kMatrixF32,   &kMatrixF16,  &kMatrixQ4_0, &kMatrixQ4_1,   &kMatrixQ5_0,
    &kMatrixQ5_1,  &kMatrixQ8_0,  &kMatrixQ4_K,  &kMatrixQ5_K, &kMatrixQ6_K, &kMatrixIQ4_NL, &kMatrixIQ4_XS,
    &kMatrixMXFP4, &kMatrixTQ1_0, &kMatrixTQ2_0, &kMatrixQ2_0, &kMatrixQ6_0, &kMatrixQ4_C,   &kMatrixQ6_C};

/// The matrix format of that name, or nullptr.
const WeightFormat *findMatrixFormat(std::string_view name);

} // namespace weebill::formats

#endif // WEEBILL_CODEGEN_FORMATS_FORMATS_H
