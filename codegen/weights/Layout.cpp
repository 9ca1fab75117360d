//===- Layout.cpp - What lies where in the weights file -------------------===//
//
// Sizes come from a model file: every product and sum is checked before it is used. Tested by
// tests/unit/codegen/weights/LayoutTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/Layout.h"

#include "codegen/weights/RopeTables.h"
#include "runtime/content_hash.h"

#include <algorithm>
#include <stdexcept>

namespace weebill::weights {

namespace {

[[noreturn]] void tooLarge(const std::string &what) {
  throw std::invalid_argument("'" + what + "' is larger than a weights file can be");
}

int64_t checkedProduct(std::initializer_list<int64_t> factors, const std::string &what) {
  int64_t product = 1;
  for (int64_t factor : factors)
    if (factor < 0 || __builtin_mul_overflow(product, factor, &product))
      tooLarge(what);
  return product;
}

int64_t checkedSum(int64_t a, int64_t b, const std::string &what) {
  int64_t sum;
  if (__builtin_add_overflow(a, b, &sum))
    tooLarge(what);
  return sum;
}

int64_t padded(int64_t value, int64_t multiple, const std::string &what) {
  return checkedSum(value, multiple - 1, what) / multiple * multiple;
}

/// Gives out bytes in order, every array at a multiple of 64.
class Cursor {
public:
  ArrayLayout take(int64_t bytes, const std::string &what) {
    ArrayLayout array{next, bytes};
    next = padded(checkedSum(next, bytes, what), kWeightsAlignment, what);
    return array;
  }
  int64_t position() const { return next; }

private:
  int64_t next = 0;
};

FieldLayout placeField(const plan::WeightPlan &weight, Cursor &cursor) {
  const std::string &name = weight.name;
  FieldLayout field;
  field.name = name;
  field.format = weight.format;
  field.arrangement = weight.arrangement;
  field.perBlock = weight.perBlock;
  field.modelColumns = weight.columns;
  field.partRows = weight.partRows;
  const bool alternating = weight.arrangement == plan::Arrangement::AlternatingBlocks;
  for (int64_t rows : weight.partRows) {
    if (alternating && rows != weight.partRows.front())
      throw std::invalid_argument("'" + name + "' alternates parts of " + std::to_string(weight.partRows.front()) +
                                  " and " + std::to_string(rows) + " rows; they must be of one height");
    field.rows = checkedSum(field.rows, padded(rows, formats::kRowBlock, name), name);
  }

  if (!weight.format->isMatrix())
    field.rows = 1;
  if (weight.format->kept && weight.columns % weight.format->kept->columns != 0)
    throw std::invalid_argument("'" + name + "' has rows of " + std::to_string(weight.columns) + " columns, and " +
                                weight.format->kept->type + " keeps them in blocks of " +
                                std::to_string(weight.format->kept->columns));
  field.columns = padded(weight.columns, weight.format->columnMultiple, name);
  for (const formats::FormatArray &array : weight.format->arrays) {
    const int64_t groups = array.columns == 0 ? 1 : field.columns / array.columns;
    field.arrays.push_back(
        cursor.take(checkedProduct({field.rows, groups, array.elements, array.elementBytes}, name), name));
  }
  return field;
}

/// So many arrays of a field are in the hash at least, the missing ones as zeros: files that were packed when every
/// field had room for three are still the ones that their programs ask for.
constexpr size_t kHashedArrays = 3;

/// A hash of everything that decides where a byte lies and how it is read.
uint64_t hashOf(const WeightsLayout &layout) {
  std::string text = "weebill weights, format " + std::to_string(kWeightsFormatVersion) + "\n";
  const auto add = [&](std::initializer_list<int64_t> numbers) {
    for (int64_t number : numbers)
      text += ' ' + std::to_string(number);
  };
  const auto addArray = [&](const ArrayLayout &array) { add({array.offset, array.bytes}); };
  for (const FieldLayout &field : layout.fields) {
    text += field.name;
    add({field.format->number, int64_t(field.arrangement), field.perBlock, field.columns, field.modelColumns,
         field.rows});
    for (int64_t rows : field.partRows)
      add({rows});
    for (size_t i = 0; i < std::max(kHashedArrays, field.arrays.size()); ++i)
      addArray(i < field.arrays.size() ? field.arrays[i] : ArrayLayout());
    for (int64_t offset : field.blockOffsets)
      add({offset});
    text += '\n';
  }
  for (const SectionLayout &section : layout.sections) {
    text += section.name;
    addArray(section.array);
    text += '\n';
  }
  add({layout.blocks, layout.blocksOffset, layout.blockStride, layout.fileBytes});
  for (int64_t start : layout.blockStarts)
    add({start});
  text.resize((text.size() + 63) / 64 * 64, '\0'); // the hash takes pieces of 64 bytes
  return content_hash(reinterpret_cast<const u8 *>(text.data()), text.size());
}

/// Gives blocks that differ their places, one behind the other: what all of them have, `layout.blockStride` bytes, and
/// behind it the fields that this one has, `bytes[field]` of each.
void placeUnlikeBlocks(const plan::ModelPlan &plan, const std::vector<int64_t> &bytes, WeightsLayout &layout,
                       Cursor &content) {
  const std::string what = "the blocks";
  for (int64_t block = 0; block < layout.blocks; ++block) {
    layout.blockStarts.push_back(content.take(layout.blockStride, what).offset);
    for (size_t i = 0; i < plan.weights.size(); ++i)
      if (bytes[i] != 0)
        layout.fields[i].blockOffsets.push_back(plan.weights[i].isIn(block) ? content.take(bytes[i], what).offset
                                                                            : FieldLayout::kNotInBlock);
  }
}

} // namespace

const ArrayLayout &FieldLayout::array(std::string_view name) const {
  for (size_t i = 0; i < arrays.size(); ++i)
    if (format->arrays[i].name == name)
      return arrays[i];
  throw std::logic_error("weights of format " + std::string(format->name) + " have no array " + std::string(name));
}

int64_t FieldLayout::bytes() const {
  int64_t total = 0;
  for (const ArrayLayout &array : arrays)
    total += array.bytes;
  return total;
}

int64_t WeightsLayout::copies(const FieldLayout &field) const {
  int64_t count = 0;
  for (int64_t block = 0; block < (field.perBlock ? blocks : 1); ++block)
    count += field.isIn(block);
  return count;
}

const FieldLayout *WeightsLayout::field(const std::string &name) const {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const FieldLayout &f) { return f.name == name; });
  return found == fields.end() ? nullptr : &*found;
}

const SectionLayout *WeightsLayout::section(const std::string &name) const {
  const auto found =
      std::find_if(sections.begin(), sections.end(), [&](const SectionLayout &s) { return s.name == name; });
  return found == sections.end() ? nullptr : &*found;
}

WeightsLayout layOutWeights(const plan::ModelPlan &plan, const std::vector<ExtraSection> &extra) {
  WeightsLayout layout;
  layout.blocks = plan.sizes.blocks;
  layout.fields.resize(plan.weights.size());
  Cursor content, block;

  if (const std::optional<plan::RopeFrequencies> rope = findRopeFrequencies(plan)) {
    const int64_t positions = padded(plan.sizes.context, 64, "the context");
    const int64_t bytes =
        checkedProduct({int64_t(differentRopes(*rope).size()), positions, plan.sizes.headSize / 2, 4}, "RoPE's tables");
    for (const char *name : {"rope_cosine", "rope_sine"})
      layout.sections.push_back({name, content.take(bytes, name)});
  }

  // Fields of the whole model stand before or after the blocks, as the plan lists them.
  const auto firstOfBlocks = std::find_if(plan.weights.begin(), plan.weights.end(),
                                          [](const plan::WeightPlan &weight) { return weight.perBlock; });
  const size_t before = firstOfBlocks - plan.weights.begin();
  const auto placeWhere = [&](auto takes, Cursor &cursor) {
    for (size_t i = 0; i < plan.weights.size(); ++i)
      if (takes(i))
        layout.fields[i] = placeField(plan.weights[i], cursor);
  };
  placeWhere([&](size_t i) { return i < before; }, content);
  placeWhere([&](size_t i) { return plan.weights[i].perBlock && plan.weights[i].isInAll(); }, block);
  layout.blockStride = block.position();
  std::vector<int64_t> bytes(plan.weights.size(), 0); // of fields that only some blocks have
  for (size_t i = 0; i < plan.weights.size(); ++i)
    if (!plan.weights[i].isInAll()) {
      Cursor own;
      layout.fields[i] = placeField(plan.weights[i], own);
      bytes[i] = own.position();
    }
  if (std::all_of(bytes.begin(), bytes.end(), [](int64_t of) { return of == 0; })) {
    layout.blocksOffset =
        content.take(checkedProduct({layout.blocks, layout.blockStride}, "the blocks"), "the blocks").offset;
  } else {
    layout.blocksOffset = content.position();
    placeUnlikeBlocks(plan, bytes, layout, content);
  }
  layout.blocksBytes = content.position() - layout.blocksOffset;
  placeWhere([&](size_t i) { return i > before && !plan.weights[i].perBlock; }, content);

  for (const ExtraSection &section : extra)
    layout.sections.push_back({section.name, content.take(section.bytes, section.name)});

  layout.contentBytes = content.position();
  layout.fileBytes = checkedSum(layout.contentBytes, kWeightsHeaderBytes, "the weights");
  layout.layoutHash = hashOf(layout);
  return layout;
}

void layOutOpening(WeightsLayout &layout, int64_t bytes) {
  layout.openingBytes = bytes;
  layout.fileBytes = checkedSum(layout.openingOffset(), bytes, "the state of the system prompt");
}

RowBlock rowBlock(const FieldLayout &field, int64_t index) {
  const int64_t parts = int64_t(field.partRows.size());
  int64_t part = 0, blockOfPart = index;
  if (field.arrangement == plan::Arrangement::AlternatingBlocks) {
    part = index % parts;
    blockOfPart = index / parts;
  } else {
    for (int64_t blocks;
         blockOfPart >= (blocks = (field.partRows.at(part) + formats::kRowBlock - 1) / formats::kRowBlock); ++part)
      blockOfPart -= blocks;
  }
  const int64_t firstRow = blockOfPart * formats::kRowBlock;
  return {part, firstRow, std::min(formats::kRowBlock, field.partRows.at(part) - firstRow)};
}

} // namespace weebill::weights
