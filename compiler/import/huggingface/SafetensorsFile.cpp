//===- SafetensorsFile.cpp - A file of tensors ----------------------------===//
//
// Tested by tests/unit/compiler/import/SafetensorsFileTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/SafetensorsFile.h"

#include "compiler/import/gguf/ByteReader.h"
#include "compiler/import/huggingface/ReadJson.h"

#include <algorithm>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

constexpr uint64_t kLongestHeader = 100'000'000; // the format's own limit

/// Numbers, and integers that have codes or sizes in them, under the names that GGUF gives them. Whether a tensor may
/// be of a type is said where it is used.
const gguf::TensorType *findFormat(const std::string &name) {
  static const gguf::TensorType kUnsigned[] = {{~0u, "U8", 1, 1, nullptr}, {~0u, "U32", 1, 4, nullptr}};
  constexpr uint32_t kFormats[] = {0, 1, 30, 24, 26, 27}; // F32, F16, BF16, I8, I32, I64
  for (uint32_t id : kFormats)
    if (const gguf::TensorType *type = gguf::findTensorType(id); type && name == type->name)
      return type;
  for (const gguf::TensorType &type : kUnsigned)
    if (name == type.name)
      return &type;
  return nullptr;
}

std::string placeOf(const std::string &name) { return "tensor " + weebill::importer::quoted(name); }

} // namespace

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : " x ") + std::to_string(size);
  return text.empty() ? "no dimensions" : text;
}

SafetensorsFile::SafetensorsFile(const std::string &path) : path(path), file(path) {
  gguf::ByteReader reader(this->path, file.bytes());
  const uint64_t length = reader.number<uint64_t>("header's length");
  if (length > kLongestHeader)
    importer::refuse(path, "header's length",
                     std::to_string(length) + " bytes are more than the " + std::to_string(kLongestHeader) +
                         " that the format allows");
  const std::string_view header = reader.take(length, "header");
  if (!header.starts_with('{'))
    importer::refuse(path, "header",
                     "begins with " + weebill::importer::quoted(header.substr(0, 1)) + ", but must begin with '{'");
  const std::string_view data = file.bytes().substr(reader.position());
  const json entries = readJsonObject(path, "header", header);
  for (const auto &[name, entry] : entries.items())
    if (name != "__metadata__")
      directory.push_back(readEntry(name, entry, data));
  std::sort(directory.begin(), directory.end(),
            [](const SafetensorsTensor &a, const SafetensorsTensor &b) { return a.bytes.data() < b.bytes.data(); });
  refuseOverlapsAndGaps(data);
}

SafetensorsTensor SafetensorsFile::readEntry(const std::string &name, const json &entry, std::string_view data) const {
  const std::string place = placeOf(name);
  if (!entry.is_object())
    importer::refuse(path, place, "is described by no object");
  for (const auto &[key, value] : entry.items())
    if (key != "dtype" && key != "shape" && key != "data_offsets")
      importer::refuse(path, place, "has the unknown field " + weebill::importer::quoted(key));

  SafetensorsTensor tensor{.name = name, .file = path, .type = nullptr, .shape = {}, .bytes = {}, .packed = nullptr};
  const std::string format = textMember(entry, "dtype");
  tensor.type = findFormat(format);
  if (!tensor.type)
    importer::refuse(path, place,
                     "has dtype " + weebill::importer::quoted(format) +
                         ", readable are F32, F16 and BF16, and codes of quantization in I8, I32 and U32");

  const json *shape = findMember(entry, "shape");
  if (!shape || !shape->is_array())
    importer::refuse(path, place, "has no shape");
  // Elements: bounded by the file's size before anything is multiplied.
  const uint64_t most = data.size() / uint64_t(tensor.type->blockBytes);
  uint64_t elements = 1;
  for (const json &size : *shape) {
    if (!size.is_number_unsigned() || size == 0)
      importer::refuse(path, place, "has a size in its shape that is not an integer above 0");
    if (size.get<uint64_t>() > most / elements)
      importer::refuse(path, place,
                       "has a shape of more elements than the file's " + std::to_string(data.size()) +
                           " bytes of tensor data");
    elements *= size.get<uint64_t>();
    tensor.shape.push_back(size.get<int64_t>());
  }

  const json *offsets = findMember(entry, "data_offsets");
  if (!offsets || !offsets->is_array() || offsets->size() != 2 || !(*offsets)[0].is_number_unsigned() ||
      !(*offsets)[1].is_number_unsigned())
    importer::refuse(path, place, "has no data_offsets of two integers");
  const uint64_t begin = (*offsets)[0].get<uint64_t>(), end = (*offsets)[1].get<uint64_t>();
  if (begin > end || end > data.size())
    importer::refuse(path, place,
                     "lies from byte " + std::to_string(begin) + " to " + std::to_string(end) + " of " +
                         std::to_string(data.size()) + " bytes of tensor data");
  const uint64_t bytes = elements * uint64_t(tensor.type->blockBytes);
  if (end - begin != bytes)
    importer::refuse(path, place,
                     "has " + std::to_string(end - begin) + " bytes, but " + shapeText(tensor.shape) + " of " + format +
                         " need " + std::to_string(bytes));
  tensor.bytes = data.substr(begin, bytes);
  return tensor;
}

void SafetensorsFile::refuseOverlapsAndGaps(std::string_view data) const {
  const char *covered = data.data();
  const SafetensorsTensor *before = nullptr;
  for (const SafetensorsTensor &tensor : directory) {
    if (tensor.bytes.data() < covered)
      importer::refuse(path, placeOf(tensor.name), "overlaps tensor " + weebill::importer::quoted(before->name));
    if (tensor.bytes.data() > covered)
      importer::refuse(path, placeOf(tensor.name),
                       "has " + std::to_string(tensor.bytes.data() - covered) +
                           " bytes before it that belong to no tensor");
    covered = tensor.bytes.data() + tensor.bytes.size();
    before = &tensor;
  }
  if (const auto left = data.data() + data.size() - covered; left != 0)
    importer::refuse(path, "tensor data", std::to_string(left) + " bytes at the end belong to no tensor");
}

} // namespace weebill::huggingface
