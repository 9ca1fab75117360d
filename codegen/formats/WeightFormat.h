//===- WeightFormat.h - One way to store a weight ----------------*- C++ -*-===//
//
// A format is one object: the arrays that a field of the weights consists of, how rows become their bytes, what reading
// them costs, how the emitted program declares and passes them, and its words. Formats.h lists all of them; everybody
// else asks. Its matrix kernels, which need Halide, stand beside it in codegen/kernels/MatrixKernels.h.
// docs/add-a-format.md adds one. Tested by tests/unit/codegen/formats/FormatsTest.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef WEEBILL_CODEGEN_FORMATS_WEIGHTFORMAT_H
#define WEEBILL_CODEGEN_FORMATS_WEIGHTFORMAT_H

#include "codegen/plan/Contract.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace weebill::formats {

using plan::kRowBlock;

/// One of the arrays of a field. They follow each other in the weights file; within each, row blocks do.
struct FormatArray {
  const char *name; // "values": member of the emitted struct
  const char *type; // "i8": of an element, in the emitted program
  int64_t elementBytes;
  int64_t elements; // of every row ...
  int64_t columns;  // ... for so many of its columns, as stored; 0: for the whole row
  bool readByEmbed; // embed_row reads a row's part of it

  int64_t elementsOfRow(int64_t storedColumns) const {
    return columns == 0 ? elements : storedColumns / columns * elements;
  }
  int64_t bytesOfRow(int64_t storedColumns) const { return elementsOfRow(storedColumns) * elementBytes; }
};

/// What a matrix multiplies.
enum class Activations {
  None,   // a vector
  Floats, // rows of float32
  Codes,  // rows of 8-bit codes, a scale and a zero point for each
  Groups, // rows of 8-bit codes, a scale for each 32 of them
};

/// What a format that keeps the codes of a model file knows of them: blocks of the file, and records of the weights
/// file, which hold 16 rows of a block's columns. A record is a piece for each group of 32 columns, codes and then what
/// they are worth, and behind the pieces what all groups share. Offsets are of a piece.
struct KeptBlocks {
  const char *type;          // "Q4_1": as the model file calls it
  int64_t columns;           // of a block
  int64_t bytes;             // of a row's block in the model file
  int64_t recordBytes;       // of a row's block in a record
  int64_t pieceBytes;        // of a row's group in a piece
  int64_t scales;            // where 16 float16 lie, or 16 signed bytes of formats that share; 0: all is shared
  int64_t minimums;          // where 16 more lie that are added to every weight, or subtracted if shared; 0: none
  bool powers = false;       // in place of float16 a byte e, for 2^(e - 128)
  bool shared = false;       // scales are bytes times 16 float16 behind the pieces, minimums times 16 more behind those
  int64_t scalesOfGroup = 1; // 2: a scale for each 16 columns, one row of 16 behind the other
  int64_t rowFactors = 0;    // float16 that a row has before its blocks; records have them in an array of their own.
                             // Scales are signed bytes, and `offset`, times the first, minimums are signed bytes times
                             // the second less `middle` scales
  int offset = 0;
  float middle = 0;
  const char *codes;       // "Nibbles": how the codes of a group lie (codegen/emit/vectors/kept_codes.h)
  int zero = 0;            // the code that stands for 0, of codes without signs
  bool isSigned = false;   // the codes are signed bytes
  const char *values = ""; // $values of embedRow: what codes that are places in a table stand for

  /// Whether products need the sum of the codes that they are made with.
  constexpr bool takesSum() const { return zero != 0 || isSigned; }
  constexpr int64_t groups() const { return columns / 32; }
  constexpr int64_t rowBytes(int64_t rowColumns) const { // in the model file
    return 2 * rowFactors + rowColumns / columns * bytes;
  }
};

/// Where in a record the float16 begin that all its groups share.
constexpr int64_t sharedOffset(const KeptBlocks &kept) { return kept.groups() * kept.pieceBytes * kRowBlock; }

/// Operations of a matrix and one row, what the report counts.
struct Operations {
  int64_t integer = 0, floating = 0;
};

struct WeightFormat {
  const char *name;        // "int8": as lm.weight, `--weights` and the plan say it; "vector" is none of these
  int64_t number;          // in the hash of the layout: never given to another format
  Activations activations; // that it multiplies
  std::span<const FormatArray> arrays; // the first is the largest: it is packed piece by piece
  int64_t rowBlock;                    // rows that lie interleaved; 1 for a vector
  int64_t columnMultiple;              // rows are padded with zeros to a multiple of it

  // The weights file.

  /// Stores `count` rows, [count][columns] as in the model, in the bytes of one row block of each array. These are
  /// zero before, so that padding needs no thought.
  void (*packBlock)(const float *rows, int64_t count, int64_t columns, uint8_t *const *arrays);
  /// Whether a number has a place; null: every finite one has.
  bool (*holds)(float number);
  const char *limit; // the end of the sentence about one that has none

  // Costs, for the report.

  Operations (*operations)(int64_t rows, int64_t columns);
  int64_t embedOperations; // floating, for each element of a row that embed_row makes
  const char *words;       // "int8, one scale a row"
  /// How the arrays lie, of numbers that are text already: "float32 [64 / 16][576][16]".
  std::string (*shape)(const std::string &rows, const std::string &columns);

  // The emitted program. Holes of templates are $names.

  const char *member;         // type of a field, with a blank behind it if it is not a pointer: "LinearInt8 "
  const char *structText;     // its declaration; empty for a vector
  const char *functionSuffix; // "_f32" of linear_f32_576
  /// The arrays of row block `block` as arguments of its kernels. $columns: of a row, $rows: of the block, $values:
  /// elements of both; $bytes: of the first array in them, $rest: of the second.
  const char *kernelArguments;
  /// The function that reads a row of an embedding matrix. $block: elements of 16 rows, $bytes: of
  /// the first array in them; $values: of `kept`, and $columns, $record and $shared: what a record is, its bytes and
  /// where in it the scales begin that its groups share; $member as above.
  const char *embedRow;

  // Formats that keep the codes of a model file; packBlock is null then.

  const KeptBlocks *kept = nullptr;
  /// As packBlock, of rows as the model file has them: [count][columns / kept->columns] blocks.
  void (*packKept)(const uint8_t *rows, int64_t count, int64_t columns, uint8_t *const *arrays) = nullptr;

  bool isMatrix() const { return activations != Activations::None; }
  bool takesCodes() const { return activations == Activations::Codes || activations == Activations::Groups; }
  /// Columns with their padding, of sizes that Layout.cpp has checked.
  int64_t storedColumns(int64_t columns) const {
    return (columns + columnMultiple - 1) / columnMultiple * columnMultiple;
  }
  /// Bits of a weight in the largest array.
  int64_t bits() const { return 8 * arrays.front().elementBytes * arrays.front().elements / arrays.front().columns; }
  /// Bytes that embed_row reads.
  int64_t bytesOfEmbed(int64_t storedColumns) const;
  /// Whether an array has elements of that type.
  bool hasElements(std::string_view type) const;
};

/// The one that is no matrix: what a field is until someone says otherwise.
extern const WeightFormat kVector;

} // namespace weebill::formats

#endif // WEEBILL_CODEGEN_FORMATS_WEIGHTFORMAT_H
