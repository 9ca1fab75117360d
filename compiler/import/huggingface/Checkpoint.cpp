//===- Checkpoint.cpp - All tensors of a model folder ---------------------===//
//
// Tested by tests/unit/compiler/import/CheckpointTest.cpp.
//
//===----------------------------------------------------------------------===//

#include "compiler/import/huggingface/Checkpoint.h"

#include "compiler/import/Refuse.h"
#include "compiler/import/gguf/MappedFile.h"
#include "compiler/import/huggingface/ReadJson.h"

#include <set>

namespace weebill::huggingface {

using nlohmann::json;

/// What a folder without tensors has, and what to do about it.
static std::string inTheirPlace(const std::string &folder) {
  for (const char *name : {"pytorch_model.bin", "pytorch_model.bin.index.json"})
    if (gguf::isThere(folder + "/" + name))
      return "; pytorch_model.bin is not read, because such files hold programs: save the model with save_pretrained, "
             "which writes model.safetensors";
  if (gguf::isThere(folder + "/adapter_config.json") || gguf::isThere(folder + "/adapter_model.safetensors"))
    return "; it is an adapter, which changes another model's weights: merge it into that model (peft's "
           "merge_and_unload) and give the folder that this saves";
  return ": config.json alone is no model, download the tensors into the same folder";
}

Checkpoint::Checkpoint(const std::string &folder) : path(folder) {
  const std::string single = folder + "/model.safetensors", index = single + ".index.json";
  if (gguf::isThere(single))
    open(single);
  else if (gguf::isThere(index))
    openIndexed(index);
  else
    throw importer::InputError(folder + ": has neither model.safetensors nor model.safetensors.index.json" +
                               inTheirPlace(folder));
  prefixes.emplace(names());
}

std::vector<std::string> Checkpoint::names() const {
  std::vector<std::string> all;
  for (const auto &[name, tensor] : byName)
    all.push_back(name);
  return all;
}

std::string Checkpoint::nameOf(const std::string &canonical) const {
  return prefixes->find(canonical, [&](const std::string &name) { return byName.contains(name); });
}

void Checkpoint::open(const std::string &file) {
  files.push_back(std::make_unique<SafetensorsFile>(file));
  for (const SafetensorsTensor &tensor : files.back()->tensors())
    if (const auto [twin, isNew] = byName.emplace(tensor.name, &tensor); !isNew)
      importer::refuse(file, "tensor " + weebill::importer::quoted(tensor.name),
                       "is in " + twin->second->file + " already");
}

void Checkpoint::openIndexed(const std::string &index) {
  const json content = readJsonFile(index);
  const json *places = findMember(content, "weight_map");
  if (!places || !places->is_object() || places->empty())
    importer::refuse(index, "'weight_map'", "is missing or has no tensors");
  std::set<std::string> names;
  for (const auto &[tensor, file] : places->items()) {
    const std::string name = file.is_string() ? file.get<std::string>() : "";
    // The index is untrusted: files of this folder only.
    if (!name.ends_with(".safetensors") || name.find_first_of(std::string("/\\\0", 3)) != std::string::npos)
      importer::refuse(index, "tensor " + weebill::importer::quoted(tensor),
                       weebill::importer::quoted(name) + " is not the name of a .safetensors file of this folder");
    names.insert(name);
  }
  for (const std::string &name : names)
    open(path + "/" + name);
  for (const auto &[tensor, file] : places->items()) {
    const SafetensorsTensor *found = find(tensor);
    if (!found || found->file != path + "/" + file.get<std::string>())
      importer::refuse(index, "tensor " + weebill::importer::quoted(tensor),
                       "is not in " + weebill::importer::quoted(file.get<std::string>()));
  }
  for (const auto &[name, tensor] : byName)
    if (!places->contains(name))
      importer::refuse(tensor->file, "tensor " + weebill::importer::quoted(name), "is not in the index");
}

const SafetensorsTensor *Checkpoint::find(const std::string &name) const {
  const auto found = byName.find(name);
  return found == byName.end() ? nullptr : found->second;
}

} // namespace weebill::huggingface
