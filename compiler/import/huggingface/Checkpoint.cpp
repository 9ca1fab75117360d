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

Checkpoint::Checkpoint(const std::string &folder) : path(folder) {
  const std::string single = folder + "/model.safetensors", index = single + ".index.json";
  if (gguf::isThere(single))
    open(single);
  else if (gguf::isThere(index))
    openIndexed(index);
  else
    throw importer::InputError(folder + ": has neither model.safetensors nor model.safetensors.index.json" +
                               (gguf::isThere(folder + "/pytorch_model.bin")
                                    ? "; pytorch_model.bin is not read, because such files hold programs"
                                    : ""));
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
