//===- CharacterMap.cpp - What SentencePiece makes of characters ----------===//
//
// The format: the bytes of the trie (u32), the trie, then texts, each ended by a byte 0. runtime/character_map.h says
// what a unit of the trie is. Nodes may share children whose texts end equally and become the same, so there are far
// more texts than units: 225,275 in 44,800 of `nmt_nfkc`. Here every unit is visited once. Tested by
// tests/unit/compiler/import/CharacterMapTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/sentencepiece/CharacterMap.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/ByteReader.h"

#include <algorithm>

namespace weebill::sentencepiece {

namespace {

// Far more than any trainer writes: 12 bytes, and U+FDFA, which becomes 11 times as many.
constexpr uint32_t kLongest = 64, kMostGrowth = 32;

uint32_t childrenOf(const std::vector<uint32_t> &units, uint32_t index) {
  return index ^ (units[index] >> 10 << ((units[index] >> 6) & 8));
}

bool endsText(uint32_t unit) { return (unit & 0x100) != 0; }

class MapReader {
public:
  MapReader(const std::string &path, const std::string &place, std::string_view bytes) : path(path), place(place) {
    if (bytes.size() < 4)
      importer::refuse(path, place, "has " + importer::counted(int64_t(bytes.size()), "byte") + ", a map has more");
    const uint32_t trieBytes = gguf::loadLittleEndian<uint32_t>(bytes.data());
    bytes.remove_prefix(4);
    if (trieBytes == 0 || trieBytes % 4 != 0 || trieBytes > bytes.size())
      importer::refuse(path, place,
                       "has a trie of " + std::to_string(trieBytes) + " bytes, but " + std::to_string(bytes.size()) +
                           " bytes follow");
    map.units.resize(trieBytes / 4);
    std::copy(bytes.begin(), bytes.begin() + trieBytes, reinterpret_cast<char *>(map.units.data()));
    map.texts = bytes.substr(trieBytes);
  }

  importer::TokenizerData::Map read() {
    // Units by where their parent says that its children are.
    for (uint32_t index = 1; index < map.units.size(); ++index)
      if (const uint32_t label = map.units[index] & 0xff; label != 0 && map.units[index] >> 31 == 0)
        children.push_back({index ^ label, index});
    std::sort(children.begin(), children.end());
    heights.assign(map.units.size(), kUnknown);
    findHeight(0, 0);
    findGrowth();
    return std::move(map);
  }

private:
  static constexpr uint8_t kUnknown = 0xff;

  [[noreturn]] void refuseDamage(const std::string &what) const {
    importer::refuse(path, place, "is damaged: " + what);
  }

  template <class Each> void forEachChild(uint32_t index, Each &&each) const {
    const uint32_t at = childrenOf(map.units, index);
    for (auto child = std::lower_bound(children.begin(), children.end(), std::pair(at, uint32_t(0)));
         child != children.end() && child->first == at; ++child)
      each(child->second);
  }

  /// Bytes of the longest text behind a unit, `depth` bytes behind the first one. What leads back to itself is endless.
  uint32_t findHeight(uint32_t index, uint32_t depth) {
    uint32_t height = heights[index];
    if (height == kUnknown && depth <= kLongest) {
      height = 0;
      forEachChild(index, [&](uint32_t child) { height = std::max(height, 1 + findHeight(child, depth + 1)); });
      heights[index] = uint8_t(height);
    }
    if (height == kUnknown || depth + height > kLongest)
      refuseDamage("a text in it is longer than " + std::to_string(kLongest) + " bytes");
    return height;
  }

  /// By the fewest bytes that lead to a unit.
  void findGrowth() {
    std::vector<bool> visited(map.units.size());
    std::vector<uint32_t> level = {0}, next;
    for (uint32_t depth = 0; !level.empty(); ++depth, level.swap(next)) {
      next.clear();
      for (uint32_t index : level) {
        if (depth > 0 && endsText(map.units[index]))
          map.growth = std::max(map.growth, (textBytes(childrenOf(map.units, index), depth) + depth - 1) / depth);
        forEachChild(index, [&](uint32_t child) {
          if (!visited[child])
            next.push_back(child);
          visited[child] = true;
        });
      }
    }
  }

  /// Bytes of what a text of `depth` bytes becomes.
  uint32_t textBytes(uint32_t leaf, uint32_t depth) const {
    if (leaf >= map.units.size())
      refuseDamage("its trie of " + std::to_string(map.units.size()) + " units has no unit " + std::to_string(leaf));
    const uint32_t from = map.units[leaf] & 0x7fffffff;
    if (from > map.texts.size())
      refuseDamage("a text begins at byte " + std::to_string(from) + " of " + std::to_string(map.texts.size()));
    const std::string_view rest = std::string_view(map.texts).substr(from, kMostGrowth * depth + 1);
    const size_t bytes = std::min(rest.find('\0'), rest.size());
    if (bytes > kMostGrowth * depth)
      refuseDamage("a text becomes more than " + std::to_string(kMostGrowth) + " times as long");
    return uint32_t(bytes);
  }

  const std::string &path, &place;
  importer::TokenizerData::Map map;
  std::vector<std::pair<uint32_t, uint32_t>> children;
  std::vector<uint8_t> heights;
};

} // namespace

importer::TokenizerData::Map readCharacterMap(const std::string &path, const std::string &place,
                                              std::string_view bytes) {
  return MapReader(path, place, bytes).read();
}

bool hasTextOf(const importer::TokenizerData::Map &map, std::string_view text) {
  for (; !text.empty() && !map.units.empty(); text.remove_prefix(1)) {
    uint32_t place = childrenOf(map.units, 0);
    for (char letter : text) {
      const uint32_t byte = uint8_t(letter), index = place ^ byte;
      if (byte == 0 || index >= map.units.size() || (map.units[index] & 0x800000ff) != byte)
        break;
      if (endsText(map.units[index]))
        return true;
      place = childrenOf(map.units, index);
    }
  }
  return false;
}

} // namespace weebill::sentencepiece
