//===- CalibrationText.cpp - A text that weights are rounded for ----------===//
//
// Tested by tests/unit/compiler/api/CalibrationTextTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/api/CalibrationText.h"

#include "codegen/text/EncodeText.h"
#include "codegen/weights/TokenizerTables.h"
#include "compiler/api/FileBeginning.h"

#include <algorithm>

namespace weebill::api {

namespace {

constexpr int64_t kMostSequences = 12, kLength = 512;
constexpr size_t kMostBytes = size_t(4) << 20; // more than sequences are taken from

/// Whether the bytes are UTF-8 without zeros, but for a character that is cut off at the end.
bool isText(const std::string &bytes) {
  for (size_t i = 0; i < bytes.size();) {
    const auto byte = static_cast<unsigned char>(bytes[i]);
    const size_t more = byte < 0x80 ? 0 : byte >= 0xc2 && byte < 0xe0 ? 1 : byte >= 0xe0 && byte < 0xf0 ? 2 : 3;
    if (byte == 0 || (byte >= 0x80 && byte < 0xc2) || byte > 0xf4)
      return false;
    for (size_t next = i + 1; next <= i + more && next < bytes.size(); ++next)
      if ((static_cast<unsigned char>(bytes[next]) & 0xc0) != 0x80)
        return false;
    i += more + 1;
  }
  return true;
}

std::string readText(const std::string &path) {
  std::string text = beginningOfFile("--calibrate", path, kMostBytes);
  if (!isText(text))
    throw importer::InputError("--calibrate: '" + path + "' is not text in UTF-8");
  return text;
}

} // namespace

Sequences calibrationText(const std::string &path, const importer::ImportedModel &model) {
  if (!model.tokenizer)
    throw importer::InputError("--calibrate: '" + model.path + "' has no tokenizer to read a text with");
  const std::string text = readText(path);
  std::vector<int32_t> ids;
  try {
    ids = text::encodeText(model.tokenizer->kind, weights::buildTokenizerTables(*model.tokenizer), text);
  } catch (const std::invalid_argument &problem) {
    throw importer::InputError("--calibrate: '" + path + "': " + problem.what());
  }
  Sequences sequences;
  sequences.length = std::min(kLength, model.architecture.context);
  const std::vector<int32_t> &before = model.tokenizer->before;
  const int64_t own = sequences.length - int64_t(before.size()); // tokens of the text in a sequence
  const int64_t count = own < 1 ? 0 : std::min(kMostSequences, int64_t(ids.size()) / own);
  if (count * sequences.length < kLength)
    throw importer::InputError("--calibrate: '" + path + "' has " + std::to_string(ids.size()) +
                               " tokens, which is too short: some thousands are well, at least " +
                               std::to_string(kLength) + " are needed");
  for (int64_t sequence = 0; sequence < count; ++sequence) { // spread out evenly
    sequences.tokens.insert(sequences.tokens.end(), before.begin(), before.end());
    const int64_t first = count == 1 ? 0 : (int64_t(ids.size()) - own) * sequence / (count - 1);
    sequences.tokens.insert(sequences.tokens.end(), ids.begin() + first, ids.begin() + first + own);
  }
  return sequences;
}

Sequences drawnTokens(const importer::ImportedModel &model) {
  constexpr int64_t kCount = 4;
  Sequences sequences;
  sequences.length = std::min(kLength, model.architecture.context);
  uint32_t state = 0; // multiples of the golden ratio: spread out evenly, in no order
  for (int64_t i = 0; i < kCount * sequences.length; ++i) {
    state += 0x9e3779b9u;
    uint32_t mixed = state ^ state >> 16; // so that neighbours have nothing in common
    mixed *= 0x85ebca6bu;
    mixed ^= mixed >> 13;
    sequences.tokens.push_back(int32_t(uint64_t(mixed) * uint64_t(model.architecture.vocabulary) >> 32));
  }
  return sequences;
}

} // namespace weebill::api
