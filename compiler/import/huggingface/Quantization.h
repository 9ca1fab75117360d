//===- Quantization.h - How a checkpoint's matrices were packed --*- C++ -*-===//
//
// What config.json says under 'quantization_config', or, where MLX has written it, under 'quantization'. Tested by
// tests/unit/compiler/import/QuantizationTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_QUANTIZATION_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_QUANTIZATION_H

#include <cstdint>
#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

namespace weebill::huggingface {

struct PackedLayout;

/// Of a matrix.
struct Packing {
  int64_t bits = 0;  // of a code
  int64_t group = 0; // columns with one scale; 0: the row
};

struct Quantization {
  const PackedLayout *layout = nullptr;
  Packing packing;                         // of every matrix that is packed
  std::map<std::string, Packing> matrices; // that are packed otherwise, by module: "model.layers.0.mlp.up_proj"
  bool zerosLessOne = false;               // zero points are stored less one

  const Packing &packingOf(const std::string &module) const;
};

/// Nothing for a checkpoint of numbers. ParetoQ's is told by 'w_bits' alone. `path`: of the config.json, for errors.
/// Throws InputError for a way of packing that is not known, with what to do.
std::optional<Quantization> readQuantization(const std::string &path, const nlohmann::json &config);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_QUANTIZATION_H
