//===- GgufFile.cpp - Header, metadata and tensor directory ---------------===//
//
// Tested by tests/unit/compiler/import/GgufFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/gguf/GgufFile.h"

#include <algorithm>
#include <cstdio>

namespace weebill::gguf {

/// Five digits stand in a name.
static constexpr int64_t kMostParts = 99999;

static std::string partText(int64_t number, int64_t count) {
  return "part " + std::to_string(number + 1) + " of " + std::to_string(count);
}

/// "-00001-of-00003.gguf"
static std::string partEnding(int64_t number, int64_t count) {
  char text[64];
  std::snprintf(text, sizeof text, "-%05lld-of-%05lld.gguf", static_cast<long long>(number + 1),
                static_cast<long long>(count));
  return text;
}

GgufFile::GgufFile(const std::string &path) : filePath(path), file(path) {
  if (const Part part = readFile(); part.count > 1)
    readOtherParts(part);
}

GgufFile::GgufFile(const std::string &path, const Part &expected) : filePath(path), file(path) {
  if (const Part part = readFile(); part.number != expected.number || part.count != expected.count)
    importer::refuse(path, "metadata 'split.no'",
                     "the file says that it is " + partText(part.number, part.count) + ", its name says " +
                         partText(expected.number, expected.count));
}

void GgufFile::readOtherParts(const Part &first) {
  // The name of the first, up to its number.
  const std::string ending = partEnding(0, first.count);
  const bool named = filePath.size() > ending.size() && filePath.ends_with(ending);
  if (first.number != 0)
    importer::refuse(filePath, "metadata 'split.no'",
                     "the file is " + partText(first.number, first.count) +
                         ": give the first one, whose name ends in " + importer::quoted(ending));
  if (!named)
    importer::refuse(filePath, "metadata 'split.count'",
                     "the model is in " + std::to_string(first.count) +
                         " files, which are found by their names: the first one's must end in " +
                         importer::quoted(ending));
  const std::string beginning = filePath.substr(0, filePath.size() - ending.size());
  for (int64_t number = 1; number < first.count; ++number) {
    const std::string path = beginning + partEnding(number, first.count);
    if (!isThere(path))
      throw importer::InputError(path + ": is missing: it is part " + std::to_string(number + 1) +
                                 " of the model that " + importer::quoted(filePath) + " begins");
    others.push_back(std::unique_ptr<GgufFile>(new GgufFile(path, {number, first.count})));
    for (const GgufTensor &tensor : others.back()->directory) {
      if (!byName.emplace(tensor.name, directory.size()).second)
        importer::refuse(path, "tensor " + importer::quoted(tensor.name), "is in another file of the model, too");
      directory.push_back(tensor);
    }
  }
  if (const auto count = metadata().integer("split.tensors.count"); count && *count != int64_t(directory.size()))
    importer::refuse(filePath, "metadata 'split.tensors.count'",
                     "is " + std::to_string(*count) + ", but the files have " +
                         importer::counted(int64_t(directory.size()), "tensor"));
}

GgufFile::Part GgufFile::readFile() {
  const std::string &path = filePath;
  ByteReader reader(filePath, file.bytes());
  const std::string_view magic = reader.take(4, "header");
  if (magic != "GGUF")
    importer::refuse(path, "header", "a GGUF file begins with 'GGUF', this one with " + importer::quoted(magic));
  const uint32_t version = reader.number<uint32_t>("header");
  if (version != 0 && version % 65536 == 0)
    importer::refuse(path, "header", "the file is big endian, only little-endian files are read");
  if (version != 2 && version != 3)
    importer::refuse(path, "header", "GGUF version " + std::to_string(version) + " is not read, only 2 and 3 are");
  const uint64_t tensorCount = reader.number<uint64_t>("header");
  const uint64_t pairCount = reader.number<uint64_t>("header");
  keyValues.emplace(filePath, reader, pairCount);
  readDirectory(reader, tensorCount);
  return {metadata().integer("split.no", kMostParts).value_or(0),
          metadata().integer("split.count", kMostParts).value_or(1)};
}

uint64_t GgufFile::readAlignment() const {
  constexpr int64_t kLargest = 1 << 20;
  const int64_t alignment = metadata().integer("general.alignment", kLargest).value_or(32);
  if (alignment == 0 || (alignment & (alignment - 1)) != 0)
    importer::refuse(filePath, "metadata 'general.alignment'", std::to_string(alignment) + " is not a power of two");
  return uint64_t(alignment);
}

void GgufFile::readDirectory(ByteReader &reader, uint64_t count) {
  constexpr size_t kSmallestEntry = 8 + 4 + 8 + 4 + 8; // name's length, dimension count, one dimension, type, offset
  if (count > reader.left() / kSmallestEntry)
    importer::refuse(filePath, "tensor directory",
                     std::to_string(count) + " tensors do not fit into the remaining " + std::to_string(reader.left()) +
                         " bytes");
  std::vector<uint64_t> offsets;
  for (uint64_t i = 0; i < count; ++i) {
    const std::string entry = "tensor directory entry " + std::to_string(i);
    GgufTensor tensor{};
    tensor.name = reader.text(entry);
    const std::string place = "tensor " + importer::quoted(tensor.name);
    if (!byName.emplace(tensor.name, directory.size()).second)
      importer::refuse(filePath, entry, "the name " + importer::quoted(tensor.name) + " occurs twice");

    const uint32_t dimensions = reader.number<uint32_t>(place);
    if (dimensions != 1 && dimensions != 2)
      importer::refuse(filePath, place, std::to_string(dimensions) + " dimensions, only 1 or 2 are read");
    // The first dimension is the one whose elements lie side by side.
    const uint64_t columns = reader.number<uint64_t>(place);
    const uint64_t rows = dimensions == 2 ? reader.number<uint64_t>(place) : 1;
    if (columns == 0 || rows == 0)
      importer::refuse(filePath, place,
                       "is empty: " + std::to_string(rows) + " rows, " + std::to_string(columns) + " columns");

    const uint32_t typeId = reader.number<uint32_t>(place);
    tensor.type = findTensorType(typeId);
    if (!tensor.type || !tensor.type->dequantizeBlock)
      importer::refuse(filePath, place,
                       "has type " + (tensor.type ? tensor.type->name : "number " + std::to_string(typeId)) +
                           ", readable are " + readableTensorTypes());
    const uint64_t blockElements = uint64_t(tensor.type->blockElements);
    if (columns % blockElements != 0)
      importer::refuse(filePath, place,
                       std::to_string(columns) + " columns are not whole blocks of " + std::to_string(blockElements) +
                           ", as " + tensor.type->name + " has");
    // Bytes: bounded by the file's size before anything is multiplied.
    const uint64_t blocks = columns / blockElements;
    const uint64_t mostBlocks = file.bytes().size() / uint64_t(tensor.type->blockBytes);
    if (blocks > mostBlocks || rows > mostBlocks / blocks)
      importer::refuse(filePath, place,
                       std::to_string(rows) + " rows of " + std::to_string(columns) + " columns (" + tensor.type->name +
                           ") are more than the file's " + std::to_string(file.bytes().size()) + " bytes");
    tensor.rows = int64_t(rows);
    tensor.columns = int64_t(columns);
    tensor.isVector = dimensions == 1;
    offsets.push_back(reader.number<uint64_t>(place));
    directory.push_back(tensor);
  }

  const uint64_t alignment = readAlignment();
  const uint64_t padding = (alignment - reader.position() % alignment) % alignment;
  const uint64_t start = reader.position() + padding; // both far below 2^63: a file's size and a small number
  const uint64_t dataBytes = start < file.bytes().size() ? file.bytes().size() - start : 0;
  for (size_t i = 0; i < directory.size(); ++i) {
    GgufTensor &tensor = directory[i];
    const std::string place = "tensor " + importer::quoted(tensor.name);
    const uint64_t bytes = uint64_t(tensor.rows) * uint64_t(tensor.rowBytes());
    if (offsets[i] % alignment != 0)
      importer::refuse(filePath, place,
                       "offset " + std::to_string(offsets[i]) + " is not a multiple of the alignment " +
                           std::to_string(alignment));
    if (offsets[i] > dataBytes || bytes > dataBytes - offsets[i])
      importer::refuse(filePath, place,
                       std::to_string(bytes) + " bytes at offset " + std::to_string(offsets[i]) +
                           " end outside the file's " + std::to_string(dataBytes) + " bytes of tensor data");
    tensor.bytes = file.bytes().substr(start + offsets[i], bytes);
  }
  refuseOverlaps();
}

void GgufFile::refuseOverlaps() const {
  std::vector<const GgufTensor *> inOrder;
  for (const GgufTensor &tensor : directory)
    inOrder.push_back(&tensor);
  std::sort(inOrder.begin(), inOrder.end(),
            [](const GgufTensor *a, const GgufTensor *b) { return a->bytes.data() < b->bytes.data(); });
  for (size_t i = 1; i < inOrder.size(); ++i)
    if (inOrder[i - 1]->bytes.data() + inOrder[i - 1]->bytes.size() > inOrder[i]->bytes.data())
      importer::refuse(filePath, "tensor " + importer::quoted(inOrder[i]->name),
                       "overlaps tensor " + importer::quoted(inOrder[i - 1]->name));
}

const GgufTensor *GgufFile::find(std::string_view name) const {
  const auto found = byName.find(name);
  return found == byName.end() ? nullptr : &directory[found->second];
}

} // namespace weebill::gguf
