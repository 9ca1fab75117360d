//===- Quantization.cpp - How a checkpoint's matrices were packed ---------===//
//
// Tested by tests/unit/compiler/import/QuantizationTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/Quantization.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/huggingface/PackedLayouts.h"
#include "compiler/import/huggingface/ReadJson.h"

#include <algorithm>

namespace weebill::huggingface {

using nlohmann::json;

namespace {

constexpr const char *kField = "quantization_config", *kParetoField = "w_bits";
constexpr int64_t kWidest = 1 << 20; // columns that a group may have

/// Reads one of the ways; each says what it takes and refuses the rest.
class QuantizationReader {
public:
  QuantizationReader(const std::string &path, const json &settings) : path(path), settings(settings) {}

  Quantization read() {
    const json *method = findMember(settings, "quant_method");
    if (!method)
      readMlx();
    else if (*method == "gptq")
      readGptq();
    else if (*method == "awq")
      readAwq();
    else if (*method == "compressed-tensors")
      readCompressed();
    else if (*method == "torchao")
      found.layout = &kTorchao;
    else
      refuse("asks for " + told(*method) +
             ", read are awq, compressed-tensors, gptq, torchao and what MLX writes: save the model's numbers instead "
             "(dequantize, then save_pretrained), or a GGUF file");
    return std::move(found);
  }

private:
  static std::string told(const json &value) {
    return weebill::importer::quoted(value.is_string() ? value.get<std::string>() : value.dump());
  }

  [[noreturn]] void refuse(const std::string &what) const {
    importer::refuse(path, weebill::importer::quoted(kField), what);
  }

  /// A member with another value than those that are read.
  void expect(const json &of, const char *name, std::initializer_list<const char *> values) const {
    const json *member = findMember(of, name);
    if (!member ||
        (member->is_string() && std::find(values.begin(), values.end(), member->get<std::string>()) != values.end()))
      return;
    std::string list;
    for (const char *value : values)
      list += (list.empty() ? "" : " and ") + weebill::importer::quoted(value);
    refuse("has " + weebill::importer::quoted(name) + " " + told(*member) + ", read is " + list);
  }

  int64_t integer(const json &of, const char *name, int64_t lowest, int64_t highest) const {
    const json *member = findMember(of, name);
    if (!member || !member->is_number_integer() || member->get<int64_t>() < lowest || member->get<int64_t>() > highest)
      refuse("has " + weebill::importer::quoted(name) + " " + (member ? told(*member) : "left out") +
             ", but must be an integer from " + std::to_string(lowest) + " to " + std::to_string(highest));
    return member->get<int64_t>();
  }

  Packing packing(const json &of, const char *bits, const char *group) const {
    Packing read{.bits = integer(of, bits, 1, 32), .group = integer(of, group, -1, kWidest)};
    if (std::find(found.layout->bits.begin(), found.layout->bits.end(), read.bits) == found.layout->bits.end())
      refuse("has codes of " + std::to_string(read.bits) + " bits, which are not read of " + found.layout->name);
    read.group = std::max<int64_t>(read.group, 0); // -1: the whole row
    return read;
  }

  void readGptq() {
    found.layout = &kGptq;
    expect(settings, "checkpoint_format", {"gptq", "gptq_v2"});
    expect(settings, "pack_dtype", {"int32"});
    found.packing = packing(settings, "bits", "group_size");
    found.zerosLessOne = textMember(settings, "checkpoint_format", "gptq") == "gptq";
    if (const json *dynamic = findMember(settings, "dynamic"); dynamic && !dynamic->empty())
      refuse("packs matrices differently ('dynamic'), which is not read");
  }

  void readAwq() {
    found.layout = &kAwq;
    expect(settings, "version", {"gemm", "GEMM"});
    found.packing = packing(settings, "bits", "group_size");
  }

  /// Of all matrices, and under the name of a module what is otherwise there.
  void readMlx() {
    found.layout = &kMlx;
    expect(settings, "mode", {"affine"});
    found.packing = packing(settings, "bits", "group_size");
    for (const auto &[name, value] : settings.items())
      if (value.is_object())
        found.matrices.emplace(name, packing(value, "bits", "group_size"));
  }

  void readCompressed() {
    expect(settings, "format", {"pack-quantized", "int-quantized"});
    found.layout = textMember(settings, "format") == "int-quantized" ? &kIntQuantized : &kPackQuantized;
    if (findMember(settings, "kv_cache_scheme"))
      refuse("rounds keys and values in its own way ('kv_cache_scheme'): leave it out, and see --cache int8");
    const json *groups = findMember(settings, "config_groups");
    if (!groups || !groups->is_object() || groups->size() != 1)
      refuse("has " + std::to_string(groups ? groups->size() : 0) +
             " groups of modules in 'config_groups', read is one for all");
    const json *weights = findMember(*groups->begin(), "weights");
    if (!weights)
      refuse("has no 'weights' in 'config_groups'");
    expect(*weights, "type", {"int"});
    expect(*weights, "strategy", {"channel", "group"});
    found.packing.bits = integer(*weights, "num_bits", 1, 32);
    const bool whole = textMember(*weights, "strategy", "channel") == "channel";
    json stated = *weights;
    if (whole)
      stated["group_size"] = -1;
    found.packing = packing(stated, "num_bits", "group_size");
  }

  const std::string path;
  const json &settings;
  Quantization found;
};

} // namespace

const Packing &Quantization::packingOf(const std::string &module) const {
  const auto own = matrices.find(module);
  return own == matrices.end() ? packing : own->second;
}

/// Levels that numbers are rounded to whenever they are used; 16 and more: they are what they are.
static std::optional<Quantization> readPareto(const std::string &path, const json &config) {
  const json *bits = findMember(config, kParetoField);
  if (!bits)
    return std::nullopt;
  if (!bits->is_number_integer() || *bits < 0 || (*bits > 4 && *bits < 16))
    importer::refuse(path, weebill::importer::quoted(kParetoField),
                     "is " + weebill::importer::quoted(bits->dump()) + ", read are 0 to 4 (ParetoQ's) and 16 or more");
  if (*bits >= 16)
    return std::nullopt;
  Quantization found;
  found.layout = &kPareto;
  found.packing = {.bits = bits->get<int64_t>(), .group = 0};
  return found;
}

std::optional<Quantization> readQuantization(const std::string &path, const json &config) {
  const json *settings = findMember(config, kField);
  if (!settings)
    settings = findMember(config, "quantization");
  if (!settings || settings->empty() || *settings == false)
    return readPareto(path, config);
  if (!settings->is_object())
    importer::refuse(path, weebill::importer::quoted(kField), "is no object");
  return QuantizationReader(path, *settings).read();
}

} // namespace weebill::huggingface
