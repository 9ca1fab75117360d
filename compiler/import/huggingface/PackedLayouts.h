//===- PackedLayouts.h - Who packs codes how ---------------------*- C++ -*-===//
//
// One object in a table for each way in which libraries write a matrix of codes into a checkpoint. Tested by
// tests/unit/compiler/import/PackedMatrixTest.cpp and tests/emitted/test_packed.py.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_COMPILER_IMPORT_HUGGINGFACE_PACKEDLAYOUTS_H
#define WEEBILL_COMPILER_IMPORT_HUGGINGFACE_PACKEDLAYOUTS_H

#include "compiler/import/huggingface/PackedMatrix.h"
#include "compiler/import/huggingface/Quantization.h"
#include "compiler/import/huggingface/SafetensorsFile.h"

#include <functional>
#include <memory>
#include <vector>

namespace weebill::huggingface {

/// The tensors of one matrix by the end of their names: "qweight". Null for one that is not there.
using Parts = std::function<const SafetensorsTensor *(const char *)>;

struct PackedLayout {
  const char *name;              // as sentences call it
  const char *codes;             // the part that every packed matrix has: ".qweight"
  std::vector<const char *> all; // parts, `codes` among them
  std::vector<int64_t> bits;     // of codes that can be read
  /// A matrix of its parts, checked: each is there in the type and shape that fit each other. Throws InputError.
  std::unique_ptr<PackedMatrix> (*make)(const Parts &parts, const Packing &packing, const Quantization &whole);
};

extern const PackedLayout kGptq, kAwq, kMlx, kPackQuantized, kIntQuantized, kTorchao, kPareto;

/// A part that must be there, with as many dimensions and one of the types: "I32". Throws InputError.
const SafetensorsTensor &partOf(const Parts &parts, const SafetensorsTensor &codes, const char *name,
                                std::initializer_list<std::string_view> types, size_t dimensions = 2);

/// Throws InputError: the part is of another shape than the codes ask for.
void requireShape(const SafetensorsTensor &part, const std::vector<int64_t> &shape, const SafetensorsTensor &codes);

/// "FILE: tensor 'name'".
std::string placeOfPart(const SafetensorsTensor &part);

/// A part of 32-bit words, each with several codes, the first in the lowest bits.
class Words {
public:
  Words(const SafetensorsTensor &part, int64_t bits) : part(&part), bits(bits), inWord(32 / bits) {}

  uint32_t at(int64_t row, int64_t column) const;
  /// Code `index` of a word.
  uint8_t code(uint32_t word, int64_t index) const { return uint8_t(word >> (bits * index) & ((1u << bits) - 1)); }
  int64_t codesInWord() const { return inWord; }

private:
  const SafetensorsTensor *part;
  int64_t bits, inWord;
};

/// A number of a part of floats [rows][columns].
float numberAt(const SafetensorsTensor &part, int64_t row, int64_t column);

/// How many groups of columns a row has; all of it where `group` is 0.
int64_t groupsOf(int64_t columns, int64_t group);

} // namespace weebill::huggingface

#endif // WEEBILL_COMPILER_IMPORT_HUGGINGFACE_PACKEDLAYOUTS_H
