//===- PackedLayouts.cpp - Who packs codes how ----------------------------===//
//
// What the layouts have in common: their parts, checked before they are read.
//
// Tested by tests/unit/compiler/import/PackedMatrixTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/PackedLayouts.h"

#include "compiler/import/Refuse.h"

#include <algorithm>
#include <cstring>

namespace weebill::huggingface {

std::string placeOfPart(const SafetensorsTensor &part) {
  return part.file + ": tensor " + weebill::importer::quoted(part.name);
}

const SafetensorsTensor &partOf(const Parts &parts, const SafetensorsTensor &codes, const char *name,
                                std::initializer_list<std::string_view> types, size_t dimensions) {
  const SafetensorsTensor *part = parts(name);
  if (!part)
    throw importer::InputError(placeOfPart(codes) + ": has no " + weebill::importer::quoted(name) + " beside it");
  if (std::find(types.begin(), types.end(), part->type->name) == types.end())
    throw importer::InputError(placeOfPart(*part) + ": is of type " + part->type->name + ", expected is " +
                               std::string(*types.begin()));
  if (part->shape.size() != dimensions)
    throw importer::InputError(placeOfPart(*part) + ": is " + shapeText(part->shape) + ", expected are " +
                               std::to_string(dimensions) + " dimensions");
  return *part;
}

void requireShape(const SafetensorsTensor &part, const std::vector<int64_t> &shape, const SafetensorsTensor &codes) {
  if (part.shape != shape)
    throw importer::InputError(placeOfPart(part) + ": is " + shapeText(part.shape) + ", but " +
                               weebill::importer::quoted(codes.name) + " is " + shapeText(codes.shape) +
                               ", which needs " + shapeText(shape));
}

uint32_t Words::at(int64_t row, int64_t column) const {
  uint32_t word;
  std::memcpy(&word, part->bytes.data() + (row * part->shape.back() + column) * int64_t(sizeof word), sizeof word);
  return word;
}

float numberAt(const SafetensorsTensor &part, int64_t row, int64_t column) {
  const int64_t columns = part.shape.size() == 2 ? part.shape.back() : 1;
  float number;
  part.type->dequantizeBlock(part.bytes.data() + (row * columns + column) * part.type->blockBytes, &number);
  return number;
}

int64_t groupsOf(int64_t columns, int64_t group) { return group == 0 ? 1 : (columns + group - 1) / group; }

} // namespace weebill::huggingface
