//===- CharacterMap.cpp - What SentencePiece makes of characters ----------===//
//
// The format: the bytes of the trie (u32), the trie, then texts, each ended by a byte 0. A unit of the trie has a label
// (the byte that leads to it) and where its children are: child `c` of a node whose children are at `place` is unit
// place ^ c, if that has label c; unit `place` itself, with the highest bit set, says where in the texts stands what
// becomes of the node's text. Tested by tests/unit/compiler/import/CharacterMapTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/sentencepiece/CharacterMap.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/ByteReader.h"

#include <algorithm>

namespace weebill::sentencepiece {

namespace {

// Far more than any trainer writes: 24 bytes, and U+FDFA, which becomes 11 times as many.
constexpr size_t kLongest = 64, kMostGrowth = 32, kMostCopies = 4;

class MapReader {
public:
  MapReader(const std::string &path, const std::string &place, std::string_view bytes)
      : path(path), place(place), most(kMostCopies * bytes.size()) {
    if (bytes.size() < 4)
      importer::refuse(path, place, "has " + importer::counted(int64_t(bytes.size()), "byte") + ", a map has more");
    const uint32_t trieBytes = gguf::loadLittleEndian<uint32_t>(bytes.data());
    bytes.remove_prefix(4);
    if (trieBytes == 0 || trieBytes % 4 != 0 || trieBytes > bytes.size())
      importer::refuse(path, place,
                       "has a trie of " + std::to_string(trieBytes) + " bytes, but " + std::to_string(bytes.size()) +
                           " bytes follow");
    units = bytes.substr(0, trieBytes);
    texts = bytes.substr(trieBytes);
  }

  std::vector<importer::TokenizerData::Rule> read() {
    // Units by where their parent says that its children are.
    for (uint32_t index = 1; index < count(); ++index)
      if (const uint32_t label = unit(index); label >> 31 == 0 && (label & 0xff) != 0)
        children.push_back({index ^ (label & 0xff), index});
    std::sort(children.begin(), children.end());
    visited.resize(count());
    std::vector<Node> open = {{0, 0, 0}};
    while (!open.empty()) {
      const Node node = open.back();
      open.pop_back();
      text.resize(node.depth == 0 ? 0 : node.depth - 1);
      if (node.depth > 0)
        text.push_back(char(node.label));
      visit(node, open);
    }
    return std::move(rules);
  }

private:
  struct Node {
    uint32_t index;
    size_t depth;
    uint32_t label;
  };

  uint32_t count() const { return uint32_t(units.size() / 4); }
  uint32_t unit(uint32_t index) const { return gguf::loadLittleEndian<uint32_t>(units.data() + size_t(index) * 4); }

  [[noreturn]] void refuseDamage(const std::string &what) const { importer::refuse(path, place, "is damaged: " + what); }

  void visit(const Node &node, std::vector<Node> &open) {
    if (visited[node.index])
      refuseDamage("unit " + std::to_string(node.index) + " of its trie is reached in two ways");
    visited[node.index] = true;
    if (node.depth > kLongest)
      refuseDamage("a text in it is longer than " + std::to_string(kLongest) + " bytes");
    const uint32_t found = unit(node.index);
    const uint32_t at = node.index ^ (found >> 10 << ((found >> 6) & 8));
    if ((found >> 8 & 1) != 0 && node.depth > 0)
      addRule(at);
    const auto first = std::lower_bound(children.begin(), children.end(), std::pair(at, uint32_t(0)));
    for (auto child = first; child != children.end() && child->first == at; ++child)
      open.push_back({child->second, node.depth + 1, at ^ child->second});
  }

  void addRule(uint32_t leaf) {
    if (leaf >= count())
      refuseDamage("its trie of " + std::to_string(count()) + " units has no unit " + std::to_string(leaf));
    const uint32_t from = unit(leaf) & 0x7fffffff;
    if (from > texts.size())
      refuseDamage("a text begins at byte " + std::to_string(from) + " of " + std::to_string(texts.size()));
    const std::string_view rest = texts.substr(from, kMostGrowth * text.size() + 1);
    const size_t bytes = std::min(rest.find('\0'), rest.size());
    if (bytes > kMostGrowth * text.size())
      refuseDamage("a text becomes more than " + std::to_string(kMostGrowth) + " times as long");
    if (most < text.size() + bytes)
      refuseDamage("its texts are more than " + std::to_string(kMostCopies) + " times as long as the map");
    most -= text.size() + bytes;
    rules.push_back({text, std::string(rest.substr(0, bytes))});
  }

  const std::string &path, &place;
  std::string_view units, texts;
  std::vector<std::pair<uint32_t, uint32_t>> children;
  std::vector<bool> visited;
  std::vector<importer::TokenizerData::Rule> rules;
  std::string text; // of the node that is visited
  size_t most;      // bytes of rules that may follow
};

} // namespace

std::vector<importer::TokenizerData::Rule> readCharacterMap(const std::string &path, const std::string &place,
                                                            std::string_view bytes) {
  return MapReader(path, place, bytes).read();
}

} // namespace weebill::sentencepiece
