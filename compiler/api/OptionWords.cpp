//===- OptionWords.cpp - What a user may choose, and its words ------------===//
//
// Tested by tests/unit/compiler/api/CompileOptionsTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/OptionWords.h"

namespace weebill::api {

template <> std::span<const OptionWord<WeightFormat>> optionWords() {
  static constexpr OptionWord<WeightFormat> table[] = {{WeightFormat::Int8, "int8"},
                                                       {WeightFormat::F16, "f16"},
                                                       {WeightFormat::F32, "f32"},
                                                       {WeightFormat::Keep, "keep"}};
  return table;
}

template <> std::span<const OptionWord<Activations>> optionWords() {
  static constexpr OptionWord<Activations> table[] = {{Activations::Int8, "int8"},
                                                      {Activations::Int8Symmetric, "int8-symmetric"},
                                                      {Activations::Int8Groups, "int8-g32"},
                                                      {Activations::F32, "f32"}};
  return table;
}

template <> std::span<const OptionWord<CacheFormat>> optionWords() {
  static constexpr OptionWord<CacheFormat> table[] = {
      {CacheFormat::F16, "f16"}, {CacheFormat::Int8, "int8"}, {CacheFormat::F32, "f32"}};
  return table;
}

template <> std::span<const OptionWord<Rotation>> optionWords() {
  static constexpr OptionWord<Rotation> table[] = {{Rotation::Folded, "folded"}, {Rotation::None, "none"}};
  return table;
}

} // namespace weebill::api
