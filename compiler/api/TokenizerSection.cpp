//===- TokenizerSection.cpp - The imported tokenizer as a section ---------===//
//
// Tested by tests/emitted/test_tokenizer_families.py.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/TokenizerSection.h"

#include "codegen/weights/TokenizerTables.h"

namespace weebill::api {

std::vector<uint8_t> tokenizerSection(const importer::TokenizerData &data) {
  weights::TokenizerSource source;
  source.kind = data.kind;
  source.tokens = data.tokens;
  source.special = data.special;
  source.bytes = data.bytes;
  for (const importer::TokenizerData::Added &token : data.added)
    source.added.push_back({token.id, token.text, token.inChangedText, token.takesSpacesBefore, token.takesSpacesAfter,
                            token.isSingleWord});
  for (const importer::TokenizerData::Word &word : data.words)
    source.words.push_back({word.text, word.id});
  for (const importer::TokenizerData::Merge &merge : data.merges)
    source.merges.push_back({merge.left, merge.right, merge.result, merge.rank});
  for (const importer::TokenizerData::Score &scored : data.scores)
    source.scores.push_back({scored.text, scored.id, scored.score});
  source.unknown = data.unknown;
  source.unknownScore = data.unknownScore;
  source.map = {data.map.units, data.map.texts, data.map.growth};
  return weights::buildTokenizerTables(source);
}

} // namespace weebill::api
