// Writes GGUF files for tests, right ones and wrong ones: every number of the format can be set to nonsense.

#ifndef WEEBILL_TESTS_UNIT_COMPILER_IMPORT_GGUFBUILDER_H
#define WEEBILL_TESTS_UNIT_COMPILER_IMPORT_GGUFBUILDER_H

#include "compiler/import/ImportedModel.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace weebill::tests {

/// A number as the bytes of the file.
template <typename T> std::string bytesOf(T value) {
  return std::string(reinterpret_cast<const char *>(&value), sizeof value); // the tests' machine is little endian
}

/// A length, then the text.
inline std::string lengthAndText(const std::string &text) { return bytesOf<uint64_t>(text.size()) + text; }

struct BuiltTensor {
  std::string name;
  std::vector<uint64_t> dimensions; // columns first, as in the file
  uint32_t type;
  std::string data;
  std::optional<uint64_t> offset; // instead of the right one
};

struct GgufBuilder {
  std::string magic = "GGUF";
  uint32_t version = 3;
  uint64_t alignment = 32; // of offsets; the metadata entry is separate
  std::optional<uint64_t> tensorCount, pairCount;
  std::vector<std::pair<std::string, std::string>> pairs; // key, type and value as bytes
  std::vector<BuiltTensor> tensors;

  // Metadata, replaced if the key is there already.
  void set(const std::string &key, uint32_t type, const std::string &value);
  void setInteger(const std::string &key, uint32_t value) { set(key, 4, bytesOf(value)); }
  void setReal(const std::string &key, float value) { set(key, 6, bytesOf(value)); }
  void setFlag(const std::string &key, bool value) { set(key, 7, bytesOf<uint8_t>(value)); }
  void setText(const std::string &key, const std::string &value) { set(key, 8, lengthAndText(value)); }
  void setTexts(const std::string &key, const std::vector<std::string> &values);
  void setIntegers(const std::string &key, const std::vector<int32_t> &values);
  void remove(const std::string &key);

  /// An F32 tensor; one row makes a vector.
  void addFloats(const std::string &name, uint64_t rows, uint64_t columns, const std::vector<float> &values);
  BuiltTensor &tensor(const std::string &name);
  void removeTensor(const std::string &name);

  std::string bytes() const;
};

/// A Llama model of one layer, model 8, hidden 12, 2 heads of 4, 1 key-value head, with a byte-level tokenizer of 10
/// tokens and a ChatML template. Weights are small numbers, different everywhere.
GgufBuilder smallLlama();

/// Writes `bytes` to a new file that goes away with the object.
class ScratchFile {
public:
  explicit ScratchFile(const std::string &bytes, const std::string &ending = ".gguf");
  ~ScratchFile();
  ScratchFile(const ScratchFile &) = delete;
  ScratchFile &operator=(const ScratchFile &) = delete;
  const std::string path;
};

/// The model of such a file.
importer::ImportedModel import(const GgufBuilder &builder, const importer::ImportOptions &options = {});

/// What importing a file of these bytes throws, without the path, or "" if it is read, tensors included.
std::string importError(const std::string &bytes);
std::string importError(const GgufBuilder &builder);

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_IMPORT_GGUFBUILDER_H
