// Writes model folders for tests, right ones and wrong ones: files can be replaced by any bytes.

#ifndef WEEBILL_TESTS_UNIT_COMPILER_IMPORT_HUGGINGFACEFOLDER_H
#define WEEBILL_TESTS_UNIT_COMPILER_IMPORT_HUGGINGFACEFOLDER_H

#include "compiler/import/ImportedModel.h"
#include "tests/unit/support/TemporaryFolder.h"

#include <map>
#include <nlohmann/json.hpp>

namespace weebill::tests {

/// A .safetensors file of these bytes: a length, a header, data.
std::string safetensors(const std::string &header, const std::string &data);

/// Tensors in order, the way savers write them.
struct SafetensorsBuilder {
  nlohmann::json header = nlohmann::json::object();
  std::string data;

  /// A tensor of float32.
  void add(const std::string &name, const std::vector<uint64_t> &shape, const std::vector<float> &values);
  /// A tensor of any type.
  void addBytes(const std::string &name, const std::string &type, const std::vector<uint64_t> &shape,
                const std::string &bytes);
  std::string bytes() const { return safetensors(header.dump(), data); }
};

/// A Llama model of one layer, model 8, hidden 12, 2 heads of 4, 1 key-value head, 16 tokens; tied. Weights are small
/// numbers, different everywhere.
struct SmallFolder {
  nlohmann::json config, tokenizer, tokenizerConfig;
  std::map<std::string, std::vector<uint64_t>> shapes;
  struct Part {
    std::string type;
    std::vector<uint64_t> shape;
    std::string bytes;
  };
  std::map<std::string, Part> parts;        // tensors of other types, besides
  std::map<std::string, std::string> files; // written in the end, in the place of what is made from the above

  SmallFolder();
  /// Packs the query projection: row n, column k is 0.5 * ((n + k) % 16 - 8). `layout`: "gptq", "awq", "mlx",
  /// "pack-quantized", "int-quantized".
  void packQueries(const std::string &layout);
  std::vector<float> values(const std::string &name) const;
  std::string checkpoint() const; // model.safetensors

  void write(const TemporaryFolder &folder) const;
  /// What importing the folder throws, without its path, or "" if it is read, tensors included.
  std::string importError() const;
};

/// The model of `content`, written to `folder`, whose path has a slash behind it.
importer::ImportedModel import(const SmallFolder &content, const TemporaryFolder &folder);

} // namespace weebill::tests

#endif // WEEBILL_TESTS_UNIT_COMPILER_IMPORT_HUGGINGFACEFOLDER_H
