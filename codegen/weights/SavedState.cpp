//===- SavedState.cpp - What a program would save of tokens ---------------===//
//
// Tested by tests/unit/codegen/weights/SavedStateTest.cpp and tests/emitted/test_system_prompt.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/SavedState.h"

#include "codegen/formats/Half.h"
#include "codegen/plan/CacheRooms.h"
#include "codegen/plan/Elements.h"
#include "codegen/plan/NumberForms.h"

#include "runtime/content_hash.h"
#include "runtime/saved_state_header.h"

#include <cmath>
#include <cstring>
#include <stdexcept>

namespace weebill::weights {

namespace {

constexpr int64_t kPositionBlock = 16; // of keys, whose lanes run over positions (runtime/cache.h)

constexpr int64_t kFour = 4; // codes that one step of a dot product takes (runtime/cache_of_codes.h)

int64_t inWhole(int64_t block, int64_t positions) { return (positions + block - 1) / block * block; }

/// The nearest float16; infinite if there is none so large, as kernels store it.
uint16_t halfOf(float x) {
  if (std::fabs(x) < formats::kHalfOverflow)
    return formats::toHalf(x);
  return uint16_t((std::signbit(x) ? 0x8000 : 0) | (std::isnan(x) ? 0x7e00 : 0x7c00));
}

class BodyWriter {
public:
  BodyWriter(const plan::ModelPlan &plan, int64_t positions)
      : heads(plan.sizes.keyValueHeads), headSize(plan.sizes.headSize), positions(positions),
        element(plan.cache.element) {}

  /// From position `from` on, a multiple of 64.
  void add(const CachedVisit &visit, int64_t from) {
    if (element == plan::Element::I8)
      return addCodes(visit, from);
    for (int64_t head = 0; head < heads; ++head)
      addKeys(visit.keys, head, from);
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t position = from; position < positions; ++position)
        for (int64_t i = 0; i < headSize; ++i)
          addElement(visit.values[place(head, position, i)]);
  }

  template <class T> void add(T value) {
    const auto *bytes = reinterpret_cast<const uint8_t *>(&value);
    body.insert(body.end(), bytes, bytes + sizeof value);
  }

  std::vector<uint8_t> body;

private:
  size_t place(int64_t head, int64_t position, int64_t i) const {
    return size_t((position * heads + head) * headSize + i);
  }

  /// In blocks of positions; what the last one has behind the last position is zero.
  void addKeys(const std::vector<float> &keys, int64_t head, int64_t from) {
    for (int64_t first = from; first < positions; first += kPositionBlock)
      for (int64_t i = 0; i < headSize; ++i)
        for (int64_t position = first; position < first + kPositionBlock; ++position)
          addElement(position < positions ? keys[place(head, position, i)] : 0);
  }

  void addElement(float value) {
    if (element == plan::Element::F32)
      add(value);
    else
      add(halfOf(value));
  }

  /// Keys, values and the scales of both; what blocks and fours have behind the last position is zero.
  void addCodes(const CachedVisit &visit, int64_t from) {
    const auto byte = [&](const std::vector<float> &codes, int64_t head, int64_t position, int64_t i, int offset) {
      body.push_back(position < positions ? uint8_t(int(codes[place(head, position, i)]) + offset) : 0);
    };
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t first = from; first < positions; first += kPositionBlock)
        for (int64_t four = 0; four < headSize; four += kFour)
          for (int64_t position = first; position < first + kPositionBlock; ++position)
            for (int64_t i = four; i < four + kFour; ++i)
              byte(visit.keys, head, position, i, 128);
    for (int64_t head = 0; head < heads; ++head)
      for (int64_t first = from; first < positions; first += kFour)
        for (int64_t i = 0; i < headSize; ++i)
          for (int64_t position = first; position < first + kFour; ++position)
            byte(visit.values, head, position, i, 0);
    for (const std::vector<float> *scales : {&visit.keyScales, &visit.valueScales})
      for (int64_t head = 0; head < heads; ++head)
        for (int64_t position = from; position < positions; ++position)
          add(scales->at(position * heads + head));
  }

  const int64_t heads, headSize, positions;
  const plan::Element element;
};

} // namespace

/// What else decides which positions a state has; nothing where it has all.
static std::string windowsText(const plan::ModelPlan &plan) {
  const plan::CacheRooms rooms = plan::cacheRooms(plan);
  std::string text;
  for (size_t visit = 0; visit < rooms.windows.size() && rooms.step != 0; ++visit)
    text += "|" + std::to_string(rooms.windows[visit]) + "/" + std::to_string(rooms.step);
  return text;
}

/// Which visits keep rows.
static std::string convolutionText(const plan::ModelPlan &plan) {
  std::string text;
  if (plan.convolution.width != 0)
    for (const bool convolves : plan::cacheRooms(plan).convolves)
      text += convolves ? "|rows of " + std::to_string(plan.convolution.columns) : "|";
  return text;
}

uint64_t stateHash(const plan::ModelPlan &plan, const std::string &version) {
  const std::string text = version + "|" + plan::weightsForm(plan) + "|" + plan::activationsForm(plan) + "|" +
                           plan::cacheForm(plan) + "|" + std::to_string(plan.schedule.size()) + "|" +
                           std::to_string(plan.sizes.keyValueHeads) + "|" + std::to_string(plan.sizes.headSize) +
                           (plan.cache.element == plan::Element::I8 ? "|keys mixed" : "") + windowsText(plan) +
                           convolutionText(plan);
  uint64_t hash = 0xcbf29ce484222325; // FNV-1a
  for (char c : text)
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash;
}

int64_t savedStateBytes(const plan::ModelPlan &plan, int64_t positions) {
  const int64_t heads = plan.sizes.keyValueHeads;
  const plan::CacheRooms rooms = plan::cacheRooms(plan);
  int64_t bytes = int64_t(sizeof(SavedStateHeader)) + positions * int64_t(sizeof(i32) + 1);
  for (size_t visit = 0; visit < plan.schedule.size(); ++visit) {
    const int64_t kept = positions - rooms.firstKept(visit, positions);
    if (rooms.convolves[visit]) {
      bytes += kept * plan.convolution.columns * int64_t(sizeof(float));
      continue;
    }
    const bool codes = plan.cache.element == plan::Element::I8;
    const int64_t elements =
        heads * plan.sizes.headSize * (inWhole(kPositionBlock, kept) + (codes ? inWhole(kFour, kept) : kept));
    const int64_t scales = codes ? 2 * heads * kept : 0;
    bytes += elements * plan::elementBytes(plan.cache.element) + scales * int64_t(sizeof(float));
  }
  return (bytes + 63) / 64 * 64;
}

std::vector<uint8_t> savedStateBody(const plan::ModelPlan &plan, const std::vector<int32_t> &tokens,
                                    const std::vector<CachedVisit> &visits) {
  const int64_t positions = int64_t(tokens.size());
  const int64_t bytes = savedStateBytes(plan, positions) - int64_t(sizeof(SavedStateHeader));
  BodyWriter writer(plan, positions);
  writer.body.reserve(size_t(bytes));
  for (int32_t id : tokens)
    writer.add(id);
  writer.body.resize(writer.body.size() + size_t(positions)); // marks: no answer is open
  const plan::CacheRooms rooms = plan::cacheRooms(plan);
  for (size_t index = 0; index < visits.size(); ++index) {
    const CachedVisit &visit = visits[index];
    if (rooms.convolves[index]) {
      const int64_t columns = plan.convolution.columns;
      for (int64_t place = rooms.firstKept(index, positions) * columns; place < positions * columns; ++place)
        writer.add(visit.rows.at(size_t(place)));
      continue;
    }
    const size_t elements = size_t(positions * plan.sizes.keyValueHeads * plan.sizes.headSize);
    if (visit.keys.size() != elements || visit.values.size() != elements)
      throw std::logic_error("a cache of " + std::to_string(visit.keys.size()) + " elements is not one of " +
                             std::to_string(elements));
    writer.add(visit, rooms.firstKept(index, positions));
  }
  writer.body.resize(size_t(bytes)); // zeros up to a multiple of 64
  return std::move(writer.body);
}

uint64_t savedStateHash(const std::vector<uint8_t> &body) { return content_hash(body.data(), body.size()); }

std::vector<uint8_t> savedStateHeader(int64_t positions, const std::vector<uint8_t> &body, uint64_t contentHash,
                                      uint64_t stateHash) {
  SavedStateHeader header{{},
                          kStateFormatVersion,
                          sizeof header,
                          contentHash,
                          stateHash,
                          sizeof header + body.size(),
                          savedStateHash(body),
                          i32(positions),
                          0,
                          -1};
  std::memcpy(header.magic, kStateMagic, sizeof kStateMagic);
  const auto *bytes = reinterpret_cast<const uint8_t *>(&header);
  return {bytes, bytes + sizeof header};
}

} // namespace weebill::weights
