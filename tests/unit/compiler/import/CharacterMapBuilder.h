// Maps of characters in SentencePiece's form (compiler/import/sentencepiece/CharacterMap.cpp): for tests, a trie of a
// few texts.

#ifndef WEEBILL_TESTS_UNIT_COMPILER_IMPORT_CHARACTERMAPBUILDER_H
#define WEEBILL_TESTS_UNIT_COMPILER_IMPORT_CHARACTERMAPBUILDER_H

#include <cstdint>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace weebill::tests {

class CharacterMapBuilder {
public:
  explicit CharacterMapBuilder(const std::map<std::string, std::string> &rules) {
    for (const auto &[text, becomes] : rules) {
      leaves[text] = uint32_t(texts.size());
      texts += becomes + '\0';
      for (size_t length = 0; length < text.size(); ++length)
        children[text.substr(0, length)].insert(uint8_t(text[length]));
    }
    put("", 0);
  }

  std::string bytes() const {
    std::string bytes(4 + 4 * units.size(), '\0');
    const uint32_t size = uint32_t(4 * units.size());
    std::memcpy(bytes.data(), &size, 4);
    std::memcpy(bytes.data() + 4, units.data(), size);
    return bytes + texts;
  }

  std::vector<uint32_t> units = std::vector<uint32_t>(256, kUnused);
  std::string texts;

private:
  static constexpr uint32_t kUnused = 1u << 31;

  /// Every node's children have 256 units of their own.
  void put(const std::string &text, uint32_t index) {
    const uint32_t place = uint32_t(units.size());
    units.resize(units.size() + 256, kUnused);
    units[index] = (text.empty() ? 0 : uint8_t(text.back())) | (index ^ place) << 10;
    if (const auto leaf = leaves.find(text); leaf != leaves.end()) {
      units[index] |= 1 << 8;
      units[place] = leaf->second | kUnused;
    }
    for (uint8_t label : children[text])
      put(text + char(label), place ^ label);
  }

  std::map<std::string, uint32_t> leaves;
  std::map<std::string, std::set<uint8_t>> children;
};

/// The map's bytes.
inline std::string characterMap(const std::map<std::string, std::string> &rules) {
  return CharacterMapBuilder(rules).bytes();
}

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_IMPORT_CHARACTERMAPBUILDER_H
