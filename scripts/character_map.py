"""Maps of characters as SentencePiece stores them (`precompiled_charsmap`): what texts of one character or a few become.

For questions to packages that read such maps. The form is in compiler/import/sentencepiece/CharacterMap.cpp.
"""

import struct

UNUSED = 1 << 31


def character_map(rules: dict[str, str]) -> bytes:
    """The trie of the texts, then what they become."""
    texts, trie = bytearray(), {}
    for text, becomes in rules.items():
        node = trie
        for byte in text.encode():
            node = node.setdefault(byte, {})
        node[0] = len(texts)
        texts += becomes.encode() + b"\0"
    units, free = {0: 0}, 1
    open_nodes = [(0, trie)]
    while open_nodes:
        index, node = open_nodes.pop()
        place = next(place for place in range(free, 1 << 21) if place not in units and all(place ^ label not in units for label in node))
        free = max(free, place - 256)
        units[index] |= (index ^ place) << 10
        units.setdefault(place, UNUSED)  # no other node may have its children here
        for label, child in node.items():
            if label == 0:
                units[index] |= 1 << 8
                units[place] = UNUSED | child
            else:
                units[place ^ label] = label
                open_nodes.append((place ^ label, child))
    count = (max(units) | 255) + 1
    found = struct.pack(f"<{count}I", *(units.get(index, UNUSED) for index in range(count)))
    return struct.pack("<I", len(found)) + found + bytes(texts)
