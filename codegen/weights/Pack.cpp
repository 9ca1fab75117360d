//===- Pack.cpp - Writes the weights file ---------------------------------===//
//
// Tested by tests/unit/codegen/weights/PackTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/Pack.h"

#include "codegen/weights/PackRows.h"
#include "codegen/weights/RopeTables.h"
#include "runtime/content_hash.h"

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <future>
#include <numeric>
#include <span>
#include <stdexcept>

namespace weebill::weights {

namespace {

/// The first bytes of the file, little endian. The program's twin is WeightsFileHeader in runtime/weights_file.h.
struct Header {
  char magic[8] = {'W', 'E', 'E', 'B', 'I', 'L', 'L', '\0'};
  uint32_t formatVersion = kWeightsFormatVersion;
  uint32_t headerBytes = kWeightsHeaderBytes;
  uint64_t layoutHash = 0, contentHash = 0, fileBytes = 0;
  uint64_t openingOffset = 0, openingBytes = 0;
  uint64_t reserved = 0;
};
static_assert(sizeof(Header) == kWeightsHeaderBytes);

/// Appends arrays to the content, each padded with zeros to 64 bytes, and hashes what it writes.
class ContentWriter {
public:
  ContentWriter(ByteSink &sink, const WeightsLayout &layout, const WeightSources &sources)
      : sink(sink), layout(layout), sources(sources) {}

  /// The next bytes must be the array's first.
  void begin(int64_t offset) const {
    if (position != offset)
      throw std::logic_error("weights are packed out of order: at " + std::to_string(position) + ", laid out at " +
                             std::to_string(offset));
  }

  void append(const void *data, int64_t bytes) {
    const auto *from = static_cast<const u8 *>(data);
    const int64_t whole = bytes / kWeightsAlignment * kWeightsAlignment;
    emit(from, whole);
    if (whole < bytes) {
      u8 tail[kWeightsAlignment] = {};
      std::memcpy(tail, from + whole, bytes - whole);
      emit(tail, sizeof tail);
    }
    if (sources.progress)
      sources.progress(position, layout.contentBytes);
  }

  template <class T> void append(const std::vector<T> &array) {
    append(array.data(), int64_t(array.size() * sizeof(T)));
  }

  int64_t written() const { return position; }
  uint64_t hash() const { return contentHash.value(); }

private:
  void emit(const u8 *data, int64_t bytes) {
    sink.write(data, size_t(bytes));
    contentHash.add(data, u64(bytes));
    position += bytes;
  }

  ByteSink &sink;
  const WeightsLayout &layout;
  const WeightSources &sources;
  ContentHash contentHash;
  int64_t position = 0;
};

/// Throws for the first number of some rows that the format has no place for.
void requirePlaces(const formats::WeightFormat &format, const std::string &tensor, int64_t firstRow, int64_t columns,
                   std::span<const float> rows) {
  if (!format.holds)
    return;
  for (size_t i = 0; i < rows.size(); ++i)
    if (!format.holds(rows[i])) {
      char value[32];
      std::snprintf(value, sizeof value, "%g", double(rows[i]));
      throw std::invalid_argument("tensor '" + tensor + "' has " + value + " in row " +
                                  std::to_string(firstRow + int64_t(i) / columns) + ", " + format.limit);
    }
}

class Packer {
public:
  Packer(const plan::ModelPlan &plan, const WeightsLayout &layout, const WeightSources &sources, ByteSink &sink)
      : plan(plan), layout(layout), sources(sources), content(sink, layout, sources) {}

  uint64_t packAll() {
    packRope();
    packFieldsBefore(layout.blocksOffset);
    for (int64_t block = 0; block < layout.blocks; ++block)
      for (bool ofSome : {false, true}) // what only some blocks have lies behind the rest
        for (size_t i = 0; i < layout.fields.size(); ++i)
          if (const FieldLayout &field = layout.fields[i];
              field.perBlock && field.blockOffsets.empty() != ofSome && field.isIn(block))
            packField(i, block);
    packFieldsBefore(layout.contentBytes);
    packSections();
    content.begin(layout.contentBytes);
    return content.hash();
  }

private:
  void packRope() {
    const SectionLayout *cosine = layout.section("rope_cosine");
    if (!cosine)
      return;
    const plan::RopeFrequencies rope = ropeFrequenciesOf(plan);
    const int64_t rowBytes = plan.sizes.headSize / 2 * int64_t(sizeof(float));
    const int64_t positions = cosine->array.bytes / (rowBytes * int64_t(differentRopes(rope).size()));
    const RopeTables tables = makeRopeTables(positions, plan.sizes.headSize, rope);
    content.begin(cosine->array.offset);
    content.append(tables.cosine);
    content.append(tables.sine);
  }

  /// The fields of the whole model that come next and start before `end`.
  void packFieldsBefore(int64_t end) {
    for (size_t i = 0; i < layout.fields.size(); ++i)
      if (!layout.fields[i].perBlock && layout.fields[i].values().offset == content.written() &&
          content.written() < end)
        packField(i, 0);
  }

  void packField(size_t index, int64_t block) {
    const FieldLayout &field = layout.fields[index];
    const std::vector<std::string> &parts = plan.weights[index].sources.at(block);
    PartReader read;
    read.numbers = [&](int64_t part, int64_t first, int64_t count, float *out) {
      sources.readRows(parts.at(part), first, count, out);
      requirePlaces(*field.format, parts.at(part), first, field.modelColumns,
                    {out, size_t(count * field.modelColumns)});
    };
    read.blocks = [&](int64_t part, int64_t first, int64_t count, uint8_t *out) {
      sources.readBlocks(parts.at(part), field.format->kept->type, first, count, out);
    };
    content.begin(layout.offsetOf(field, field.values(), block));

    // Pieces of up to a megabyte of float32, an even number if there is more than one row block.
    const int64_t blockRows = field.format->rowBlock;
    const int64_t blocks = field.rows / blockRows;
    const int64_t most = std::max<int64_t>(1, (1 << 18) / (blockRows * std::max<int64_t>(1, field.columns)));
    // A piece ends at a multiple of 64 bytes: so many row blocks together do.
    const int64_t together =
        kWeightsAlignment /
        std::gcd(kWeightsAlignment, blockRows * field.format->arrays.front().bytesOfRow(field.columns));
    const int64_t step = (std::clamp<int64_t>((blocks + 1) / 2, 1, most) + together - 1) / together * together;
    PackedRows behind(field.arrays.size()); // the small arrays, which follow the first
    const auto store = [&](const PackedRows &packed) {
      content.append(packed.front());
      for (size_t array = 1; array < packed.size(); ++array)
        behind[array].insert(behind[array].end(), packed[array].begin(), packed[array].end());
    };
    for (int64_t first = 0; first < blocks; first += 2 * step) {
      const int64_t second = first + step;
      std::future<PackedRows> other;
      if (second < blocks)
        other =
            std::async(std::launch::async, packRows, std::cref(field), second, std::min(step, blocks - second), read);
      store(packRows(field, first, std::min(step, blocks - first), read));
      if (other.valid())
        store(other.get());
    }
    for (size_t array = 1; array < behind.size(); ++array)
      content.append(behind[array]);
  }

  void packSections() {
    for (const SectionLayout &section : layout.sections) {
      if (section.name.starts_with("rope_"))
        continue;
      const auto found = sources.sections.find(section.name);
      if (found == sources.sections.end() || int64_t(found->second.size()) != section.array.bytes)
        throw std::invalid_argument("section '" + section.name + "' is laid out with " +
                                    std::to_string(section.array.bytes) + " bytes, but was given " +
                                    std::to_string(found == sources.sections.end() ? 0 : found->second.size()));
      content.begin(section.array.offset);
      content.append(found->second);
    }
  }

  const plan::ModelPlan &plan;
  const WeightsLayout &layout;
  const WeightSources &sources;
  ContentWriter content;
};

void writeOpening(const WeightsLayout &layout, const WeightSources &sources, uint64_t contentHash, ByteSink &sink) {
  const std::vector<uint8_t> state = sources.opening(contentHash);
  if (int64_t(state.size()) != layout.openingBytes)
    throw std::logic_error("the opening's state is laid out with " + std::to_string(layout.openingBytes) +
                           " bytes, but has " + std::to_string(state.size()));
  sink.write(state.data(), state.size());
}

} // namespace

void packWeights(const plan::ModelPlan &plan, WeightsLayout &layout, const WeightSources &sources, ByteSink &sink) {
  const uint64_t known = layout.contentHash;
  Header header{.layoutHash = layout.layoutHash, .contentHash = known, .fileBytes = uint64_t(layout.fileBytes)};
  if (layout.openingBytes != 0) {
    header.openingOffset = uint64_t(layout.openingOffset());
    header.openingBytes = uint64_t(layout.openingBytes);
  }
  sink.write(&header, sizeof header); // its place, where the content's hash is known at the end only
  header.contentHash = Packer(plan, layout, sources, sink).packAll();
  if (known && known != header.contentHash)
    throw std::invalid_argument("the weights are not those that were read before");
  if (layout.openingBytes != 0)
    writeOpening(layout, sources, header.contentHash, sink);
  if (!known)
    sink.rewriteBeginning(&header, sizeof header);
  layout.contentHash = header.contentHash;
}

} // namespace weebill::weights
