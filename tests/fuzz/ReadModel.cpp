// What the compiler does with any model. Tested by tests/fuzz/CMakeLists.txt, which runs it.

#include "codegen/formats/Formats.h"
#include "compiler/import/ImportedModel.h"
#include "tests/fuzz/ModelKinds.h"

#include <stdexcept>

namespace weebill::fuzz {

/// Packs the first row of a tensor whose codes can be kept: whatever the file says, bytes stay in their places.
static void packFirstRow(const importer::TensorSource &source, const importer::TensorInfo &tensor) {
  for (const formats::WeightFormat *format : formats::kFormats)
    if (format->kept && tensor.type == format->kept->type && tensor.rows > 0) {
      std::vector<uint8_t> blocks(size_t(tensor.columns / format->kept->columns * format->kept->bytes));
      source.readBlocks(tensor.name, format->kept->type, 0, 1, blocks.data());
      std::vector<uint8_t> records(
          size_t(formats::kRowBlock * tensor.columns / format->kept->columns * format->kept->recordBytes));
      uint8_t *arrays[] = {records.data()};
      format->packKept(blocks.data(), 1, tensor.columns, arrays);
    }
}

/// Notes that the compiler prints and writes into reports are the file's words as well.
void requirePrintable(const std::string &text, const char *what) {
  for (char c : text)
    if (uint8_t(c) < 0x20 || c == 0x7f)
      throw std::logic_error(std::string(what) + " has the byte " + std::to_string(int(uint8_t(c))));
  if (text.size() > 1000)
    throw std::logic_error(std::string(what) + " has " + std::to_string(text.size()) + " bytes");
}

std::optional<std::string> readModel(const std::string &path) {
  constexpr int64_t kMostNumbers = 1 << 22; // random weights can be endless; those of a file are read in full
  try {
    const importer::ImportedModel model = importer::importModel(path);
    requirePrintable(model.title, "the title");
    requirePrintable(model.license, "the licence");
    requirePrintable(model.tokenizerProblem, "what is said of the tokenizer");
    requirePrintable(model.chatProblem, "what is said of the chat template");
    for (const std::string &note : model.notes)
      requirePrintable(note, "a note");
    if (model.chat)
      requirePrintable(model.chat->systemProblem, "what is said of system messages");
    int64_t left = kMostNumbers;
    for (const importer::TensorInfo &tensor : model.source->tensors()) {
      std::vector<float> row(size_t(tensor.columns));
      for (int64_t i = 0; i < tensor.rows && left > 0; ++i, left -= tensor.columns)
        model.source->readRows(tensor.name, i, 1, row.data());
      packFirstRow(*model.source, tensor);
    }
    return std::nullopt;
  } catch (const importer::InputError &refusal) {
    return refusal.what();
  }
}

} // namespace weebill::fuzz
