//===- Vector.cpp - A row of float32 --------------------------------------===//
//
// Norms and biases. Tested by tests/unit/codegen/formats/PackBlockTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/formats/Formats.h"

#include <cstring>

namespace weebill::formats {

static constexpr FormatArray kArrays[] = {
    {.name = "values", .type = "f32", .elementBytes = 4, .elements = 1, .columns = 1, .readByEmbed = false},
};

static void packBlock(const float *rows, int64_t count, int64_t columns, uint8_t *const *arrays) {
  std::memcpy(arrays[0], rows, size_t(count * columns) * sizeof(float));
}

static std::string shape(const std::string &, const std::string &columns) { return "float32 [" + columns + "]"; }

constinit const WeightFormat kVector = {
    .name = "vector",
    .number = 0,
    .activations = Activations::None,
    .arrays = kArrays,
    .rowBlock = 1,
    .columnMultiple = 64,
    .packBlock = packBlock,
    .holds = nullptr,
    .limit = "",
    .operations = nullptr,
    .embedOperations = 0,
    .words = "float32",
    .shape = shape,
    .member = "const f32 *",
    .structText = "",
    .functionSuffix = "",
    .kernelArguments = "",
    .embedRow = "",
};

} // namespace weebill::formats
