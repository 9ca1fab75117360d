//===- TokenizeProbe.cpp - The tokenizer as a filter, for tests -----------------===//
//
//     TokenizeProbe VOCABULARY < texts > ids
//     TokenizeProbe VOCABULARY BLOB             writes the tables instead
//
// VOCABULARY, little endian u32 and bytes: pieces (a number of TokenizerKind::Pieces) | tokens: count, then
// length, bytes and kind (0 plain, 1 control, 2 defined) of each | merges: count, then left, right, result of each.
// Texts: length and bytes of each. Prints the ids of each text on a line of its own, comma separated. Compiled and used
// by tests/emitted/test_tokenizer.py.
//
//===----------------------------------------------------------------------===//

#include "codegen/weights/TokenizerTables.h"
#include "tests/unit/runtime/FakeConstants.h"

#include "codegen/text/AnyTokenizer.h"

#include <fstream>
#include <iostream>
#include <iterator>

namespace {

bool read(std::istream &in, u32 &value) { return bool(in.read(reinterpret_cast<char *>(&value), sizeof value)); }

u32 number(std::istream &in) {
  u32 value = 0;
  read(in, value);
  return value;
}

std::string bytes(std::istream &in, u32 count) {
  std::string text(count, '\0');
  in.read(text.data(), count);
  return text;
}

weebill::weights::TokenizerSource readVocabulary(std::istream &in) {
  weebill::weights::TokenizerSource source;
  source.kind.pieces = weebill::weights::TokenizerKind::Pieces(number(in));
  source.bytes.assign(256, -1);
  for (u32 left = number(in); left > 0; --left) {
    const u32 length = number(in);
    source.tokens.push_back(bytes(in, length));
    const u32 kind = number(in);
    const std::string &text = source.tokens.back();
    const i32 id = i32(source.tokens.size()) - 1;
    source.special.push_back(kind == 1);
    if (kind != 0)
      source.added.push_back({id, text});
    else if (text.size() == 1)
      source.bytes[static_cast<u8>(text[0])] = id;
  }
  const u32 merges = number(in);
  for (u32 rank = 0; rank < merges; ++rank) {
    const auto a = i32(number(in)), b = i32(number(in)), result = i32(number(in));
    source.merges.push_back({a, b, result, rank});
  }
  return source;
}

} // namespace

int main(int argc, char **argv) {
  std::ifstream vocabulary(argv[1], std::ios::binary);
  const weebill::weights::TokenizerSource source = readVocabulary(vocabulary);
  const std::vector<uint8_t> blob = weebill::weights::buildTokenizerTables(source);
  if (argc > 2) {
    std::ofstream(argv[2], std::ios::binary)
        .write(reinterpret_cast<const char *>(blob.data()), static_cast<std::streamsize>(blob.size()));
    return 0;
  }
  const TokenizerTables tables(blob.data(), blob.size());
  for (u32 length; read(std::cin, length);) {
    const std::string text = bytes(std::cin, length);
    const char *separator = "";
    with_tokenizer(source.kind, [&]<class Tokenizer>() {
      Tokenizer(tables, Tokenizer::room_for(tables, text)).encode(text, [&](i32 id) {
        std::cout << separator << id;
        separator = ",";
      });
    });
    std::cout << '\n';
  }
}
